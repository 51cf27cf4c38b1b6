/**
 * What happened before in a situation like this one. Called by decisions before they are taken and by whoever asks for
 * similar episodes: the exact situation first, then the nearest of the same type, then what reads alike. It is the half
 * in memory; the store keeps the episodes, and a restored one is told them in the order of their ids.
 */
import { BoundedMap } from '../../learning/bounded-map.js';
import type { Episode } from './episode.js';
import { TermIndex } from './term-index.js';
import { NOTHING_PRUNED, prune } from './pruning.js';
import type { Aggregate } from './pruning.js';

/** How many of the latest episodes of a type the nearest are sought among. */
const NEIGHBOURS_MAX = 200;
const SIGNATURE_MAX = 20;
/** Aggregates that outlive their episodes, by type. */
const AGGREGATES_MAX = 5_000;

export type Likeness = 'SIGNATURE' | 'FEATURES' | 'TEXT';

export interface Recall {
  readonly episode: Episode;
  readonly by: Likeness;
  /** 1 is the same. */
  readonly likeness: number;
}

export interface Situation {
  readonly signature: string;
  readonly typeKey: string;
  readonly features: readonly number[];
  readonly terms: Episode['terms'];
}

export interface MemoryState {
  readonly episodesMax: number;
  readonly episodes: readonly Episode[];
  readonly aggregates: readonly (readonly [string, Aggregate])[];
}

/** State: episodes by id, and three ways to them; at most `episodesMax`, then a tenth of them is pruned. */
export class EpisodicMemory {
  readonly #episodesMax: number;
  readonly #episodes = new Map<number, Episode>();
  readonly #bySignature = new Map<string, Episode[]>();
  readonly #byType = new Map<string, Episode[]>();
  readonly #byText = new TermIndex();
  readonly #aggregates = new BoundedMap<Aggregate>(AGGREGATES_MAX);

  constructor({ episodesMax, episodes, aggregates }: MemoryState) {
    this.#episodesMax = episodesMax;
    for (const [typeKey, aggregate] of aggregates) this.#aggregates.set(typeKey, aggregate);
    for (const episode of episodes) this.#add(episode);
  }

  snapshot(): MemoryState {
    const episodes = [...this.#episodes.values()];
    return { episodesMax: this.#episodesMax, episodes, aggregates: [...this.#aggregates.entries()] };
  }

  get size(): number {
    return this.#episodes.size;
  }

  /** What is left of the pruned episodes of a type; zeros where there are none. */
  aggregate(typeKey: string): Aggregate {
    return this.#aggregates.get(typeKey) ?? NOTHING_PRUNED;
  }

  /** Answers the ids of episodes that were pruned to make room, for the store to delete. */
  remember(episode: Episode): number[] {
    this.#add(episode);
    if (this.#episodes.size <= this.#episodesMax) return [];
    const leaving = prune([...this.#episodes.values()], Math.ceil(this.#episodesMax / 10), episode.atMs);
    for (const one of leaving) this.#forget(one);
    return leaving.map(({ id }) => id);
  }

  /** The likest first; the later of equals first. */
  recall(situation: Situation, count: number): Recall[] {
    const found = new Map<number, Recall>();
    const take = (ids: Iterable<readonly [id: number, likeness: number]>, by: Likeness): void => {
      for (const [id, likeness] of ids) {
        if (found.size >= count) return;
        if (!found.has(id)) found.set(id, { episode: this.#episodes.get(id) as Episode, by, likeness });
      }
    };
    const same = this.#bySignature.get(situation.signature) ?? [];
    take(
      same
        .slice(-SIGNATURE_MAX)
        .reverse()
        .map(({ id }) => [id, 1] as const),
      'SIGNATURE',
    );
    if (found.size < count) take(this.#nearest(situation, count + found.size), 'FEATURES');
    if (found.size < count) {
      const texts = this.#byText.search(situation.terms, count + found.size);
      take(
        texts.map(({ id, score }) => [id, score] as const),
        'TEXT',
      );
    }
    return [...found.values()];
  }

  #nearest({ typeKey, features }: Situation, count: number): [id: number, likeness: number][] {
    const others = this.#byType.get(typeKey) ?? [];
    const best: [id: number, likeness: number][] = [];
    for (let i = others.length - 1; i >= Math.max(0, others.length - NEIGHBOURS_MAX); i--) {
      const { id, features: other } = others[i] as Episode;
      if (other.length !== features.length) continue;
      const likeness = 1 / (1 + distance(features, other));
      let at = best.length;
      while (at > 0 && (best[at - 1] as [number, number])[1] < likeness) at--;
      if (at < count) best.splice(at, 0, [id, likeness]);
      if (best.length > count) best.pop();
    }
    return best;
  }

  #add(episode: Episode): void {
    this.#episodes.set(episode.id, episode);
    push(this.#bySignature, episode.signature, episode);
    push(this.#byType, episode.typeKey, episode);
    this.#byText.add(episode.id, episode.terms);
  }

  #forget(episode: Episode): void {
    this.#episodes.delete(episode.id);
    pull(this.#bySignature, episode.signature, episode);
    pull(this.#byType, episode.typeKey, episode);
    this.#byText.remove(episode.id);
    this.#aggregates.set(episode.typeKey, withPruned(this.aggregate(episode.typeKey), episode));
  }
}

function withPruned(before: Aggregate, { outcome, surprise }: Episode): Aggregate {
  return {
    count: before.count + 1,
    failed: before.failed + (outcome.failed ? 1 : 0),
    seconds: before.seconds + outcome.seconds,
    surprise: before.surprise + surprise,
  };
}

function distance(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - (b[i] as number)) ** 2;
  return Math.sqrt(sum);
}

function push(into: Map<string, Episode[]>, key: string, episode: Episode): void {
  const episodes = into.get(key);
  if (episodes === undefined) into.set(key, [episode]);
  else episodes.push(episode);
}

function pull(from: Map<string, Episode[]>, key: string, episode: Episode): void {
  const left = (from.get(key) as Episode[]).filter((one) => one !== episode);
  if (left.length === 0) from.delete(key);
  else from.set(key, left);
}
