/**
 * A tournament tree: the best of many players whose strength changes one at a time. The best is known at once, a change
 * costs O(log n) games, the next best k cost O(k log n). Used for placement, where every start changes one node.
 */
import { assert } from './assert.js';
import { Heap, UNTRACKED } from './heap.js';

const NOBODY = -1;

export class Tournament {
  readonly #leaves: number;
  /** The winner of each subtree; the root is 1, the leaf of player p is `#leaves + p`. */
  readonly #winners: Int32Array;
  readonly #beats: (a: number, b: number) => boolean;
  #players = 0;

  /** `beats(a, b)` must be a total order of the players 0 to size - 1 as they are when it is asked. */
  constructor(size: number, beats: (a: number, b: number) => boolean) {
    this.#leaves = 2 ** Math.ceil(Math.log2(Math.max(size, 1)));
    this.#winners = new Int32Array(2 * this.#leaves).fill(NOBODY);
    this.#beats = beats;
  }

  /** How many take part. */
  get players(): number {
    return this.#players;
  }

  /** Undefined: nobody takes part. */
  get winner(): number | undefined {
    const winner = this.#winners[1] as number;
    return winner === NOBODY ? undefined : winner;
  }

  /** To be called whenever the strength of a player changes, or whether it takes part. */
  set(player: number, plays: boolean): void {
    let at = this.#leaves + player;
    assert(at < this.#winners.length, () => `there is no player ${player}`);
    const did = this.#winners[at] !== NOBODY;
    this.#players += Number(plays) - Number(did);
    this.#winners[at] = plays ? player : NOBODY;
    for (at >>= 1; at >= 1; at >>= 1) this.#winners[at] = this.#better(2 * at, 2 * at + 1);
  }

  /** The best `count`, best first. */
  best(count: number): number[] {
    const found: number[] = [];
    const subtrees = new Heap<number>(
      (a, b) => (this.#beats(this.#winners[a] as number, this.#winners[b] as number) ? -1 : 1),
      UNTRACKED,
    );
    if (this.#winners[1] !== NOBODY) subtrees.push(1);
    while (found.length < count) {
      const subtree = subtrees.pop();
      if (subtree === undefined) break;
      const winner = this.#winners[subtree] as number;
      found.push(winner);
      // whoever lost against it on its way up is the next best of that part
      for (let at = this.#leaves + winner; at > subtree; at >>= 1) {
        if (this.#winners[at ^ 1] !== NOBODY) subtrees.push(at ^ 1);
      }
    }
    return found;
  }

  #better(left: number, right: number): number {
    const a = this.#winners[left] as number;
    const b = this.#winners[right] as number;
    if (a === NOBODY || b === NOBODY) return a === NOBODY ? b : a;
    return this.#beats(a, b) ? a : b;
  }
}
