/** The log of the process: pino, one JSON line per entry, secrets masked by name. Made once by the composition root. */
import { type Logger, pino } from 'pino';
import type { Config } from './config.js';

const SECRET_PATHS = ['token', 'authorization', 'password', 'headers.authorization', 'headers.cookie', 'req.headers.authorization'];

/** `quiet`: a guest server beside a command shows only what is wrong. Logs go to stderr; stdout belongs to results. */
export function createLogger({ general, observability }: Config, quiet: boolean): Logger {
  const { level, format } = observability.logs;
  return pino(
    {
      name: general.instanceName,
      level: quiet && ['trace', 'debug', 'info', 'warn'].includes(level) ? 'error' : level,
      base: { instance: general.instanceName, environment: general.environment, pid: process.pid },
      redact: { paths: SECRET_PATHS, censor: '[masked]' },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    format === 'pretty' ? new PlainLines() : pino.destination({ dest: 2, sync: true }),
  );
}

/** A line for eyes: time, level, message, fields. */
class PlainLines {
  write(line: string): void {
    const { level, time, msg, pid, instance, environment, name, ...fields } = JSON.parse(line) as Record<string, unknown>;
    const rest = Object.keys(fields).length === 0 ? '' : ` ${JSON.stringify(fields)}`;
    process.stderr.write(`${time} ${pino.levels.labels[Number(level)]} ${String(msg ?? '')}${rest}\n`);
  }
}
