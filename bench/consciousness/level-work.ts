/** What the recorded stream of levels consists of: which meshes come when, how long tasks take where, and when they fail. All by seed. */
import { SeededRandom } from '../../src/kit/random.js';
import type { LayerName } from '../../src/lifecycle/vocabulary.js';

export const PHASES = ['steady', 'drift', 'periodic failures', 'many meshes at once'] as const;
export type Phase = (typeof PHASES)[number];

export interface Arrival {
  readonly id: string;
  readonly name: string;
  readonly phase: Phase;
  readonly atMs: number;
  readonly tasks: readonly { readonly key: string; readonly kind: string }[];
  readonly edges: readonly (readonly [from: string, to: string])[];
  /** Its longest path on the fastest machines. */
  readonly idealSeconds: number;
}

export const PHASE_MS = 40 * 60_000;
const EVERY_MS = 30_000;
const BURST = { everyMs: 240_000, meshes: 7, withinMs: 8000 };
/** The machine `far` takes so many times as long in the phase of drift. */
const SLOWER = 2.5;
const BAD = { everyMs: 300_000, forMs: 20_000 };
const FAILS_AFTER_MS = 1000;

/** Seconds on `here`, and how many times that on `far`. */
const KINDS: Readonly<Record<string, { readonly seconds: number; readonly far: number }>> = {
  fetch: { seconds: 2, far: 0.6 },
  parse: { seconds: 5, far: 0.5 },
  join: { seconds: 9, far: 1.8 },
  train: { seconds: 14, far: 0.7 },
  report: { seconds: 3, far: 1.6 },
  sync: { seconds: 3, far: 1 },
};

type Shape = readonly [kinds: readonly string[], edges: readonly (readonly [number, number])[]];

/** By name of mesh. */
const SHAPES: Readonly<Record<string, Shape>> = {
  hourly: [
    ['fetch', 'parse', 'sync', 'report'],
    [
      [0, 1],
      [1, 2],
      [1, 3],
    ],
  ],
  nightly: [
    ['fetch', 'fetch', 'parse', 'parse', 'join', 'train', 'report', 'report', 'sync', 'parse', 'parse'],
    [
      [0, 2],
      [1, 3],
      [2, 4],
      [3, 4],
      [4, 5],
      [5, 6],
      [2, 7],
      [4, 8],
    ],
  ],
  wide: [
    ['fetch', ...Array.from({ length: 16 }, (_, at) => (at % 3 === 0 ? 'parse' : 'report')), 'join', 'train'],
    [...Array.from({ length: 16 }, (_, at): [number, number] => [0, at + 1]), [0, 17], [17, 18]],
  ],
  tiny: [['report', 'sync'], [[0, 1]]],
};

export function arrivalsOf(seed: string): Arrival[] {
  const random = new SeededRandom(`arrivals ${seed}`);
  const names = Object.keys(SHAPES);
  const arrivals: Arrival[] = [];
  const add = (phase: Phase, atMs: number): void => {
    const name = names[random.int(names.length)] as string;
    arrivals.push(arrivalOf({ id: `m${arrivals.length}`, name, phase, atMs: Math.round(atMs) }));
  };
  PHASES.forEach((phase, nth) => {
    const begin = nth * PHASE_MS;
    if (phase === 'many meshes at once')
      for (let at = 0; at < PHASE_MS; at += BURST.everyMs)
        for (let mesh = 0; mesh < BURST.meshes; mesh++)
          add(phase, begin + at + BURST.withinMs * random.next());
    else for (let at = 0; at < PHASE_MS; at += EVERY_MS * (0.5 + random.next())) add(phase, begin + at);
  });
  return arrivals.sort((a, b) => a.atMs - b.atMs);
}

function arrivalOf({ id, name, phase, atMs }: Pick<Arrival, 'id' | 'name' | 'phase' | 'atMs'>): Arrival {
  const [kinds, pairs] = SHAPES[name] as Shape;
  const best = kinds.map((kind) => {
    const { seconds, far } = KINDS[kind] as { seconds: number; far: number };
    return seconds * Math.min(1, far);
  });
  const ends = [...best];
  for (const [from, to] of pairs)
    ends[to] = Math.max(ends[to] as number, (ends[from] as number) + (best[to] as number));
  const tasks = kinds.map((kind, at) => ({ key: `${kind}${at}`, kind }));
  const keyOf = (at: number): string => tasks[at]?.key as string;
  return {
    ...{ id, name, phase, atMs, tasks, idealSeconds: Math.max(...ends) },
    edges: pairs.map(([from, to]) => [keyOf(from), keyOf(to)] as const),
  };
}

interface About {
  readonly taskId: string;
  readonly kind: string;
  readonly layer: LayerName;
  readonly attempt: number;
}

/** The same for the same attempt in the same place, whatever the level. */
export function secondsOf(seed: string, { taskId, kind, layer, attempt }: About, atMs: number): number {
  const { seconds, far } = KINDS[kind] as { seconds: number; far: number };
  const random = new SeededRandom(`times ${seed}`).fork(`${taskId} ${attempt}`);
  const noise = Math.exp(0.15 * (random.next() + random.next() + random.next() - 1.5) * 2);
  const isSlow = layer === 'CLUSTER' && phaseAt(atMs) === 'drift';
  return seconds * noise * (layer === 'CLUSTER' ? far : 1) * (isSlow ? SLOWER : 1);
}

/** When it fails that runs so long; null: it completes. */
export function failsAt(seed: string, { kind }: About, [from, to]: readonly [number, number]): number | null {
  if (kind !== 'sync' || phaseAt(from) !== 'periodic failures') return null;
  const begin = PHASES.indexOf('periodic failures') * PHASE_MS;
  const random = new SeededRandom(`bad ${seed}`);
  const phase = random.int(BAD.everyMs - BAD.forMs);
  const first = begin + phase + BAD.everyMs * Math.floor((from - begin - phase) / BAD.everyMs);
  for (const bad of [first, first + BAD.everyMs])
    if (from < bad + BAD.forMs && to > bad) return Math.max(from, bad) + FAILS_AFTER_MS;
  return null;
}

function phaseAt(atMs: number): Phase | undefined {
  return PHASES[Math.floor(atMs / PHASE_MS)];
}
