/** Quarantine: a kind of task that was found to fail rests while it fails, at METACOGNITIVE; beneath that it is only thought. */
import { beforeEach, describe, expect, it } from 'vitest';
import { specOf } from '../../../support/core-harness.js';
import { MindWorld, needing, type Server, turns } from '../../../support/consciousness/mind-world.js';

const SYNC = specOf('sync', { typeKey: 'command:sync' });
const BUILD = specOf('build', { typeKey: 'command:build' });
let world: MindWorld;

beforeEach(async () => {
  world = await MindWorld.open();
});

const settle = (server: Server, failureCode: string | null, spec = SYNC): void =>
  server.advisor.settled?.({ taskId: 't', spec, runMs: 2000, failureCode });

/** A history in which `sync` failed in half of its attempts, and all else in one of sixty. */
async function found(): Promise<void> {
  const ends = Array.from({ length: 120 }, (_, at) => [
    { kind: 'sync', seconds: 2, failed: at % 2 === 0 },
    { kind: 'build', seconds: 2, failed: at % 60 === 0 },
  ]);
  await world.history.add(ends.flat());
  await world.pass(2000);
  const holding = await world.store.patterns({ kind: 'FAILING_TYPE', holds: true }, { limit: 10 });
  expect(holding.map(({ subject }) => subject)).toEqual(['command:sync']);
}

/** Failures until starts of the kind are held back. */
async function trip(server: Server): Promise<number> {
  for (let failures = 1; failures <= 40; failures++) {
    settle(server, 'EXIT_1');
    await turns();
    if (!server.gate.isOpen) return failures;
  }
  return Number.POSITIVE_INFINITY;
}

const open = async () => await world.decisions({ kind: 'QUARANTINE', open: true });

