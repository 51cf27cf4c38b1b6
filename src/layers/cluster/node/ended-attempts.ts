/**
 * What the attempts of one incarnation came to, as far as it is remembered: whoever sends a start again is told again, and nothing
 * is run twice, although the queue has forgotten that the attempt was there. Bounded, the oldest goes first.
 */
import type { Outcome } from '../../../lifecycle/task.js';

/** A server that sends again does so within seconds; a node ends at most a few thousand attempts in that time. */
const ENDED_MAX = 10_000;
const CHARACTERS_MAX = 32_000_000;

export class EndedAttempts {
  readonly #outcomes = new Map<number, { readonly outcome: Outcome; readonly characters: number }>();
  #characters = 0;

  remember(token: number, outcome: Outcome): void {
    const characters = JSON.stringify(outcome).length;
    this.#outcomes.set(token, { outcome, characters });
    this.#characters += characters;
    for (const [oldest, { characters: gone }] of this.#outcomes) {
      if (this.#outcomes.size <= ENDED_MAX && this.#characters <= CHARACTERS_MAX) break;
      this.#outcomes.delete(oldest);
      this.#characters -= gone;
    }
  }

  outcomeOf(token: number): Outcome | undefined {
    return this.#outcomes.get(token)?.outcome;
  }
}
