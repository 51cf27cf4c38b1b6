/**
 * What the command line needs of the rest of the program and must not load at start: a server in this process, and
 * the migrations of its database. Implemented by the composition root, which imports the heavy parts only when called.
 */
import type { Config } from '../config.js';
import type { JoinSettings } from '../layers/nodes.js';

export interface RunningServer {
  /** `http://127.0.0.1:8000`, without a path. */
  readonly url: string;
  /** Where Prometheus reads, when it is served. */
  readonly metricsUrl?: string | undefined;
  readonly token: string;
  readonly tokenPath: string;
  /** Resolves when the server has ended: undefined after `stop`, else why it could not go on. Never rejects. */
  readonly ended: Promise<Error | undefined>;
  /** Drains and stops everything. Harmless when called twice. */
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly config: Config;
  /** A guest serves one command (`run`): it takes a free port, serves no Prometheus port and logs only what is wrong. */
  readonly guest: boolean;
}

export interface RunningNode {
  readonly name: string;
  /** Resolves when it has left: undefined when it was told to, else why it could not go on. Never rejects. */
  readonly ended: Promise<Error | undefined>;
  /** Drains and leaves. */
  stop(): Promise<void>;
}

export interface NodeStart {
  readonly config: Config;
  /** Undefined: those of the configuration, whose database is then given. */
  readonly joined: JoinSettings | undefined;
  /** It takes work from now on, as this incarnation. */
  readonly ready: (name: string, incarnation: number) => void;
}

export interface Host {
  readonly version: string;
  /** A worker process of the cluster, in this process. */
  startNode(start: NodeStart): Promise<RunningNode>;
  start(options: StartOptions): Promise<RunningServer>;
  /** Brings the database up to date; answers the names of the migrations it applied. */
  migrate(config: Config): Promise<readonly string[]>;
}
