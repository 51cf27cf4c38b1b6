/** A server that follows: it answers from what the leader wrote, hears of it within a second, and changes nothing. */
import { beforeEach, describe, expect, it } from 'vitest';
import { ConsciousnessAnswers } from '../../../../src/consciousness/live/answers.js';
import { MindWorld, needing, type Server, turns } from '../../../support/consciousness/mind-world.js';

const ANN = { id: 'ann', trusted: true };
let world: MindWorld;
let leader: Server;
let follower: ConsciousnessAnswers;

beforeEach(async () => {
  world = await MindWorld.open();
  leader = await world.leading();
  follower = new ConsciousnessAnswers({
    ...{ enabled: true, live: world.server().live, store: world.store },
    newId: () => 'unused',
    now: () => world.clock.wall(),
    lastEventSeq: () => Promise.resolve(world.history.lastSeq),
  });
});

async function trip(): Promise<void> {
  for (let at = 0; at < 5; at++)
    leader.advisor.settled?.({ spec: needing('warehouse'), runMs: 500, failureCode: 'EXIT_1' });
  await turns();
}

describe('a server that follows', () => {
  it('answers with level, vetoes and counts of the leader', async () => {
    await trip();
    const [row] = await world.decisions({ open: true });
    await leader.live.book.veto(row?.id as string, { by: 'ann', why: 'no' });
    const force = { to: 'COGNITIVE', who: 'ann', why: 'try', acceptRisk: true } as const;
    await leader.live.levels.force(force, world.clock.wall());
    expect(await follower.report()).toMatchObject({
      ...{ level: 'COGNITIVE', earned: 'BASIC', caughtUp: false },
      decisions: [{ kind: 'CIRCUIT_BREAK', made: 1, vetoed: 1 }],
      objections: [{ subject: 'warehouse', owed: 3 }],
    });
    const { nodes } = await follower.decisions({}, { first: 10 });
    expect(nodes.map(({ id }) => id)).toEqual([row?.id]);
  });

  it('hears within a second what the leader decides, and whoever comes later reads on behind what they know', async () => {
    const stop = new AbortController();
    const rows = (await follower.follow.decisions(undefined))(stop.signal)[Symbol.asyncIterator]();
    const first = rows.next();
    await turns();
    await trip();
    await world.pass(1000);
    const told = (await first).value as readonly { readonly number: number; readonly subject: string }[];
    expect(told.map(({ subject }) => subject)).toEqual(['warehouse']);
    const ended = rows.next();
    stop.abort();
    expect((await ended).done).toBe(true);
    const again = (await follower.follow.decisions(0))(new AbortController().signal)[Symbol.asyncIterator]();
    expect((await again.next()).value).toMatchObject([{ subject: 'warehouse' }]);
    await expect(follower.follow.decisions((told[0]?.number ?? 0) + 1)).rejects.toThrow('the last is');
  });

  it('refuses every change, and says where to ask', async () => {
    const changes = [
      follower.evolve(ANN, { to: 'COGNITIVE', why: 'x', acceptRisk: false }),
      follower.tell(ANN, { kind: 'DEPLOY', subject: 'db', text: '', payload: {} }),
      follower.veto(ANN, 'x', 'y'),
      follower.undo(ANN, 'x', 'y'),
      follower.rate(ANN, 'x', { rating: 1, why: 'y' }),
    ];
    for (const change of await Promise.allSettled(changes))
      expect(change).toMatchObject({ status: 'rejected', reason: { code: 'UNAVAILABLE' } });
    await expect(follower.veto({ id: 'bob', trusted: false }, 'x', 'y')).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});
