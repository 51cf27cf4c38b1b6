/** What happened, line by line, for people who replay a seed; silent in the many runs that nobody reads. */
import type { Timeline } from './timeline.js';

export class Story {
  readonly #timeline: Timeline;
  readonly #write: ((line: string) => void) | undefined;

  constructor(timeline: Timeline, write?: (line: string) => void) {
    this.#timeline = timeline;
    this.#write = write;
  }

  /** The words are made only when somebody listens. */
  tell(who: string, what: () => string): void {
    if (this.#write === undefined) return;
    const at = (this.#timeline.now() / 1000).toFixed(3).padStart(8);
    this.#write(`${at}  ${who.padEnd(10)}  ${what()}`);
  }
}
