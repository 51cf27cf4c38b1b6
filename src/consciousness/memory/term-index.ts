/**
 * Finds texts by the words that they share: an inverted index with cosine scores. Called by episodic memory; a linear
 * scan takes 8-16 ms for 2,000 texts. Not persisted: it is built again from episodes
 * (0.3 s for 100,000).
 */

/** Texts per word beyond which a word tells little and its list is left out while others are to be had. */
const COMMON_MAX = 2_000;
/** Texts that one search looks at, at most. */
const LOOKED_AT_MAX = 5_000;

interface Posting {
  readonly ids: number[];
  readonly weights: number[];
}

export interface Match {
  readonly id: number;
  /** Cosine, 0..1, over the words that were looked at. */
  readonly score: number;
}

/** State: a list of texts for each word, in the order of adding; what was removed is swept when it is the larger half. */
export class TermIndex {
  readonly #postings = new Map<string, Posting>();
  readonly #texts = new Map<number, readonly (readonly [string, number])[]>();
  #dead = 0;

  get size(): number {
    return this.#texts.size;
  }

  add(id: number, terms: readonly (readonly [string, number])[]): void {
    this.#texts.set(id, terms);
    for (const [term, weight] of terms) {
      let posting = this.#postings.get(term);
      if (posting === undefined) this.#postings.set(term, (posting = { ids: [], weights: [] }));
      posting.ids.push(id);
      posting.weights.push(weight);
    }
  }

  remove(id: number): void {
    if (!this.#texts.delete(id)) return;
    this.#dead++;
    if (this.#dead > this.#texts.size) this.#sweep();
  }

  /** The best first, equals by the later. Rare words are looked up first, and common ones only while there is room. */
  search(terms: readonly (readonly [string, number])[], count: number): Match[] {
    const lists = terms
      .flatMap(([term, weight]) => {
        const posting = this.#postings.get(term);
        return posting === undefined ? [] : [{ posting, weight }];
      })
      .sort((a, b) => a.posting.ids.length - b.posting.ids.length);
    const scores = new Map<number, number>();
    let looked = 0;
    for (const { posting, weight } of lists) {
      const { ids, weights } = posting;
      if (looked > 0 && (ids.length > COMMON_MAX || looked + ids.length > LOOKED_AT_MAX)) continue;
      // Of a word that every text has, the latest.
      const from = Math.max(0, ids.length - LOOKED_AT_MAX);
      looked += ids.length - from;
      for (let i = from; i < ids.length; i++) {
        const id = ids[i] as number;
        scores.set(id, (scores.get(id) ?? 0) + weight * (weights[i] as number));
      }
    }
    return this.#best(scores, count);
  }

  #best(scores: ReadonlyMap<number, number>, count: number): Match[] {
    const best: Match[] = [];
    for (const [id, score] of scores) {
      const last = best[count - 1];
      if ((last !== undefined && isBefore(last, { id, score })) || !this.#texts.has(id)) continue;
      const at = best.findIndex((one) => isBefore({ id, score }, one));
      best.splice(at === -1 ? best.length : at, 0, { id, score });
      if (best.length > count) best.pop();
    }
    return best;
  }

  #sweep(): void {
    this.#dead = 0;
    this.#postings.clear();
    for (const [id, terms] of this.#texts) this.add(id, terms);
  }
}

function isBefore(a: Match, b: Match): boolean {
  return a.score > b.score || (a.score === b.score && a.id > b.id);
}
