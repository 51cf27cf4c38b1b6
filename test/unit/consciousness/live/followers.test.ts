/** A server that follows: it answers from what the leader wrote, hears of it within a second, and has changes made by the one that leads. */
import { beforeEach, describe, expect, it } from 'vitest';
import { ConsciousnessAnswers } from '../../../../src/consciousness/live/answers.js';
import { changeTasks } from '../../../../src/consciousness/live/leader-changes.js';
import type { Caller } from '../../../../src/consciousness/consciousness.js';
import type { LiveConsciousness } from '../../../../src/consciousness/live/live-consciousness.js';
import type { Json } from '../../../../src/kit/json.js';
import type { AskLeader } from '../../../../src/store/relay.js';
import { uuid } from '../../../support/store/batches.js';
import { MindWorld, needing, type Server, turns } from '../../../support/consciousness/mind-world.js';

const ALL = { limit: 100 };
const ANN = { id: 'ann', trusted: true, address: '10.0.0.1' };
let world: MindWorld;
let leader: Server;
let leading: ConsciousnessAnswers;
let follower: ConsciousnessAnswers;
let letters: number;

beforeEach(async () => {
  world = await MindWorld.open();
  leader = await world.leading();
  leading = facing(leader.live);
  letters = 0;
  follower = facing(world.server().live, relayed);
});

function facing(live: LiveConsciousness, ask?: AskLeader): ConsciousnessAnswers {
  return new ConsciousnessAnswers({
    ...{ enabled: true, live, store: world.store },
    newId: () => uuid(1),
    now: () => world.clock.wall(),
    lastEventSeq: () => Promise.resolve(world.history.lastSeq),
    leader: () => ask,
  });
}

/** The relay, without its way through the store: what is sent and answered is JSON. */
async function relayed(task: string, args: readonly Json[]): Promise<Json> {
  const sent = JSON.parse(JSON.stringify(args)) as Json[];
  const done = changeTasks(leading)[task]?.(sent, uuid(2000 + letters++));
  if (done === undefined) throw new Error(`nobody knows ${task}`);
  return JSON.parse(JSON.stringify(await done)) as Json;
}

async function trip(dependency = 'warehouse'): Promise<void> {
  for (let at = 0; at < 5; at++)
    leader.advisor.settled?.({ taskId: 't', spec: needing(dependency), runMs: 500, failureCode: 'EXIT_1' });
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
});

