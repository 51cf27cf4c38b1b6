/** What the composition root tells the local layer, from the configuration. Defaults stand in open-local-layer.ts. */
import type { Clock } from '../../kit/clock.js';
import type { SecretStore } from '../../work/secrets/secret-store.js';

export interface LocalLayerOptions {
  /** `host:pid:incarnation`, the name of this process in attempt rows. */
  readonly node: string;
  /** `execution.max_parallel_tasks`. */
  readonly maxParallelTasks: number;
  /** Private files of attempts, and what their processes are marked by, live under it. */
  readonly stateDir: string;
  /** What a relative `cwd` of a command is relative to. */
  readonly workingDir: string;
  /** The variables of this process that work may see: the allow-list applied to the environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly secrets?: Pick<SecretStore, 'read'>;
  /** Null: module work is refused. */
  readonly moduleRoot: string | null;
  readonly clock: Clock;
  /** From SIGTERM, or the abort a module sees, to SIGKILL or the end of its thread. */
  readonly killGraceMs?: number;
  readonly logBytesMax?: number;
  readonly outputBytesMax?: number;
  readonly moduleHeapMbMax?: number;
  readonly http?: {
    /** Entries as in work/http/allow-list.ts. */
    readonly allowPrivate?: readonly string[];
    readonly responseBytesMax?: number;
    readonly totalTimeoutMs?: number;
  };
}
