/** Where consciousness stands is never stored without the rows and the entry of the audit that say why, whatever the store takes down. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { ConsciousnessWrite, DecisionRow } from '../../../../src/store/consciousness.js';
import { MindWorld, needing, type Server, turns } from '../../../support/consciousness/mind-world.js';
import { uuid } from '../../../support/store/batches.js';

let world: MindWorld;
let server: Server;
/** So many writes are refused from now on. */
let refusals: number;
let written: ConsciousnessWrite[];

const entry = (action: string) => ({
  ...{ tenant: 'default', actor: 'ann', role: null, address: null },
  ...{ action, subject: null, before: null, after: null },
});
const ann = (action: string) => ({
  ...{ by: 'ann', why: 'a drill', requestId: uuid(77), audit: entry(action) },
});

beforeEach(async () => {
  world = await MindWorld.open();
  [refusals, written] = [0, []];
  const write = world.store.write.bind(world.store);
  world.store.write = (epoch, rows) => {
    if (refusals-- > 0) return Promise.reject(new Error('away'));
    written.push(rows);
    return write(epoch, rows);
  };
  server = await world.leading();
});

/** A decision about it, which is open. */
async function decided(dependency: string): Promise<DecisionRow> {
  const spec = needing(dependency);
  for (let at = 0; at < 4; at++)
    server.advisor.settled?.({ taskId: 't', spec, runMs: 500, failureCode: 'EXIT_1' });
  await turns();
  const open = await world.decisions({ open: true, subject: dependency });
  return open[0] as DecisionRow;
}

const standingOf = async (): Promise<Record<string, unknown[]>> =>
  JSON.parse((await world.store.state()).standing ?? '{}') as Record<string, unknown[]>;
const objectionsIn = (standing = '{}'): unknown[] =>
  (JSON.parse(standing) as { objections?: unknown[] }).objections ?? [];
const actions = (): string[] => world.store.audits.map(({ action }) => action);

describe('a veto that the store does not take down', () => {
  it('holds at once, and goes with whatever is written next', async () => {
    const { id } = await decided('warehouse');
    refusals = 1;
    await server.live.book.veto(id, ann('vetoDecision'));
    expect(server.gate.waitMs('t', needing('warehouse'))).toBe(0);
    expect(world.failures).toHaveLength(1);
    expect((await world.decisions({ id }))[0]?.outcome).toBeNull();
    expect(await standingOf()).toMatchObject({ objections: [], carriedOut: [] });
    await decided('queue');
    expect((await world.decisions({ id }))[0]?.outcome).toMatchObject({ ended: 'VETOED', by: 'ann' });
    expect(actions()).toEqual(['vetoDecision']);
    expect(await standingOf()).toMatchObject({
      objections: [['CIRCUIT_BREAK\nwarehouse', { by: 'ann' }]],
      carriedOut: [[uuid(77), true]],
    });
  });

  it('is written in some seconds although nothing else happens', async () => {
    const { id } = await decided('warehouse');
    refusals = 1;
    await server.live.book.veto(id, ann('vetoDecision'));
    await world.pass(5250);
    expect((await world.decisions({ id }))[0]?.outcome).toMatchObject({ ended: 'VETOED', by: 'ann' });
    expect(actions()).toEqual(['vetoDecision']);
  });

  it('is written once, with its entry in the first write whose standing tells of it', async () => {
    const one = await decided('warehouse');
    refusals = 2;
    await Promise.all([server.live.book.veto(one.id, ann('vetoDecision')), decided('queue')]);
    await decided('mail');
    const telling = written.filter(({ standing }) => objectionsIn(standing).length > 0);
    expect(telling.length).toBeGreaterThan(0);
    expect(telling.map(({ audits = [] }) => audits.length)).toEqual([1, ...telling.slice(1).map(() => 0)]);
    expect(actions()).toEqual(['vetoDecision']);
  });

  it('is written with the last that its server writes as the leader', async () => {
    const { id } = await decided('warehouse');
    refusals = 1;
    await server.live.book.undo(id, ann('undoDecision'));
    await server.live.follow();
    expect((await world.decisions({ id }))[0]?.outcome).toMatchObject({ ended: 'UNDONE', by: 'ann' });
    expect(actions()).toEqual(['undoDecision']);
  });

  it('is gone with the lead of its server where nothing of that is written either', async () => {
    const { id } = await decided('warehouse');
    refusals = Number.POSITIVE_INFINITY;
    await server.live.book.undo(id, ann('undoDecision'));
    await server.live.follow();
    refusals = 0;
    await world.leading({}, 2);
    expect((await world.decisions({ id }))[0]?.outcome).toMatchObject({ ended: 'DONE', by: null });
    expect(actions()).toEqual([]);
  });
});

describe('what is asked for and is not written', () => {
  it('changes nothing: a rating', async () => {
    const row = await decided('warehouse');
    refusals = 1;
    await expect(server.live.book.rate(row, -1, ann('rateDecision'))).rejects.toThrow('away');
    expect(server.live.book.objections.all).toEqual([]);
    expect(server.live.carriedOut.said(uuid(77))).toBeUndefined();
    await server.live.book.rate(row, -1, ann('rateDecision'));
    expect(server.live.book.objections.all).toMatchObject([{ vetoes: 1, by: 'ann' }]);
    expect(server.live.carriedOut.said(uuid(77))).toBe(true);
    await server.live.book.close(row.id);
    expect((await world.decisions({ id: row.id }))[0]).toMatchObject({
      ...{ rating: -1, ratedBy: 'ann', outcome: { ended: 'DONE' } },
    });
    expect(actions()).toEqual(['rateDecision']);
  });

  it('changes nothing: a level', async () => {
    const force = () =>
      server.live.levels.force(
        { to: 'COGNITIVE', who: 'ann', why: 'a drill', acceptRisk: true },
        world.clock.wall(),
        ann('evolveConsciousness'),
      );
    refusals = 1;
    await expect(force()).rejects.toThrow('away');
    expect(server.live.levels.active).toBe('BASIC');
    expect(server.live.carriedOut.said(uuid(77))).toBeUndefined();
    const { number } = await force();
    expect(server.live.carriedOut.said(uuid(77))).toBe(number);
    expect(server.live.levels.active).toBe('COGNITIVE');
  });

  it('changes nothing: an event from outside', async () => {
    const event = {
      ...{ id: uuid(78), at: new Date(), kind: 'DEPLOY', subject: 's', text: 't', payload: {}, by: 'ann' },
    };
    const tell = () => server.live.consumer.tell(event, ann('processEvent'));
    refusals = 1;
    await Promise.all([expect(tell()).rejects.toThrow('away'), world.pass(2000)]);
    expect(server.live.carriedOut.said(uuid(77))).toBeUndefined();
    await Promise.all([tell(), world.pass(2000)]);
    expect(server.live.carriedOut.said(uuid(77))).toMatchObject({ at: event.at.toISOString() });
    expect(actions()).toEqual(['processEvent']);
  });
});

it('a rating under a leader that is no longer is refused', async () => {
  const row = await decided('warehouse');
  await world.store.write(9, {});
  await expect(server.live.book.rate(row, 1, ann('rateDecision'))).rejects.toMatchObject({
    refusal: { code: 'UNAVAILABLE' },
  });
});
