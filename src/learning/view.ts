/**
 * What is known of a task and of a place before the task runs there: the only things that models may look at.
 * Built by whoever asks (the live side from committed facts, benchmarks from their own tasks). Nothing in it may come
 * from after the decision; what a system does not know is null, never a guess.
 */

/** Stored with every model and row: parameters trained on other features are not used. */
export const FEATURES_VERSION = 2;

export interface TaskView {
  /** Kind of work: tasks of one kind are expected to take alike. */
  readonly typeKey: string;
  /** What carries over between kinds: the program, the last segment of a qualified name. */
  readonly toolKey: string;
  /** The very same task in an earlier run (mesh name, key, sizes); empty where runs do not recur. */
  readonly signature: string;
  /** Names, descriptions, tags, command: text for features of words. */
  readonly words: string;
  /** Whose material it works on (a sample, a partition), where that is known apart from the signature; else empty. */
  readonly group: string;
  readonly inputBytes: number | null;
  /** Of the same inputs when unpacked. */
  readonly unpackedBytes: number | null;
  /** Rows, sequences, files' entries: how many things the inputs hold. */
  readonly records: number | null;
  /** Size of the input of the whole mesh. */
  readonly meshBytes: number | null;
  readonly inputCount: number | null;
  readonly outputCount: number | null;
  readonly parents: number;
  readonly children: number;
  /** Longest distance from a root, in edges. */
  readonly depth: number;
  /**
   * Seconds on the longest path after it, as ranked at the decision. Without its own: that would be a column made of what is to be
   * predicted, and each ranking would feed the next.
   */
  readonly followingSeconds: number | null;
  /** Requested. */
  readonly cpus: number | null;
  /** Requested. */
  readonly memoryBytes: number | null;
  /** From 1. */
  readonly attempt: number;
  /** Seconds since it became ready. */
  readonly queuedSeconds: number | null;
  /** Code of the failure of the attempt before. */
  readonly lastError: string | null;
  /** Ms since the epoch at the decision; null where there is no calendar (simulation). */
  readonly at: number | null;
}

export interface PlaceView {
  /** Node of the cluster, or the layer itself where it is one machine. */
  readonly machine: string;
  readonly layer: string;
  /** Advertised relative run time, 1 where nothing is advertised; smaller is faster. */
  readonly nominal: number;
  /** Share of its capacity that is busy, 0 to 1. */
  readonly load: number | null;
  /** Seconds that starting anything there costs. */
  readonly overheadSeconds: number;
}

/** What is predicted. FAILURE is a probability; the others are positive and predicted as their natural logarithm. */
export const TARGETS = ['RUN_TIME', 'MEMORY_PEAK', 'OUTPUT_BYTES', 'FAILURE'] as const;
export type Target = (typeof TARGETS)[number];

const unknown = {
  signature: '',
  words: '',
  group: '',
  inputBytes: null,
  unpackedBytes: null,
  records: null,
  meshBytes: null,
  inputCount: null,
  outputCount: null,
  parents: 0,
  children: 0,
  depth: 0,
  followingSeconds: null,
  cpus: null,
  memoryBytes: null,
  attempt: 1,
  queuedSeconds: null,
  lastError: null,
  at: null,
};

/** A view of which only this much is known. */
export function taskView(known: Partial<TaskView> & Pick<TaskView, 'typeKey'>): TaskView {
  return { ...unknown, toolKey: toolOf(known.typeKey), ...known };
}

export function placeView(known: Partial<PlaceView> & Pick<PlaceView, 'machine'>): PlaceView {
  return { layer: 'LOCAL', nominal: 1, load: null, overheadSeconds: 0, ...known };
}

/** `NFCORE_RNASEQ.FASTQC` and `chipseq/FASTQC` are the same tool. */
export function toolOf(typeKey: string): string {
  return (typeKey.split(/[./:]/).at(-1) as string).toUpperCase();
}
