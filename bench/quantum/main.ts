/** The quantum bench: prints ratios, for milliseconds of a shared machine say little, or one JSON object a row. */
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { median } from '../figures.js';
import { loadPeers } from './peers.js';
import { closeEngines, rowsOf } from './rows.js';
import type { Row } from './rows.js';

const USAGE = 'usage: npm run bench:quantum -- [ROW...] [--runs N] [--json]';

export async function main(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, runs: { type: 'string', default: '7' } },
  });
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  const rows = rowsOf({ peers: loadPeers(say), runs: Number(values.runs) });
  const unknown = positionals.filter((name) => !(name in rows));
  if (unknown.length > 0 || !(Number(values.runs) >= 1)) {
    say(`${USAGE}\nrows: ${Object.keys(rows).join(', ')}`);
    return 2;
  }
  say(machineLine());
  for (const [name, run] of Object.entries(rows)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    const row = await run();
    if (row === null) say(`${name}: left out, there is no gcc`);
    else process.stdout.write(`${values.json ? JSON.stringify({ name, ...row }) : asText(row)}\n`);
  }
  await closeEngines();
  return 0;
}

function machineLine(): string {
  const load = loadavg()[0] ?? 0;
  return `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, Node ${process.version}, load ${load.toFixed(1)}; 2 threads, contestants in turn, medians`;
}

function asText(row: Row): string {
  const figure = `${row.figure.toPrecision(3)} ${row.unit}`;
  const target =
    row.aim === 0 ? '' : `  (at least ${row.isCost === true ? '<= ' : ''}${row.atLeast}, aim ${row.aim})`;
  const ms = (of: readonly number[]): string => (of.length === 0 ? '' : `${median(of).toPrecision(3)} ms`);
  return `${row.row.padEnd(48)} ${row.against.padEnd(22)} ${figure.padEnd(12)}${target}  [${ms(row.ours)} | ${ms(row.theirs)}]`;
}