describe('a kind of task that was found to fail', () => {
  it('goes on where it fails as it always did', async () => {
    const server = await world.leading({ initialLevel: 'METACOGNITIVE' });
    await found();
    for (let at = 0; at < 60; at++) settle(server, at % 2 === 0 ? 'EXIT_1' : null);
    await turns();
    expect(await world.decisions({ kind: 'QUARANTINE' })).toEqual([]);
  });

  it('rests when it fails nearly always, by a decision that says why, and nothing else does', async () => {
    const server = await world.leading({ initialLevel: 'METACOGNITIVE' });
    await found();
    expect(await trip(server)).toBe(11);
    const [decision] = await open();
    expect(decision).toMatchObject({
      ...{ kind: 'QUARANTINE', subject: 'command:sync', mode: 'ACTING', level: 'METACOGNITIVE' },
      ...{ chosen: 'open', staticChoice: 'go on', outcome: null },
    });
    expect(decision?.reason).toMatch(/^command:sync failed .*: nothing of the kind starts for 5 s/);
    expect(decision?.expectedEffect).toBeCloseTo(1.6, 6);
    expect(decision?.recalled.length).toBeGreaterThan(0);
    expect(server.gate.waitMs('t1', SYNC)).toBeGreaterThan(4000);
    expect(server.live.gate.decisionsOn(SYNC)).toEqual([decision?.id]);
    expect(server.gate.waitMs('t2', BUILD)).toBe(0);
    expect(world.failures).toEqual([]);
  });

  it('is probed by one start, rests longer when that fails, and goes on when it succeeds, with what was saved', async () => {
    const server = await world.leading({ initialLevel: 'METACOGNITIVE' });
    await found();
    await trip(server);
    for (const id of ['t1', 't2', 't3']) expect(server.gate.waitMs(id, SYNC)).toBeGreaterThan(0);
    await world.pass(5000);
    expect(server.gate.waitMs('t1', SYNC)).toBe(0);
    expect(server.gate.waitMs('t2', SYNC)).toBeGreaterThan(0);
    settle(server, 'EXIT_1');
    await turns();
    expect(server.gate.waitMs('t2', SYNC)).toBeGreaterThan(9000);
    await world.pass(10_000);
    expect(server.gate.waitMs('t2', SYNC)).toBe(0);
    settle(server, null);
    await turns();
    expect(server.gate.isOpen).toBe(true);
    const [first, second] = await world.decisions({ kind: 'QUARANTINE' });
    expect(first?.outcome).toMatchObject({ ended: 'DONE', affected: 2, saved: 1.6 });
    expect(first?.outcome?.regret).toBeLessThan(0);
    expect(second?.outcome).toMatchObject({ ended: 'DONE', affected: 0 });
    expect(second?.reason).toContain('the probe of command:sync failed');
  });

  it('is only thought of beneath METACOGNITIVE, where what it would have saved is known', async () => {
    const server = await world.leading({ initialLevel: 'COGNITIVE' });
    await found();
    expect(await trip(server)).toBe(Number.POSITIVE_INFINITY);
    const [thought] = await open();
    expect(thought).toMatchObject({ mode: 'SHADOW' });
    expect(thought?.reason).toContain('COGNITIVE may not do this');
    await world.pass(5000);
    settle(server, null);
    await turns();
    const [ended] = await world.decisions({ kind: 'QUARANTINE' });
    expect(ended?.outcome).toMatchObject({ ended: 'DONE', affected: 0 });
    expect(ended?.outcome?.saved).toBeGreaterThan(0);
  });

  it('is thought of in one row for as long as the kind fails, and acts when the level comes', async () => {
    const server = await world.leading({ initialLevel: 'COGNITIVE' });
    await found();
    await trip(server);
    for (let minute = 0; minute < 30; minute++) {
      await world.pass(60_000);
      settle(server, 'EXIT_1');
      await turns();
    }
    expect(await world.decisions({ kind: 'QUARANTINE' })).toMatchObject([{ mode: 'SHADOW', outcome: null }]);
    const force = { to: 'METACOGNITIVE', who: 'ann', why: 'yes', acceptRisk: true } as const;
    await server.live.levels.force(force, world.clock.wall());
    await world.pass(60_000);
    settle(server, 'EXIT_1');
    await turns();
    const [thought, acting] = await world.decisions({ kind: 'QUARANTINE' });
    expect(thought?.outcome).toMatchObject({ ended: 'DONE', affected: 0 });
    expect(thought?.outcome?.saved).toBeGreaterThan(30);
    expect(acting).toMatchObject({ mode: 'ACTING', outcome: null });
  });

  it('goes on at once when a person undoes or vetoes it, and is then only thought of', async () => {
    const server = await world.leading({ initialLevel: 'METACOGNITIVE' });
    await found();
    const stops = {
      UNDONE: (id: string) => server.live.book.undo(id, { by: 'ann', why: 'no' }),
      VETOED: (id: string) => server.live.book.veto(id, { by: 'ann', why: 'no' }),
    };
    for (const [ended, stop] of Object.entries(stops)) {
      await trip(server);
      const [row] = await open();
      await stop(row?.id as string);
      expect(server.gate.isOpen).toBe(true);
      expect((await world.decisions({ id: row?.id as string }))[0]?.outcome).toMatchObject({ ended });
    }
    expect(await trip(server)).toBe(Number.POSITIVE_INFINITY);
    expect((await open())[0]?.reason).toContain('ann vetoed it');
  });

  it('is let go of when the level is lowered, and by the next leader, who sees how the first one ends', async () => {
    const server = await world.leading({ initialLevel: 'METACOGNITIVE' });
    await found();
    await trip(server);
    const force = { to: 'COGNITIVE', who: 'ann', why: 'no', acceptRisk: false } as const;
    await server.live.levels.force(force, world.clock.wall());
    await server.live.book.enforce();
    expect(server.gate.isOpen).toBe(true);
    await server.live.levels.force({ ...force, to: 'METACOGNITIVE', acceptRisk: true }, world.clock.wall());
    await trip(server);
    await server.live.follow();
    const next = await world.leading({ initialLevel: 'METACOGNITIVE' }, 2);
    expect(next.gate.isOpen).toBe(true);
    expect(await open()).toEqual([]);
    settle(next, 'EXIT_1');
    await turns();
    expect(next.gate.waitMs('t', SYNC)).toBeGreaterThan(0);
  });
});

describe('no quarantine', () => {
  it('is there for kinds that nobody called failing, and for work whose dependency has a breaker', async () => {
    const server = await world.leading({ initialLevel: 'METACOGNITIVE' });
    for (let at = 0; at < 40; at++) settle(server, 'EXIT_1');
    await found();
    for (let at = 0; at < 40; at++) settle(server, 'EXIT_1', BUILD);
    for (let at = 0; at < 40; at++) settle(server, 'EXIT_1', needing('warehouse', 'sync'));
    await turns();
    expect(await world.decisions({ kind: 'QUARANTINE' })).toEqual([]);
    expect(await world.decisions({ kind: 'CIRCUIT_BREAK' })).toHaveLength(1);
  });
});
