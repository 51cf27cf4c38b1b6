/**
 * The bench of the consciousness: prints what its recognisers and gates reach beside what they should, or one JSON object
 * a row. Everything but the time of a recall comes from seeds and is the same on every machine.
 */
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { ablationRows } from './ablation.js';
import { LOST_SECONDS } from './ablation-stream.js';
import { evolutionRows } from './evolution-rows.js';
import { levelRows } from './level-rows.js';
import { LOST_SLOWDOWN } from './level-stream.js';
import { memoryRows } from './memory-rows.js';
import { patternRows } from './pattern-rows.js';
import type { Row } from './row.js';
import { traceRows } from './trace-rows.js';

const USAGE = `usage: npm run bench:consciousness -- --recognisers [ROW...] [--simulations N] [--traces DIR] [--json]
       npm run bench:consciousness -- --ablation [--seeds N] [--json]`;
const SEEDS_MIN = 3;

export async function main(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      recognisers: { type: 'boolean', default: false },
      ablation: { type: 'boolean', default: false },
      seeds: { type: 'string', default: '10' },
      simulations: { type: 'string', default: '300' },
      traces: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  const print = (name: string, row: Row): void =>
    void process.stdout.write(`${values.json ? JSON.stringify({ name, ...row }) : asText(row)}\n`);
  const seeds = Number(values.seeds);
  if (values.ablation && Number.isInteger(seeds) && seeds >= SEEDS_MIN) {
    say(
      `${seeds} seeds; two hours of a virtual clock each; a task that fails for good counts as ${LOST_SECONDS} s`,
    );
    for await (const row of ablationRows(seeds)) print('ablation', row);
    say(
      `one recorded stream of meshes, four phases of 40 minutes; slowdown over the longest path, a mesh that fails for good counts as ${LOST_SLOWDOWN}`,
    );
    for await (const row of levelRows(seeds, say)) print('levels', row);
    return 0;
  }
  const simulations = Number(values.simulations);
  const rows: Record<string, () => Row[]> = {
    ...patternRows(simulations),
    ...evolutionRows(simulations),
    ...memoryRows(),
    ...(values.traces === undefined ? {} : traceRows(values.traces)),
  };
  const unknown = positionals.filter((name) => !(name in rows));
  if (!values.recognisers || unknown.length > 0 || !(simulations >= 20)) {
    say(`${USAGE}\nrows: ${Object.keys(rows).join(', ')}; at least 20 simulations`);
    return 2;
  }
  const processor = cpus()[0]?.model ?? 'unknown processor';
  say(
    `${processor}, ${availableParallelism()} cores, Node ${process.version}, load ${(loadavg()[0] ?? 0).toFixed(1)}`,
  );
  say(`${simulations} simulations a row; ${values.traces ?? 'no traces (--traces DIR)'}`);
  for (const [name, measure] of Object.entries(rows)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    for (const row of measure()) print(name, row);
  }
  return 0;
}

function asText({ what, target, measured, met }: Row): string {
  const verdict = met === null ? '' : met ? 'met' : 'MISSED';
  return `${what.padEnd(74)} ${target.padEnd(22)} ${measured.padEnd(38)} ${verdict}`;
}
