/** What the command executor is told once, wherever it runs. The composition root fills it from the configuration. */
import type { AttemptKey } from '../../lifecycle/task.js';

export interface CommandOptions {
  readonly stateDir: string;
  /** What a relative `cwd` is relative to. */
  readonly workingDir: string;
  /** Variables of the server that commands may see, by the configuration's allow-list. */
  readonly env: Readonly<Record<string, string>>;
  /** See server-mark.ts. */
  readonly mark: string;
  /** Between SIGTERM and SIGKILL. */
  readonly killGraceMs: number;
  readonly logBytesMax: number;
  readonly outputBytesMax: number;
  /** Told the process group of every attempt as soon as there is one. */
  readonly onGroup?: (attempt: AttemptKey, groupId: number) => void;
}
