/** What the composition root is given by the command line and by tests. */
import type { Logger } from 'pino';
import type { Config } from '../config.js';
import type { TaskDefaults } from '../orchestrator/definition/mesh-input.js';

export interface AppOptions {
  readonly config: Config;
  readonly version: string;
  readonly log: Logger;
  /** The environment of the process, as the composition root was given it; work sees the allowed part of it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** No Prometheus port and no fixed port: a server beside one command. */
  readonly guest: boolean;
}

/** Of tasks that say nothing else. */
export function taskDefaultsOf({ config: { execution } }: Pick<AppOptions, 'config'>): TaskDefaults {
  return { maxAttempts: execution.retryAttempts, executionTimeoutMs: execution.timeoutSeconds * 1000 };
}

/** Beyond what running work may take when it ends: goodbyes to the database, the queue and other servers, each with a bound. */
const GOODBYES_MS = 15_000;

/** How long after SIGTERM a server or a node ends at the latest, whatever does not answer. */
export function stopMsMax({ execution }: Pick<Config, 'execution'>): number {
  return (execution.drainSeconds + execution.killGraceSeconds) * 1000 + GOODBYES_MS;
}
