/** What the composition root is given by the command line and by tests. */
import type { Logger } from 'pino';
import type { Config } from '../config.js';

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
