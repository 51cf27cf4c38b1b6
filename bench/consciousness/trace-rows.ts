/**
 * The recognisers on records of real runs, when a directory of traces (CSV as of nf-core, `sizey_*.csv`) is named. The
 * files are only read: they have no licence to be part of this project.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssociationFinder } from '../../src/consciousness/patterns/causal/association-finder.js';
import { failingTypes } from '../../src/consciousness/patterns/causal/failing-types.js';
import { PeriodFinder } from '../../src/consciousness/patterns/temporal/period-finder.js';
import type { Row } from './row.js';

/** The one type that does fail in these records, by file. */
const FAILING: Readonly<Record<string, readonly string[]>> = { 'sizey_methylseq.csv': ['PRESEQ_LCEXTRAP'] };

interface Attempt {
  readonly type: string;
  readonly sample: string;
  readonly failed: boolean;
  readonly startMs: number;
  readonly endMs: number;
}

export function traceRows(directory: string): Record<string, () => Row[]> {
  const files = readdirSync(directory).filter((name) => /^sizey_.*\.csv$/.test(name));
  return { traces: () => files.flatMap((name) => rowsOf(name, attemptsOf(join(directory, name)))) };
}

function rowsOf(name: string, attempts: readonly Attempt[]): Row[] {
  const expected = FAILING[name] ?? [];
  const found = failingTypes(recordsOf(attempts)).map(({ typeKey }) => typeKey);
  const factors = associated(attempts);
  const periods = periodicTypes(attempts);
  const shown = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '));
  return [
    {
      what: `${name}, ${attempts.length} attempts: types called failing`,
      ...{ target: shown(expected), measured: shown(found), met: shown(found) === shown(expected) },
    },
    {
      what: `${name}: samples called a cause of failures`,
      ...{ target: 'none', measured: shown(factors), met: factors.length === 0 },
    },
    {
      what: `${name}: types whose failures are called periodic`,
      ...{ target: 'none', measured: shown(periods), met: periods.length === 0 },
    },
  ];
}

function recordsOf(attempts: readonly Attempt[]): { typeKey: string; attempts: number; failures: number }[] {
  const types = new Map<string, { typeKey: string; attempts: number; failures: number }>();
  for (const { type, failed } of attempts) {
    const record = types.get(type) ?? { typeKey: type, attempts: 0, failures: 0 };
    record.attempts++;
    if (failed) record.failures++;
    types.set(type, record);
  }
  return [...types.values()];
}

function associated(attempts: readonly Attempt[]): string[] {
  const finder = new AssociationFinder();
  for (const { type, sample, failed } of attempts)
    finder.observe({ typeKey: type, factors: [sample], failed, slow: null });
  return finder.findings().map(({ factor }) => factor);
}

function periodicTypes(attempts: readonly Attempt[]): string[] {
  return [...new Set(attempts.map(({ type }) => type))].filter((type) => {
    const finder = new PeriodFinder();
    const own = attempts.filter((attempt) => attempt.type === type).sort((a, b) => a.endMs - b.endMs);
    return own.some(({ endMs, failed }) => {
      finder.attempt(endMs);
      return failed && finder.event(endMs) !== null;
    });
  });
}

function attemptsOf(path: string): Attempt[] {
  const [head = '', ...lines] = readFileSync(path, 'utf8').trim().split('\n');
  const columns = head.split(',');
  const at = (name: string): number => columns.indexOf(name);
  const [process_, tag, status, start, complete] = ['process', 'tag', 'status', 'start', 'complete'].map(at);
  return lines.map((line) => {
    const cells = cellsOf(line);
    const cell = (column: number | undefined): string => cells[column ?? -1] ?? '';
    return {
      type: cell(process_).split(':').at(-1) as string,
      sample: cell(tag),
      failed: cell(status) === 'FAILED',
      startMs: Number(cell(start)),
      endMs: Number(cell(complete)),
    };
  });
}

/** Cells may be quoted to hold commas. */
function cellsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? '',
  );
}
