/**
 * What usually follows what in the lives of tasks and meshes, beyond what each does by itself. Called by the recogniser
 * of patterns: every event is told under the key of its task or mesh, findings are asked for now and then. That every
 * task is queued before it starts is frequent and no finding, because its lift is 1.
 */
import { BoundedMap } from '../../../learning/bounded-map.js';
import { atOnce, type Stages } from '../../../kit/turn.js';
import { benjaminiHochberg } from '../../statistics/false-discovery.js';
import { fisherUpper } from '../../statistics/hypergeometric.js';
import { frequentSequencesInStages } from './prefix-span.js';
import type { FrequentSequence } from './prefix-span.js';

/** The latest tasks or meshes, and of each the first events. */
const SEQUENCES_MAX = 1_000;
const ITEMS_MAX = 64;
const LIMITS = { supportMin: 5, lengthMax: 5, sequencesMax: 5_000 } as const;
const LIFT_MIN = 2;
const FALSE_SHARE_MAX = 0.05;
/** A longer pattern has to say this much more than a shorter one that ends alike. */
const GAIN_MIN = 1.1;

export interface SequencePattern extends FrequentSequence {
  /** How much likelier the last item is after the others than anywhere. */
  readonly lift: number;
  /** Share of the sequences with the others in which the last follows. */
  readonly confidence: number;
  readonly qValue: number;
}

export interface SequenceState {
  readonly sequences: readonly (readonly [key: string, items: readonly string[]])[];
}

export class SequenceFinder {
  readonly #sequences = new BoundedMap<string[]>(SEQUENCES_MAX);

  constructor({ sequences }: SequenceState = { sequences: [] }) {
    for (const [key, items] of sequences) this.#sequences.set(key, [...items]);
  }

  snapshot(): SequenceState {
    return { sequences: [...this.#sequences.entries()].map(([key, items]) => [key, [...items]]) };
  }

  /** `key`: whose life it is. What happens several times in a row is told once. */
  happened(key: string, item: string): void {
    const items = this.#sequences.touch(key, () => []);
    if (items.length < ITEMS_MAX && items.at(-1) !== item) items.push(item);
  }

  findings(): SequencePattern[] {
    return atOnce(this.findingsInStages());
  }

  findingsInStages(): Stages<SequencePattern[]> {
    return significantSequencesInStages([...this.#sequences.values()]);
  }
}

/** The strongest first. Exported for whoever has sequences of their own. */
export function significantSequences(sequences: readonly (readonly string[])[]): SequencePattern[] {
  return atOnce(significantSequencesInStages(sequences));
}

function* significantSequencesInStages(sequences: readonly (readonly string[])[]): Stages<SequencePattern[]> {
  const frequent = yield* frequentSequencesInStages(sequences, LIMITS);
  const supports = new Map(frequent.map(({ items, support }) => [keyOf(items), support]));
  const tested = frequent
    .filter(({ items }) => items.length > 1)
    .map(({ items, support }) => {
      const exposed = supports.get(keyOf(items.slice(0, -1))) as number;
      const failed = supports.get(items.at(-1) as string) as number;
      const table = { both: support, exposed, failed, total: sequences.length };
      const lift = (support * sequences.length) / (exposed * failed);
      return { items, support, lift, confidence: support / exposed, pValue: fisherUpper(table) };
    });
  const qValues = benjaminiHochberg(tested.map(({ pValue }) => pValue));
  const lifts = new Map(tested.map(({ items, lift }) => [keyOf(items), lift]));
  return tested
    .flatMap(({ pValue: _p, ...pattern }, at) => ({ ...pattern, qValue: qValues[at] as number }))
    .filter(({ lift, qValue }) => lift >= LIFT_MIN && qValue <= FALSE_SHARE_MAX)
    .filter(({ items, lift }) => addsToShorter(items, lift, lifts))
    .sort((a, b) => a.qValue - b.qValue || b.lift - a.lift || (keyOf(a.items) < keyOf(b.items) ? -1 : 1));
}

/** No pattern with one of the items before the last left out says as much. */
function addsToShorter(items: readonly string[], lift: number, lifts: ReadonlyMap<string, number>): boolean {
  if (items.length === 2) return true;
  return items.slice(0, -1).every((_, left) => {
    const shorter = lifts.get(keyOf(items.filter((_item, at) => at !== left)));
    return shorter === undefined || lift >= GAIN_MIN * shorter;
  });
}

/** No name of an event or a type holds a line break. */
function keyOf(items: readonly string[]): string {
  return items.join('\n');
}
