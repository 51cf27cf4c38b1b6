/**
 * Frequent subsequences, by growing prefixes over projected sequences (PrefixSpan: Pei et al., ICDE 2001). Called by the
 * finder of sequences; knows nothing of what the items mean.
 */

import type { Stages } from '../../../kit/turn.js';

export interface FrequentSequence {
  readonly items: readonly string[];
  /** Number of sequences that contain the items in this order, with anything between. */
  readonly support: number;
}

export interface Limits {
  readonly supportMin: number;
  readonly lengthMax: number;
  /** Answers are cut here, so that a log of noise cannot fill the memory; the shorter prefixes come first. */
  readonly sequencesMax: number;
}

/** Where the rest of a sequence begins after a prefix. */
type Projection = readonly (readonly [sequence: number, from: number])[];

/** In the order of their items, each prefix before what grows from it. A stage grows one prefix: a pass over its projection. */
export function* frequentSequencesInStages(
  sequences: readonly (readonly string[])[],
  limits: Limits,
): Stages<FrequentSequence[]> {
  const found: FrequentSequence[] = [];
  function* grow(prefix: readonly string[], projection: Projection): Stages<void> {
    if (prefix.length === limits.lengthMax) return;
    yield;
    for (const [item, rest] of projectionsOf(sequences, projection)) {
      if (rest.length < limits.supportMin) continue;
      if (found.length === limits.sequencesMax) return;
      const items = [...prefix, item];
      found.push({ items, support: rest.length });
      yield* grow(items, rest);
    }
  }
  yield* grow(
    [],
    sequences.map((_, sequence) => [sequence, 0] as const),
  );
  return found;
}

/** For each item that follows, the sequences in which it does, and where they go on after its first occurrence. */
function projectionsOf(
  sequences: readonly (readonly string[])[],
  projection: Projection,
): [string, [number, number][]][] {
  const byItem = new Map<string, [number, number][]>();
  for (const [sequence, from] of projection) {
    const items = sequences[sequence] as readonly string[];
    const seen = new Set<string>();
    for (let at = from; at < items.length; at++) {
      const item = items[at] as string;
      if (seen.has(item)) continue;
      seen.add(item);
      const rest = byItem.get(item);
      if (rest === undefined) byItem.set(item, [[sequence, at + 1]]);
      else rest.push([sequence, at + 1]);
    }
  }
  return [...byItem].sort(([a], [b]) => (a < b ? -1 : 1));
}
