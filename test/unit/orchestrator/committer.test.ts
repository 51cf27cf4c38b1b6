/** What the committer tells of, and in which parts. */
import { describe, expect, it } from 'vitest';
import type { CommittedEvent } from '../../../src/events/catalogue.js';
import { VirtualClock } from '../../../src/kit/clock.js';
import { Ledger, type PendingEvent } from '../../../src/lifecycle/ledger.js';
import { Committer } from '../../../src/orchestrator/committer.js';
import type { Store } from '../../../src/store/store.js';

let lastSeq = 0;

/** So many events in the batch under construction. */
function happen(ledger: Ledger, count: number): void {
  for (let i = 0; i < count; i++) {
    const event = { seq: ++lastSeq, type: 'TASK_CREATED', at: 0, payload: {} };
    (ledger.batch.events as unknown as PendingEvent[]).push(event as unknown as PendingEvent);
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('what is committed', () => {
  it('is told in the order of the history, a large batch in parts with turns between them', async () => {
    const ledger = new Ledger(0);
    const told: number[][] = [];
    const committer = new Committer(ledger, {
      store: { commit: async () => ({ kind: 'applied', at: 7 }) } as unknown as Store,
      clock: new VirtualClock(),
      epoch: 1,
      lastBatchSeq: 0,
      release: () => {},
      publish: (events: readonly CommittedEvent[]) => {
        expect(events.every(({ at }) => at === 7)).toBe(true);
        told.push(events.map(({ seq }) => seq));
      },
      committed: () => {},
      unanswered: () => {},
      ended: (reason) => expect.unreachable(reason),
    });
    happen(ledger, 4_500);
    committer.kick();
    await committer.idle();
    happen(ledger, 3);
    committer.kick();
    await committer.idle();
    for (let turns = 0; told.flat().length < 4_503 && turns < 100; turns++) await turn();
    expect(told.map(({ length }) => length)).toEqual([2_000, 2_000, 500, 3]);
    const all = told.flat();
    expect(all).toEqual(Array.from({ length: 4_503 }, (_, k) => k + 1));
  });
});
