/**
 * One objective over all meshes that run at once: the mean slowdown, how much longer a mesh takes than it would alone. A mesh gets
 * a share of starts that is larger the sooner it would be done and the shorter it is by itself (weighted shortest remaining
 * processing time; Smith, 1956), within bounds, so that nobody is starved. What goes into it are signals, each of which can be
 * left out, to see whether it matters. Called for each mesh that begins, at each start, and in replays. Pure.
 */

export const JOINT_SIGNALS = ['durations', 'progress', 'retries', 'memory', 'layers', 'bad windows'] as const;
export type JointSignal = (typeof JOINT_SIGNALS)[number];

export interface LoadedTask {
  readonly typeKey: string;
  readonly layer: string;
  /** As predicted. */
  readonly seconds: number;
  /** Probability that an attempt fails. */
  readonly failure: number;
  /** Parts of the room of its layer that it takes: a slot, and what is scarcest of slots, cores and memory. */
  readonly slotShare: number;
  readonly roomShare: number;
}

export interface MeshLoad {
  readonly tasks: readonly LoadedTask[];
  /** Its longest path, in predicted seconds and in tasks. */
  readonly pathSeconds: number;
  readonly pathTasks: number;
}

/** Starts of a kind of task fail in it, or are held back. */
export interface BadWindow {
  readonly typeKey: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** A mesh in numbers, under the signals that are used. */
export interface MeshNeed {
  /** Seconds that it needs of the place that it needs most, if it had all of it. */
  readonly work: number;
  readonly ideal: number;
  readonly tasks: number;
  readonly usesProgress: boolean;
  /** Windows of kinds of its tasks; empty where they are not looked at. */
  readonly windows: readonly BadWindow[];
}

/** No mesh gets more than so many times the usual share, nor less than that part of it. */
const SHARE_MAX = 16;
/** A mesh with a bad window before it goes before others of its need. */
const HURRY = 4;
const SECONDS_MIN = 0.001;
const FAILURE_MAX = 0.9;

export function needOf(
  load: MeshLoad,
  signals: ReadonlySet<JointSignal>,
  windows: readonly BadWindow[],
): MeshNeed {
  const byPlace = new Map<string, number>();
  for (const task of load.tasks) {
    const place = signals.has('layers') ? task.layer : '';
    const seconds = signals.has('durations') ? Math.max(SECONDS_MIN, task.seconds) : 1;
    const attempts = signals.has('retries') ? 1 / (1 - Math.min(FAILURE_MAX, task.failure)) : 1;
    const share = signals.has('memory') ? task.roomShare : task.slotShare;
    byPlace.set(place, (byPlace.get(place) ?? 0) + seconds * attempts * share);
  }
  const kinds = new Set(load.tasks.map(({ typeKey }) => typeKey));
  return {
    work: Math.max(SECONDS_MIN, ...byPlace.values()),
    ideal: Math.max(SECONDS_MIN, signals.has('durations') ? load.pathSeconds : load.pathTasks),
    tasks: load.tasks.length,
    usesProgress: signals.has('progress'),
    windows: signals.has('bad windows') ? windows.filter(({ typeKey }) => kinds.has(typeKey)) : [],
  };
}

/** ln(ideal × remaining work): the lower, the sooner. */
export function urgencyOf(
  { work, ideal, tasks, usesProgress, windows }: MeshNeed,
  open: number,
  nowMs: number,
): number {
  const remaining = usesProgress ? (work * Math.max(1, open)) / Math.max(1, tasks) : work;
  const horizonMs = 1000 * (ideal + remaining);
  const isAhead = windows.some(({ fromMs }) => nowMs < fromMs && fromMs < nowMs + horizonMs);
  return Math.log(ideal) + Math.log(remaining) - (isAhead ? Math.log(HURRY) : 0);
}

/** Beside meshes whose urgencies are `usual` on average. */
export function shareOf(urgency: number, usual: number): number {
  return Math.min(SHARE_MAX, Math.max(1 / SHARE_MAX, Math.exp(usual - urgency)));
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
