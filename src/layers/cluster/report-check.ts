/**
 * Whether what a node says has the shape of a report: a node may be broken, or not be ours any more. What passes can neither
 * trip an assertion of the core nor be refused by the database. Called by the report desk for every report.
 */
import { ATTEMPT_OUTCOMES, FAILURE_KINDS, LOG_LEVELS, LOG_STREAMS } from '../../lifecycle/vocabulary.js';
import { checkOutput, OUTPUT_BYTES_MAX } from '../../work/output.js';
import type { Report, ReportBatch } from './messages.js';

type Fields = Readonly<Record<string, unknown>>;

/** Of PostgreSQL. */
const INTEGER_MAX = 2 ** 31 - 1;
/** Ms: far beyond every clock, and within what a timestamp holds. */
const MS_MAX = 8e15;
/** What executors cut is at most as long as an output. */
const TEXT_MAX = OUTPUT_BYTES_MAX;
const CODE_MAX = 100;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Undefined: the text is no batch. Its reports are still to be checked, each. */
export function readBatch(json: string): (Pick<ReportBatch, 'seq'> & { reports: unknown[] }) | undefined {
  let batch: Fields;
  try {
    batch = fieldsOf(JSON.parse(json));
  } catch {
    return undefined;
  }
  const { seq, reports } = batch;
  return isCount(seq, Number.MAX_SAFE_INTEGER) && Array.isArray(reports) ? { seq, reports } : undefined;
}

export function isReport(value: unknown): value is Report {
  const report = fieldsOf(value);
  switch (report['kind']) {
    case 'log':
      return isKey(report['key']) && isLine(fieldsOf(report['line']));
    case 'progress':
      return isToken(report['token']) && isShare(report['fraction']) && isTextOrNull(report['message']);
    case 'alive':
      return isToken(report['token']);
    case 'outcome':
      return isKey(report['key']) && isOutcome(fieldsOf(report['outcome']));
    default:
      return false;
  }
}

function isOutcome({ kind, output, failure, measured }: Fields): boolean {
  if (!isOneOf(ATTEMPT_OUTCOMES, kind) || !isMeasured(fieldsOf(measured))) return false;
  return kind === 'COMPLETED'
    ? output !== undefined && checkOutput(output, OUTPUT_BYTES_MAX).ok
    : isFailure(fieldsOf(failure));
}

function isFailure({ kind, code, message }: Fields): boolean {
  return isOneOf(FAILURE_KINDS, kind) && isText(code, CODE_MAX) && isText(message, TEXT_MAX);
}

function isMeasured({ runMs, cpuMs, memoryPeakBytes, exitCode }: Fields): boolean {
  if (!isAmount(runMs) || !(cpuMs === null || isAmount(cpuMs))) return false;
  if (!(memoryPeakBytes === null || isAmount(memoryPeakBytes))) return false;
  return exitCode === null || (Number.isInteger(exitCode) && Math.abs(exitCode as number) <= INTEGER_MAX);
}

function isKey(value: unknown): boolean {
  const { taskId, attempt, token } = fieldsOf(value);
  return isText(taskId, 36) && UUID.test(taskId) && isCount(attempt, INTEGER_MAX) && isToken(token);
}

function isLine({ at, stream, level, text, line }: Fields): boolean {
  if (!isOneOf(LOG_STREAMS, stream) || !isOneOf(LOG_LEVELS, level)) return false;
  return isAmount(at) && isText(text, TEXT_MAX) && isCount(line, INTEGER_MAX);
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function isOneOf(words: readonly string[], value: unknown): boolean {
  return words.includes(value as string);
}

function isText(value: unknown, lengthMax: number): value is string {
  return typeof value === 'string' && value.length <= lengthMax;
}

function isTextOrNull(value: unknown): boolean {
  return value === null || isText(value, TEXT_MAX);
}

function isCount(value: unknown, max: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= max;
}

function isToken(value: unknown): boolean {
  return isCount(value, Number.MAX_SAFE_INTEGER);
}

function isAmount(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= MS_MAX;
}

function isShare(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1;
}
