/**
 * The bench: the product as users run it beside its peers, in one run, on one machine. `npm run bench -- CASE...`;
 * docs/benchmarks.md says what the cases are. Rows go to standard output, everything else to standard error.
 */
import { Bench } from './bench.js';
import type { Case } from './cases/case.js';
import { cases } from './cases/cases.js';
import { machineLines } from './machine.js';
import { Others } from './others.js';
import { readOptions, type Options, USAGE } from './options.js';
import { type Row, rowAsText, skipped } from './report.js';

function optionsOrUsage(argv: readonly string[]): Options | undefined {
  try {
    return readOptions(argv, Object.keys(cases));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${USAGE}\n`);
    return undefined;
  }
}

async function* rowsOf(bench: Bench, name: string): AsyncGenerator<Row, void> {
  const { title, run } = cases[name] as Case;
  bench.say(`${name}: ${title}`);
  const others = new Others();
  for await (const row of run(bench)) yield { ...row, others: others.share() };
}

/** A case that fails is a row too: the others are still measured. */
async function runCases(bench: Bench): Promise<boolean> {
  const { json, cases: asked } = bench.options;
  const print = (row: Row): void =>
    void process.stdout.write(`${json ? JSON.stringify(row) : rowAsText(row)}\n`);
  let failed = false;
  for (const name of asked) {
    try {
      for await (const row of rowsOf(bench, name)) print(row);
    } catch (error) {
      failed = true;
      bench.say(String((error as Error).stack));
      print(skipped(name, `failed: ${(error as Error).message.split('\n')[0]?.slice(0, 200)}`));
    }
  }
  return failed;
}

/** Answers the exit code: 1 when a case failed, 2 when it was not asked for one. */
export async function main(argv: readonly string[]): Promise<number> {
  const options = optionsOrUsage(argv);
  if (options === undefined) return 2;
  const bench = await Bench.open(options);
  const stop = (): void => void bench.close().then(() => process.exit(130));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const lines = machineLines(bench).join('\n');
    (options.json ? process.stderr : process.stdout).write(`${lines}\n`);
    return (await runCases(bench)) ? 1 : 0;
  } finally {
    await bench.close();
  }
}
