/**
 * The bench of the consciousness: prints what its recognisers and gates reach beside what they should, or one JSON object
 * a row. Everything but the time of a recall comes from seeds and is the same on every machine.
 */
import { availableParallelism, cpus, loadavg } from 'node:os';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ablationRows } from './ablation.js';
import { LOST_SECONDS } from './ablation-stream.js';
import { evolutionRows } from './evolution-rows.js';
import { levelRows } from './level-rows.js';
import { LOST_SLOWDOWN } from './level-stream.js';
import { memoryRows } from './memory-rows.js';
import { patternRows } from './pattern-rows.js';
import { pictureOf } from './picture.js';
import type { Row } from './row.js';
import { traceRows } from './trace-rows.js';

const USAGE = `usage: npm run bench:consciousness -- [--recognisers [ROW...]] [--ablation] [flags]; without either, both
  --simulations N   of each row of the recognisers (300)
  --traces DIR      records of real runs beside them
  --seeds N         of the ablation, at least 3 (10)
  --picture FILE    draws the ablation, as SVG
  --json            one object a line`;
const SEEDS_MIN = 3;

const say = (text: string): void => void process.stderr.write(`${text}\n`);

interface Asked {
  readonly simulations: number;
  readonly seeds: number;
  readonly traces: string | undefined;
  readonly picture: string | undefined;
  /** Of the recognisers; empty: all. */
  readonly only: readonly string[];
  readonly print: (name: string, row: Row) => void;
}

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
      picture: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const asked: Asked = {
    ...{ simulations: Number(values.simulations), seeds: Number(values.seeds), only: positionals },
    ...{ traces: values.traces, picture: values.picture },
    print: (name, row) =>
      void process.stdout.write(`${values.json ? JSON.stringify({ name, ...row }) : asText(row)}\n`),
  };
  const isWhole = !values.recognisers && !values.ablation;
  const rows = recogniserRows(asked);
  const unknown = positionals.filter((name) => !(name in rows));
  const isWrong =
    unknown.length > 0 || !(asked.simulations >= 20) || !(asked.seeds >= SEEDS_MIN && asked.seeds % 1 === 0);
  if (isWrong) {
    say(`${USAGE}\nrows: ${Object.keys(rows).join(', ')}; at least 20 simulations`);
    return 2;
  }
  if (values.recognisers || isWhole) recognisers(rows, asked);
  if (values.ablation || isWhole) await ablation(asked);
  return 0;
}

type Rows = Readonly<Record<string, () => Row[]>>;

function recogniserRows({ simulations, traces }: Asked): Rows {
  return {
    ...patternRows(simulations),
    ...evolutionRows(simulations),
    ...memoryRows(),
    ...(traces === undefined ? {} : traceRows(traces)),
  };
}

function recognisers(rows: Rows, { simulations, traces, only, print }: Asked): void {
  const processor = cpus()[0]?.model ?? 'unknown processor';
  const load = (loadavg()[0] ?? 0).toFixed(1);
  say(`${processor}, ${availableParallelism()} cores, Node ${process.version}, load ${load}`);
  say(`${simulations} simulations a row; ${traces ?? 'no traces (--traces DIR)'}`);
  for (const [name, measure] of Object.entries(rows)) {
    if (only.length > 0 && !only.includes(name)) continue;
    for (const row of measure()) print(name, row);
  }
}

async function ablation({ seeds, picture, print }: Asked): Promise<void> {
  say(
    `${seeds} seeds; two hours of a virtual clock each; a task that fails for good counts as ${LOST_SECONDS} s`,
  );
  for await (const row of ablationRows(seeds)) print('ablation', row);
  say(
    `one recorded stream of meshes, four phases of 40 minutes; slowdown over the longest path, a mesh that fails for good counts as ${LOST_SLOWDOWN}`,
  );
  const levels: Row[] = [];
  for await (const row of levelRows(seeds, say)) {
    levels.push(row);
    print('levels', row);
  }
  if (picture !== undefined) await writeFile(picture, pictureOf(levels));
}

function asText({ what, target, measured, met }: Row): string {
  const verdict = met === null ? '' : met ? 'met' : 'MISSED';
  return `${what.padEnd(74)} ${target.padEnd(22)} ${measured.padEnd(38)} ${verdict}`;
}
