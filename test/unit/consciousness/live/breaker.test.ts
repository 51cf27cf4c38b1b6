/** The circuit breaker on a running server: from outcomes to a decision that holds starts back, and what people may do about it. */
import { beforeEach, describe, expect, it } from 'vitest';
import { MindWorld, needing, type Server, turns } from '../../../support/consciousness/mind-world.js';

const SPEC = needing('warehouse');
let world: MindWorld;
let server: Server;

beforeEach(async () => {
  world = await MindWorld.open();
  server = await world.leading();
});

const settle = (failureCode: string | null, spec = SPEC): void =>
  server.advisor.settled?.({ taskId: 't', spec, runMs: 2000, failureCode });

/** Failures until starts are held back. */
async function trip(): Promise<number> {
  for (let failures = 1; failures <= 20; failures++) {
    settle('EXIT_1');
    await turns();
    if (!server.gate.isOpen) return failures;
  }
  return Number.POSITIVE_INFINITY;
}

describe('a dependency that begins to fail', () => {
  it('is given a rest within 10 failures, and the decision says why', async () => {
    for (let at = 0; at < 100; at++) settle(at % 20 === 0 ? 'EXIT_1' : null);
    expect(await trip()).toBeLessThanOrEqual(10);
    const [decision] = await world.decisions({ open: true });
    expect(decision).toMatchObject({
      kind: 'CIRCUIT_BREAK',
      subject: 'warehouse',
      mode: 'ACTING',
      level: 'BASIC',
    });
    expect(decision?.reason).toContain('warehouse failed');
    expect(decision).toMatchObject({ chosen: 'open', staticChoice: 'go on' });
    expect(server.gate.waitMs('t1', SPEC)).toBeGreaterThan(4_000);
    expect(server.gate.waitMs('t2', needing('elsewhere', 'b'))).toBe(0);
  });

  it('lets starts wait for its row, at most two seconds, and go on where it cannot be stored', async () => {
    const write = world.store.write.bind(world.store);
    let store: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (store = resolve));
    world.store.write = async (epoch, rows) => {
      if (rows.decisions !== undefined) await held;
      return await write(epoch, rows);
    };
    for (let at = 0; at < 3; at++) settle('EXIT_1');
    expect(server.gate.waitMs('t1', SPEC)).toBeLessThanOrEqual(2000);
    expect(server.live.gate.decisionsOn(SPEC)).toEqual([]);
    await world.pass(2000);
    expect(server.gate.isOpen).toBe(true);
    store();
    await turns();
    const [row] = await world.decisions({ open: true });
    expect(server.live.gate.decisionsOn(SPEC)).toEqual([row?.id]);
    expect(server.gate.waitMs('t1', SPEC)).toBeGreaterThan(2000);

    world.store.write = () => Promise.reject(new Error('away'));
    for (let at = 0; at < 3; at++) settle('EXIT_1', needing('other'));
    expect(server.gate.waitMs('t', needing('other'))).toBeGreaterThan(0);
    await turns();
    expect(server.gate.waitMs('t', needing('other'))).toBe(0);
    expect(world.failures).toHaveLength(1);
  });

  it('is given no start from the failure on with which it trips, however fast failures come', () => {
    let failures = 0;
    while (server.gate.isOpen) {
      settle('EXIT_1');
      failures++;
    }
    expect(failures).toBeLessThanOrEqual(4);
  });

  it('is probed by one start after the rest, and work goes on when that succeeds, with what was saved counted', async () => {
    await trip();
    for (const id of ['t1', 't2', 't3']) expect(server.gate.waitMs(id, SPEC)).toBeGreaterThan(0);
    const changes = world.gateChanges;
    await world.pass(5_000);
    expect(world.gateChanges).toBe(changes + 1);
    expect(server.gate.waitMs('t1', SPEC)).toBe(0);
    expect(server.gate.waitMs('t2', SPEC)).toBeGreaterThan(0);
    settle(null);
    await turns();
    expect(server.gate.isOpen).toBe(true);
    const [decision] = await world.decisions({});
    expect(decision?.outcome).toMatchObject({ ended: 'DONE', affected: 2, saved: 1.6, cost: 0 });
    expect(decision?.outcome?.regret).toBeCloseTo(-1.6 * 2, 6);
    expect(server.live.book.tallies.all).toMatchObject([{ kind: 'CIRCUIT_BREAK', done: 1, affected: 2 }]);
  });

  it('rests twice as long when the probe fails, without a start between, by a decision of its own', async () => {
    await trip();
    server.gate.waitMs('t1', SPEC);
    await world.pass(5_000);
    expect(server.gate.waitMs('t1', SPEC)).toBe(0);
    settle('EXIT_1');
    await turns();
    expect(server.gate.waitMs('t2', SPEC)).toBeGreaterThan(9_000);
    const decisions = await world.decisions({});
    expect(decisions.map(({ outcome }) => outcome?.ended ?? 'open')).toEqual(['DONE', 'open']);
    expect(decisions[1]?.reason).toContain('the probe of warehouse failed');
  });

  it('is probed again when the probe tells nothing', async () => {
    await trip();
    server.gate.waitMs('t1', SPEC);
    await world.pass(5_000);
    expect(server.gate.waitMs('t1', SPEC)).toBe(0);
    expect(server.gate.waitMs('t2', SPEC)).toBeGreaterThan(0);
    await world.pass(10_000);
    expect(server.gate.waitMs('t2', SPEC)).toBe(0);
  });

  it('is not one that refuses: who is refused was answered', async () => {
    for (let at = 0; at < 50; at++) settle('HTTP_404');
    await turns();
    expect(server.gate.isOpen).toBe(true);
    expect(await world.decisions({})).toEqual([]);
  });

  it('is the origin of HTTP work where its author names none, and no work is held back whose dependency is not known', async () => {
    const http = (url: string) => ({
      ...needing('', 'h'),
      metadata: {},
      work: { http: { method: 'GET', url } },
    });
    const asks = http('http://127.0.0.1:9/a') as unknown as typeof SPEC;
    for (let at = 0; at < 10; at++) settle('CONNECT_REFUSED_HOST', asks);
    await turns();
    expect((await world.decisions({}))[0]?.subject).toBe('http://127.0.0.1:9');
    expect(server.gate.waitMs('t', asks)).toBeGreaterThan(0);
    const unknown = http('${inputs.a}') as unknown as typeof SPEC;
    expect(server.gate.waitMs('t', unknown)).toBe(0);
    expect(server.gate.waitMs('t', { ...SPEC, metadata: {} })).toBe(0);
  });
});

