/**
 * Where attempts run. The orchestrator calls `start` after the commit that states the start; a layer runs the work,
 * reports through the sink and settles with exactly one outcome. It never touches the store and never retries.
 */
import type { StopSignal } from '../kit/stop.js';
import type { Outcome } from '../lifecycle/task.js';
import type { LayerName } from '../lifecycle/vocabulary.js';
import type { Work } from '../lifecycle/work.js';
import type { AttemptSink, AttemptStart } from '../work/attempt.js';

/** What a layer offers at once. Cores may be fractional; memory in bytes. */
export interface Capacity {
  readonly slots: number;
  readonly cores: number;
  readonly memoryBytes: number;
}

export interface LayerStatistics {
  readonly running: number;
  readonly started: number;
  readonly completed: number;
  readonly failed: number;
}

export interface Layer {
  readonly name: LayerName;
  /** The process that runs its attempts, named in every attempt row: `host:pid:incarnation`. */
  readonly node: string;
  capacity(): Capacity;
  /** Undefined when it can; else why not, in words a user understands. Depends on the kind of work alone. */
  refusal(work: Work): string | undefined;
  /**
   * Resolves with the one outcome, never rejects. After `signal` aborts (its reason is an AbortReason) it ends the
   * work gracefully, then by force, and resolves only when nothing of it runs any more.
   */
  start(attempt: AttemptStart, signal: StopSignal, sink: AttemptSink): Promise<Outcome>;
  statistics(): LayerStatistics;
}

/** What a layer is and does at this moment, for people; on another server as of its last beat. */
export interface LayerReport extends Capacity, LayerStatistics {
  readonly name: LayerName;
  readonly node: string;
}

export function layerReport(layer: Layer): LayerReport {
  const { name, node } = layer;
  const { slots, cores, memoryBytes } = layer.capacity();
  const { running, started, completed, failed } = layer.statistics();
  return { name, node, slots, cores, memoryBytes, running, started, completed, failed };
}
