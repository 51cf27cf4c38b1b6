/** What learning and consciousness cost the orchestrator: the same work with them and without, in turn. */
import type { Bench } from '../bench.js';
import { assertOrder, median, throughputOf } from '../figures.js';
import { independent, layered } from '../graphs.js';
import { measureGraph, measureWhole } from '../product/measure.js';
import { COMMAND } from '../product/mesh-input.js';
import { compared, PRODUCT, type Row } from '../report.js';
import { type Case, held } from './case.js';

/** A part of the product that can be switched off. */
export interface Part {
  readonly name: string;
  readonly off: Readonly<Record<string, string>>;
  readonly ratioMin?: number;
}

/** A program each: as many at once as a machine has room for. */
const FEW = { TASKMESH_EXECUTION__MAX_PARALLEL_TASKS: '4' };
const COMMANDS = 1000;
/** At most 5 % may be lost. */
const KEPT_MIN = 0.95;

export interface Pace {
  /** Tasks a second. */
  readonly rate: number;
  /** Of the product's process; null where it is not asked. */
  readonly cpuMs: number | null;
}

type Measure = (env: Readonly<Record<string, string>>) => Promise<Pace>;

/** With the part and without it, in turn. At least `ratioMin` of the pace without it is asked for. */
export async function inPairs(
  bench: Bench,
  { name, off, ratioMin = KEPT_MIN }: Part,
  what: string,
  measure: Measure,
): Promise<Row> {
  const without = `without ${name}`;
  const paces: { readonly [who: string]: Pace[] } = { [PRODUCT]: [], [without]: [] };
  for (let run = 0; run < bench.options.runs; run++) {
    paces[PRODUCT]?.push(await measure({}));
    paces[without]?.push(await measure(off));
  }
  const each = <T>(of: (all: readonly Pace[]) => T): Record<string, T> =>
    Object.fromEntries(Object.entries(paces).map(([who, all]) => [who, of(all)]));
  const runs = each((all) => all.map(({ rate }) => rate));
  const figures = each((all) => median(all.map(({ rate }) => rate)));
  const cpuSeconds = each((all) => median(all.map(({ cpuMs }) => cpuMs ?? 0)) / 1000);
  const reading = {
    case: `${name} ${what}`,
    unit: 'tasks/s',
    better: 'higher',
    onPostgres: new Set<string>(),
  } as const;
  const isMeasured = Object.values(cpuSeconds).every((seconds) => seconds > 0);
  const row = { ...compared({ ...reading, figures, runs }), ...(isMeasured && { cpuSeconds }) };
  return held(row, `${ratioMin} × without it`, (row.ratioToBest ?? 0) >= ratioMin);
}

function costOf(part: Part): Case {
  return {
    title: `w2, and 1,000 commands, with ${part.name} and without it`,
    async *run(bench) {
      const width = Math.min(100, bench.options.tasks ?? 100);
      const graph = layered({ layers: Math.ceil((bench.options.tasks ?? 10_000) / width), width });
      const warmUp = layered({ layers: 100, width, seed: 7 });
      yield await inPairs(bench, part, 'w2', async (env) => {
        const run = await measureGraph(bench, { graph, warmUp }, { env });
        assertOrder(graph, run);
        return { rate: throughputOf(run), cpuMs: run.cpuMs };
      });
      const count = Math.min(COMMANDS, bench.options.tasks ?? COMMANDS);
      const commands = { graph: independent(count), warmUp: independent(Math.min(100, count)) };
      yield await inPairs(bench, part, 'commands', async (env) => {
        const ms = await measureWhole(bench, commands, { work: COMMAND }, { env: { ...FEW, ...env } });
        return { rate: (1000 * count) / ms, cpuMs: null };
      });
    },
  };
}

export const learning = costOf({ name: 'learning', off: { TASKMESH_LEARNING__ENABLED: 'false' } });
export const consciousness = costOf({
  name: 'consciousness',
  off: { TASKMESH_CONSCIOUSNESS__ENABLED: 'false' },
});
