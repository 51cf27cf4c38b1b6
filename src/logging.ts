/**
 * The log of the process: pino, as JSON lines or readable text. The composition root makes one logger and hands it down;
 * parts add the fields `requestId`, `meshId` and `taskId`. Secrets are masked twice: fields by name, and tokens and
 * passwords in any text by their form.
 */
import {
  type DestinationStream,
  type Logger,
  type LoggerOptions,
  pino,
  stdSerializers,
  stdTimeFunctions,
} from 'pino';
import type { Config } from './config.js';
import { currentSpan } from './kit/trace/tracer.js';

const MASK = '***';
const SECRET_FIELDS = ['token', 'authorization', 'cookie', 'password', 'secret', 'env'];
const SECRET_PATHS = SECRET_FIELDS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
const QUIET_LEVELS = ['error', 'fatal', 'silent'];

/** `Bearer x`, `token=x` and the password in `scheme://user:password@host`, wherever in a line they stand. */
export function maskText(text: string): string {
  return text
    .replace(/\b(Bearer\s+)[\w.~+/=-]+/gi, `$1${MASK}`)
    .replace(/([?&](?:access_)?token=)[^&\s"\\]+/gi, `$1${MASK}`)
    .replace(/([a-z][a-z0-9+.-]{0,20}:\/\/[^\s:/@"\\]*:)[^\s@/"\\]+@/gi, `$1${MASK}@`);
}

/**
 * `quiet`: a guest server beside a command shows only what is wrong. Lines go to standard error, because standard output
 * belongs to results.
 */
export function createLogger(
  { general, observability }: Pick<Config, 'general' | 'observability'>,
  quiet: boolean,
  destination: DestinationStream = pino.destination({ dest: 2, sync: true }),
): Logger {
  const { level, format } = observability.logs;
  const settings: LoggerOptions = {
    level: quiet && !QUIET_LEVELS.includes(level) ? 'error' : level,
    base: { instance: general.instanceName, environment: general.environment, pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: general.debugMode ? stdSerializers.err : withoutStack },
    redact: { paths: SECRET_PATHS, censor: MASK },
    hooks: { streamWrite: maskText },
    ...(observability.tracing.enabled && { mixin: traceOfLine }),
  };
  return pino(settings, format === 'pretty' ? readable(destination) : destination);
}

/** Names as OpenTelemetry's for logs that are not its own. */
function traceOfLine(): object {
  const span = currentSpan();
  return span === undefined ? {} : { trace_id: span.traceId, span_id: span.spanId };
}

function withoutStack(error: Error): Record<string, unknown> {
  const { stack: _, ...rest } = stdSerializers.err(error);
  return rest;
}

function readable(destination: DestinationStream): DestinationStream {
  return { write: (line: string) => destination.write(readableLine(line)) };
}

interface Line {
  readonly level: string;
  readonly time: string;
  readonly msg?: string;
  readonly err?: { readonly message?: string; readonly stack?: string };
}

const HIDDEN = new Set(['level', 'time', 'msg', 'instance', 'environment', 'pid', 'err']);

/** `08:00:01.250 WARN  the message  taskId=… ms=12`, and below it the error, if there is one. */
function readableLine(line: string): string {
  const fields = JSON.parse(line) as Line & Record<string, unknown>;
  const { level, time, msg = '', err } = fields;
  const rest = Object.entries(fields).filter(([name]) => !HIDDEN.has(name));
  const details = rest.map(([name, value]) => `${name}=${plain(value)}`).join(' ');
  const head = `${time.slice(11, 23)} ${level.toUpperCase().padEnd(5)} ${msg}`;
  const words = err?.stack ?? err?.message;
  const failure = words === undefined ? '' : `\n  ${words.replaceAll('\n', '\n  ')}`;
  return `${[head, details].filter((part) => part !== '').join('  ')}${failure}\n`;
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
