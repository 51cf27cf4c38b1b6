/**
 * One half of the two-way search in `OnlineOrder`: walks from a node along its edges (or against them), nearest position first,
 * one edge at a time, so that the two halves can take turns edge by edge and neither pays for a node with 100,000 edges.
 */
import { Heap, UNTRACKED } from '../kit/heap.js';
import { NO_EDGE } from './edge-table.js';

/** How edges are followed in one direction. */
export interface Direction {
  first(node: number): number;
  next(edge: number): number;
  end(edge: number): number;
}

/**
 * Of the nodes reached, one is `current` and has edges left to follow, some wait in the heap, the others are `completed`
 * in the order of `compare`. Every node reached comes later in that order than the node it was reached from.
 */
export class Frontier {
  completed: number[] = [];
  current = 0;
  readonly #direction: Direction;
  readonly #waiting: Heap<number>;
  #edge = NO_EDGE;

  constructor(direction: Direction, compare: (a: number, b: number) => number) {
    this.#direction = direction;
    this.#waiting = new Heap(compare, UNTRACKED);
  }

  start(node: number): void {
    this.completed = [];
    this.#enter(node);
  }

  /** Goes on to the next node with edges to follow; false when there is none. */
  settle(): boolean {
    while (this.#edge === NO_EDGE) {
      this.completed.push(this.current);
      const next = this.#waiting.pop();
      if (next === undefined) return false;
      this.#enter(next);
    }
    return true;
  }

  /** Follows one edge of `current` and answers the node at its end. Only after `settle` said true. */
  step(): number {
    const edge = this.#edge;
    this.#edge = this.#direction.next(edge);
    return this.#direction.end(edge);
  }

  add(node: number): void {
    this.#waiting.push(node);
  }

  clear(): void {
    this.#waiting.clear();
  }

  #enter(node: number): void {
    this.current = node;
    this.#edge = this.#direction.first(node);
  }
}
