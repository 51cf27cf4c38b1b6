/**
 * What a task does: one executor per kind of work, chosen by the layer. An executor renders nothing, retries nothing
 * and never throws: whatever happens becomes an outcome.
 */
import type { StopSignal } from '../kit/stop.js';
import type { AttemptSink, AttemptStart } from './attempt.js';
import type { Outcome } from '../lifecycle/task.js';
import type { WorkKind } from '../lifecycle/vocabulary.js';

export interface Executor {
  readonly kind: WorkKind;
  execute(attempt: AttemptStart, signal: StopSignal, sink: AttemptSink): Promise<Outcome>;
  /** Releases what it keeps (pools, sockets). */
  close(): Promise<void>;
}
