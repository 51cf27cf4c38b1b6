/** Rules of subscribers: each sees what its filter matches, once, in order, as it was committed and not before. */
import type { CommittedEvent } from '../../../src/events/catalogue.js';
import type { Report } from './promises.js';

export interface Wanted {
  readonly name: string;
  readonly meshId?: string;
  readonly statuses?: readonly string[];
}

/** Follows one subscriber over all its connections. */
export class FeedRules {
  readonly #report: Report;
  readonly #history: readonly CommittedEvent[];
  readonly #wanted: Wanted;
  /** Of the next event that may be wanted. */
  #position: number;

  constructor(report: Report, history: readonly CommittedEvent[], wanted: Wanted) {
    this.#report = report;
    this.#history = history;
    this.#wanted = wanted;
    this.#position = 0;
  }

  /** The last event it has seen, or that it does not want. */
  get cursor(): number {
    return this.#position;
  }

  get isComplete(): boolean {
    return this.#next() === undefined;
  }

  sees(events: readonly CommittedEvent[]): void {
    for (const event of events) {
      const expected = this.#next();
      if (expected === undefined || !isSame(expected, event)) {
        const due = expected === undefined ? 'nothing' : `event ${expected.seq}`;
        this.#report(
          'feed',
          `subscriber ${this.#wanted.name} sees event ${event.seq} (${event.type}) where ${due} is due`,
        );
        return;
      }
      this.#position++;
    }
  }

  ended(): void {
    const missed = this.#next();
    if (missed !== undefined)
      this.#report('feed', `subscriber ${this.#wanted.name} never saw event ${missed.seq} (${missed.type})`);
  }

  #next(): CommittedEvent | undefined {
    const { meshId, statuses } = this.#wanted;
    for (; this.#position < this.#history.length; this.#position++) {
      const event = this.#history[this.#position] as CommittedEvent;
      if (meshId !== undefined && event.meshId !== meshId) continue;
      if (statuses !== undefined && !statuses.includes(event.to ?? '')) continue;
      return event;
    }
    return undefined;
  }
}

function isSame(a: CommittedEvent, b: CommittedEvent): boolean {
  return (
    a.seq === b.seq &&
    a.type === b.type &&
    a.meshId === b.meshId &&
    a.taskId === b.taskId &&
    a.from === b.from &&
    a.to === b.to &&
    a.at === b.at
  );
}