describe('a person', () => {
  const ann = { by: 'ann', why: 'it is a drill' };

  it('vetoes: work goes on at once, and the like is only thought until it would have paid three times', async () => {
    await trip();
    server.gate.waitMs('t1', SPEC);
    const [before] = await world.decisions({ open: true });
    await server.live.book.veto(before?.id as string, ann);
    expect(server.gate.isOpen).toBe(true);
    const [vetoed] = await world.decisions({});
    expect(vetoed?.outcome).toMatchObject({ ended: 'VETOED', by: 'ann', why: 'it is a drill' });
    for (let round = 0; round < 3; round++) {
      for (let at = 0; at < 10; at++) settle('EXIT_1');
      await turns();
      settle('EXIT_1');
      expect(server.gate.isOpen).toBe(true);
      await world.pass(70_000);
      settle(null);
      await turns();
    }
    const shadow = await world.decisions({ mode: 'SHADOW' });
    expect(shadow).toHaveLength(3);
    expect(shadow[0]?.reason).toContain('ann vetoed it');
    expect(shadow.every(({ outcome }) => (outcome?.regret ?? 0) < 0)).toBe(true);
    expect(server.live.book.objections.all).toEqual([]);
    expect(await trip()).toBeLessThanOrEqual(10);
    const [insight] = await world.store.insights({ kind: 'OBJECTION' }, { limit: 10 });
    expect(insight?.text).toContain('done again from now on');
  });

  it('undoes: work goes on at once, and the like is done again', async () => {
    await trip();
    const [before] = await world.decisions({ open: true });
    await server.live.book.undo(before?.id as string, ann);
    expect(server.gate.isOpen).toBe(true);
    expect(await trip()).toBeLessThanOrEqual(10);
  });

  it('stops nothing that is over', async () => {
    expect(await server.live.book.veto('nothing', ann)).toBeUndefined();
    expect(await server.live.book.undo('nothing', ann)).toBeUndefined();
  });

  it('rates: a bad rating counts as a veto of the next', async () => {
    await trip();
    const [open] = await world.decisions({ open: true });
    await world.pass(5_000);
    settle(null);
    await turns();
    const [row] = await world.decisions({ id: open?.id as string });
    await server.live.book.rate(row as NonNullable<typeof row>, -1, ann);
    expect((await world.decisions({}))[0]).toMatchObject({
      rating: -1,
      ratedBy: 'ann',
      outcome: { ended: 'DONE' },
    });
    for (let at = 0; at < 10; at++) settle('EXIT_1');
    await turns();
    expect(server.gate.isOpen).toBe(true);
  });
});

describe('a change of leaders', () => {
  it('lets go of what was held back, closes its decisions, and knows the vetoes and breakers of the leader before', async () => {
    await trip();
    await server.live.book.veto((await world.decisions({ open: true }))[0]?.id as string, {
      by: 'ann',
      why: 'no',
    });
    for (let at = 0; at < 10; at++) settle('EXIT_1', needing('other'));
    await turns();
    expect(server.gate.isOpen).toBe(false);
    await world.pass(70_000);
    await server.live.follow();
    expect(server.gate.isOpen).toBe(true);
    const next = await world.leading({}, 2);
    expect(await world.decisions({ open: true })).toEqual([]);
    expect(next.live.book.objections.all).toMatchObject([{ subject: 'warehouse', by: 'ann' }]);
    next.advisor.settled?.({ taskId: 't', spec: needing('other'), runMs: 1000, failureCode: 'EXIT_1' });
    await turns();
    expect(next.gate.waitMs('t', needing('other'))).toBeGreaterThan(0);
  });
});