describe('a change that a server which follows is asked for', () => {
  it('is carried out by the one that leads, and answered as that one answers', async () => {
    await trip();
    const [row] = await world.decisions({ open: true });
    const id = row?.id as string;
    const at = new Date(world.clock.wall() - 60_000);
    const event = { kind: 'DEPLOY', subject: 'db', text: 'version 2', payload: { by: ['ann'] }, at };
    const told = follower.tell(ANN, event);
    await world.pass(500);
    expect(await told).toMatchObject({ ...event, by: 'ann' });
    expect(await world.store.events(ALL)).toMatchObject([await told]);

    const vetoed = await follower.veto(ANN, id, 'a veto');
    expect(vetoed).toEqual((await world.decisions({ id }))[0]);
    expect(vetoed.outcome).toMatchObject({ ended: 'VETOED', by: 'ann', why: 'a veto' });
    expect(vetoed.outcome?.endedAt).toBeInstanceOf(Date);
    const rated = await follower.rate(ANN, id, { rating: 0.5, why: 'yet' });
    expect(rated).toEqual((await world.decisions({ id }))[0]);
    expect(rated).toMatchObject({ rating: 0.5, ratedBy: 'ann' });

    const evolved = await follower.evolve(ANN, { to: 'COGNITIVE', why: 'to see', acceptRisk: true });
    expect(evolved).toMatchObject({ kind: 'RISK_TAKEN', entry: { who: 'ann', why: 'to see' } });
    expect(await world.store.lines({ kinds: ['RISK_TAKEN'] }, ALL)).toEqual([evolved]);
    expect(await follower.report()).toMatchObject({ level: 'COGNITIVE', objections: [{ owed: 2 }] });
    const who = { actor: 'ann', tenant: 'default', address: '10.0.0.1' };
    expect(world.store.audits).toMatchObject([
      { ...who, action: 'processEvent' },
      { ...who, action: 'vetoDecision', subject: `decision ${id}`, after: { why: 'a veto' } },
      { ...who, action: 'rateDecision', subject: `decision ${id}` },
      { ...who, action: 'evolveConsciousness', after: { level: 'COGNITIVE' } },
    ]);
  });

  it('opens what a decision holds where that is undone, and nothing is learned from it', async () => {
    await trip();
    expect(leader.gate.isOpen).toBe(false);
    const [row] = await world.decisions({ open: true });
    const undone = await follower.undo(ANN, row?.id as string, 'not now');
    expect(undone.outcome).toMatchObject({ ended: 'UNDONE', why: 'not now' });
    expect(world.store.audits).toMatchObject([{ action: 'undoDecision', actor: 'ann' }]);
    expect(leader.gate.isOpen).toBe(true);
    expect((await follower.report()).objections).toEqual([]);
  });

  it('is refused as the one that leads refuses it', async () => {
    const changes = (face: ConsciousnessAnswers) => [
      face.evolve(ANN, { to: 'BASIC', why: 'x', acceptRisk: false }),
      face.veto(ANN, uuid(5), 'y'),
      face.undo(ANN, uuid(5), 'y'),
      face.rate(ANN, uuid(5), { rating: 1, why: 'y' }),
      face.tell({ id: 'bob', trusted: false }, { kind: 'X', subject: '', text: '', payload: {} }),
    ];
    const here = await Promise.allSettled(changes(leading));
    expect(await Promise.allSettled(changes(follower))).toEqual(here);
    const codes = here.map((one) => (one as { reason?: { code: string } }).reason?.code);
    expect(codes).toEqual(['CONFLICT', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND', 'FORBIDDEN']);
  });

  it('waits while nobody leads, and is never sent on by one that has lost the lead meanwhile', async () => {
    await leader.live.follow();
    const veto = (caller: Caller) => follower.veto(caller, uuid(5), 'y');
    await expect(veto(ANN)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const before = letters;
    await expect(veto({ ...ANN, requestId: uuid(6) })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(letters).toBe(before);
  });
});

describe('a change that comes again, because its answer was lost', () => {
  const force = { to: 'COGNITIVE', why: 'try', acceptRisk: false } as const;
  const event = { kind: 'DEPLOY', subject: 'db', text: '', payload: {} };
  const by = (at: number): Caller => ({ ...ANN, requestId: uuid(900 + at) });

  async function changeAll(face: ConsciousnessAnswers, [vetoed, undone]: readonly string[]) {
    const telling = face.tell(by(0), event);
    await world.pass(500);
    return [
      await telling,
      await face.veto(by(1), vetoed as string, 'no'),
      await face.undo(by(2), undone as string, 'not now'),
      await face.rate(by(3), vetoed as string, { rating: -1, why: 'bad' }),
      await face.evolve(by(4), force),
    ];
  }

  it('changes nothing and is answered as before, here and by the next that leads', async () => {
    await trip();
    await trip('mail');
    const ids = (await world.decisions({ open: true })).map(({ id }) => id);
    expect(ids).toHaveLength(2);
    const first = await changeAll(leading, ids);
    const { standing: before } = await world.store.state();
    const last = (rows: readonly unknown[]) => [rows[0], rows[3], rows[2], rows[3], rows[4]];
    expect(await changeAll(leading, ids)).toEqual(last(first));
    await leader.live.follow();
    const next = await world.leading({}, 2);
    expect(await changeAll(facing(next.live), ids)).toEqual(last(first));
    const { standing: after } = await world.store.state();
    expect(JSON.parse(after as string)).toEqual(JSON.parse(before as string));
    expect(await world.store.events(ALL)).toHaveLength(1);
    expect(await world.store.lines({ kinds: ['FORCED'] }, ALL)).toHaveLength(1);
    expect(next.live.book.objections.all).toMatchObject([{ vetoes: 2, owed: 9 }]);
  });
});
