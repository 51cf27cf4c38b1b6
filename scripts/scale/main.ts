/**
 * `npm run simulate:scale`: what a placement costs, by how many nodes there are and how many tasks were placed, on the virtual
 * clock. Prints the table of docs/SCALING.md. Every policy is warmed up before it is timed.
 */
import { PLACEMENT_POLICIES, type PlacementPolicy } from '../../src/lifecycle/vocabulary.js';
import { runCluster, type ScaleRun } from './cluster-run.js';

const NODES = [1, 10, 100, 1000];
const TASKS = [10_000, 100_000, 1_000_000];
const WARM_UP = { nodes: 100, tasks: 100_000 };

function cell({ microseconds }: ScaleRun): string {
  return microseconds.toFixed(1).padStart(9);
}

function table(policy: PlacementPolicy): void {
  runCluster({ ...WARM_UP, policy });
  process.stdout.write(`\n${policy}: µs a task (choose, book, give back)\n`);
  process.stdout.write(
    `${'nodes'.padStart(7)}${TASKS.map((tasks) => `${tasks / 1000}k tasks`.padStart(13)).join('')}   virtual hours   most / mean\n`,
  );
  for (const nodes of NODES) {
    const runs = TASKS.map((tasks) => runCluster({ nodes, tasks, policy }));
    const last = runs.at(-1) as ScaleRun;
    const end = `${last.virtualHours.toFixed(1).padStart(16)}${last.imbalance.toFixed(3).padStart(14)}`;
    process.stdout.write(
      `${String(nodes).padStart(7)}${runs.map((run) => cell(run).padStart(13)).join('')}${end}\n`,
    );
  }
}

/** Policies may be named; all of them otherwise. */
export function main(argv: readonly string[]): void {
  const asked = PLACEMENT_POLICIES.filter((policy) => argv.length === 0 || argv.includes(policy));
  for (const policy of asked) table(policy);
}
