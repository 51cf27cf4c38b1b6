/**
 * What the attempts of one incarnation came to, as JSON and as far as it is remembered: whoever sends a start again is told again, and nothing
 * is run twice, although the queue has forgotten that the attempt was there.
 *
 * Two generations, and the older is forgotten as a whole: taking the oldest out of one Map, again and again, makes V8 walk
 * over the places of all that were taken out before, 20 us an attempt.
 */
/** Of a generation. A server that sends again does so within seconds; a node ends at most a few thousand attempts in that time. */
const ENDED_MAX = 10_000;
const CHARACTERS_MAX = 16_000_000;

export class EndedAttempts {
  #outcomes = new Map<number, string>();
  #before: ReadonlyMap<number, string> = new Map();
  #characters = 0;

  remember(token: number, outcome: string): void {
    if (this.#outcomes.size === ENDED_MAX || this.#characters + outcome.length > CHARACTERS_MAX) {
      this.#before = this.#outcomes;
      this.#outcomes = new Map();
      this.#characters = 0;
    }
    this.#outcomes.set(token, outcome);
    this.#characters += outcome.length;
  }

  outcomeOf(token: number): string | undefined {
    return this.#outcomes.get(token) ?? this.#before.get(token);
  }
}
