/** What the module executor and its worker threads say to each other. A thread runs one call at a time. */
import type { Json, JsonObject } from '../../kit/json.js';
import type { LogLevel, LogStream } from '../../lifecycle/vocabulary.js';
import type { AbortReason } from '../attempt.js';
import type { TypeScriptHooks } from '../programs/typescript.js';

export interface ModuleCall {
  readonly url: string;
  readonly exportName: string;
  readonly typeScript: TypeScriptHooks | undefined;
  readonly inputs: JsonObject;
  readonly input: Json;
  readonly attempt: number;
  readonly taskId: string;
  readonly meshId: string;
  readonly idempotencyKey: string;
  readonly logBytesMax: number;
  readonly outputBytesMax: number;
}

export type ToThread =
  | { readonly type: 'run'; readonly call: ModuleCall }
  | { readonly type: 'abort'; readonly reason: AbortReason };

/** `isClean`: the module left no timer, socket or the like behind, so the thread may serve it again. */
export interface Returned {
  readonly type: 'returned';
  readonly output: Json;
  readonly isClean: boolean;
  readonly memoryBytes: number;
}

export interface Threw {
  readonly type: 'threw';
  readonly code: string;
  readonly message: string;
  readonly memoryBytes: number | null;
}

export type Said =
  | { readonly type: 'line'; readonly stream: LogStream; readonly level: LogLevel; readonly text: string }
  | { readonly type: 'progress'; readonly fraction: number; readonly message: string | null };

/** `thread` is the target of /proc/thread-self, by which the executor reads the thread's CPU time; null elsewhere. */
export type FromThread = { readonly type: 'ready'; readonly thread: string | null } | Said | Returned | Threw;
