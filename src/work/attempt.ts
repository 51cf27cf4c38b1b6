/**
 * One attempt as work sees it: what to do, with which inputs, and whom to tell. Layers and executors share these
 * shapes; the orchestrator fills them after the start is committed.
 */
import type { JsonObject } from '../kit/json.js';
import type { AttemptKey } from '../lifecycle/task.js';
import type { LogLevel, LogStream, TaskType } from '../lifecycle/vocabulary.js';
import type { Work } from '../lifecycle/work.js';

export interface AttemptStart extends AttemptKey {
  readonly meshId: string;
  readonly taskKey: string;
  readonly taskName: string;
  readonly taskType: TaskType;
  readonly work: Work;
  /** Outputs of the DATA sources, by their keys. */
  readonly inputs: JsonObject;
  /** The process it was placed on, as its layer names it. */
  readonly node: string;
  /** Of the span that it is part of (W3C Trace Context); undefined where nobody traces it. */
  readonly traceparent?: string | undefined;
}

export interface LogLine {
  /** Ms since the epoch where it was printed. */
  readonly at: number;
  readonly stream: LogStream;
  readonly level: LogLevel;
  readonly text: string;
  /** Counted from 1 within the attempt by a layer that counts itself; the same line may then come twice. */
  readonly line?: number;
}

/** Everything an attempt says while it runs. Each call counts as a heartbeat. Never throws, never blocks. */
export interface AttemptSink {
  log(line: LogLine): void;
  /** `fraction` in 0..1. */
  progress(fraction: number, message: string | null): void;
  heartbeat(): void;
}

export type { AbortReason } from '../lifecycle/abort-reason.js';
