/**
 * Where attempts run. The orchestrator calls `start` after the commit that states the start; a layer runs the work,
 * reports through the sink and settles with exactly one outcome. It never touches the store and never retries.
 */
import type { StopSignal } from '../kit/stop.js';
import type { ClusterNode } from '../lifecycle/cluster-node.js';
import type { AttemptKey, Outcome } from '../lifecycle/task.js';
import type { LayerName, PlacementPolicy } from '../lifecycle/vocabulary.js';
import type { Work } from '../lifecycle/work.js';
import type { AttemptSink, AttemptStart, LogLine } from '../work/attempt.js';

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

/** A line may come twice, or after the end of its attempt: its number says which it is. */
export type NumberedLine = LogLine & { readonly line: number };

/** What a layer of many nodes tells whoever leads. */
export interface NodesListener {
  /** All that are not lost, as they are now; before the attempts of those that are lost settle. */
  nodesChanged(layer: LayerName, nodes: readonly ClusterNode[], policy: PlacementPolicy): void;
  /** An outcome from an incarnation that is dead: to be recorded, and refused. */
  late(key: AttemptKey, outcome: Outcome): void;
  /** Does that attempt run, as far as the history knows? Its `start` may still be on its way to the layer. */
  runs(token: number): boolean;
  /** What an attempt printed whose end is known already. */
  lateLine(key: AttemptKey, line: NumberedLine): void;
  /** Resolves when every line that was told is stored. */
  linesStored(): Promise<void>;
  /** True when all that was told before this call is committed, and the database says that this process still leads. */
  stillLeads(): Promise<boolean>;
}

/**
 * The other side of a layer whose attempts run in processes of their own, and go on when this one ends: another that takes
 * the lead finds them by `start` with the same key.
 */
export interface RemoteSide {
  nodes(): readonly ClusterNode[];
  policy(): PlacementPolicy;
  /** Does the process live that an attempt names? */
  reaches(node: string): boolean;
  /** This process leads: what attempts say comes here. */
  lead(listener: NodesListener): void;
  /** It leads no more. What was told and not recorded is told again, to whoever leads next. */
  follow(): void;
  /** The outcome of this attempt is in the history, or was refused for good. */
  recorded(token: number): void;
  /** Nobody here waits for this attempt any more; it goes on. Its `start` never resolves. */
  letGo(token: number): void;
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
  /** Where attempts run on nodes. */
  readonly remote?: RemoteSide;
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
