/** Holding starts back before a bad window: found from the history, thought at BASIC, done at COGNITIVE, given up when it is over. */
import { beforeEach, describe, expect, it } from 'vitest';
import { planOf } from '../../../../src/consciousness/live/rules/hold-rule.js';
import { specOf } from '../../../support/core-harness.js';
import { MindWorld, type Server } from '../../../support/consciousness/mind-world.js';

const SPEC = specOf('sync', { typeKey: 'command:sync' });
const PERIOD_S = 60;
/** The last seconds of each minute are bad. */
const BAD_S = 5;
let world: MindWorld;
let second: number;

beforeEach(async () => {
  world = await MindWorld.open();
  second = 0;
});

/** A run of two seconds ends every five, unless its start is held back; it fails in the bad seconds. Answers what ended. */
async function minutes(
  server: Server,
  count: number,
  isBad = true,
): Promise<{ failed: number; held: number }> {
  const told = { failed: 0, held: 0 };
  for (const until = second + count * PERIOD_S; second < until; second += 5) {
    await world.pass(5000);
    const failed = isBad && second % PERIOD_S === PERIOD_S - BAD_S;
    if (server.gate.waitMs(`t${second}`, SPEC) > 0) told.held++;
    else {
      await world.end(server, { kind: 'sync', seconds: 2, failed });
      if (failed) told.failed++;
    }
  }
  return told;
}

describe('a kind of task that fails every minute', () => {
  it('is found, told of, and held back before the next time at COGNITIVE, with what was saved counted', async () => {
    const server = await world.leading({ initialLevel: 'COGNITIVE' });
    await minutes(server, 6);
    const [pattern] = await world.store.patterns({ kind: 'PERIOD' }, { limit: 10 });
    expect(pattern?.text).toContain('command:sync fails every 1 min');
    const later = await minutes(server, 3);
    expect(later.failed).toBe(0);
    expect(later.held).toBeGreaterThanOrEqual(3);
    const ended = await world.decisions({ kind: 'HOLD', open: false });
    expect(ended.length).toBeGreaterThanOrEqual(3);
    for (const { mode, reason, outcome, parameters } of ended.slice(1)) {
      expect(mode).toBe('ACTING');
      expect(reason).toContain('failures are expected between');
      expect(parameters.fromMs).toBeLessThan(parameters.untilMs as number);
      expect(outcome?.saved).toBeGreaterThan(0.1);
      expect(outcome?.regret).toBeLessThan(0);
    }
    expect(world.failures).toEqual([]);
  });

  it('is only thought of at BASIC, where nothing is held back and what it would have saved is known', async () => {
    const server = await world.leading();
    await minutes(server, 7);
    const later = await minutes(server, 4);
    expect(later).toEqual({ failed: 4, held: 0 });
    const ended = await world.decisions({ kind: 'HOLD', open: false });
    expect(ended.length).toBeGreaterThanOrEqual(3);
    expect(ended.every(({ mode }) => mode === 'SHADOW')).toBe(true);
    expect(ended[1]?.reason).toContain('BASIC may not do this');
    expect(ended.at(-1)?.outcome).toMatchObject({ affected: 0, saved: 1 });
  });

  it('is let through once in five windows, so that the end of the period is noticed', async () => {
    const server = await world.leading({ initialLevel: 'COGNITIVE' });
    await minutes(server, 7);
    const through = await minutes(server, 12);
    expect(through.failed).toBe(2);
    await minutes(server, 30, false);
    const [over] = await world.store.patterns({ kind: 'PERIOD', holds: false }, { limit: 10 });
    expect(over?.endedAt).toBeInstanceOf(Date);
    const after = await minutes(server, 5, false);
    expect(after.held).toBe(0);
  });

  it('is decided about no more after three windows in which none of it ran or waited, until it runs again', async () => {
    const server = await world.leading({ initialLevel: 'COGNITIVE' });
    await minutes(server, 8);
    const made = async (): Promise<number> => (await world.decisions({ kind: 'HOLD' })).length;
    const before = await made();
    for (let step = 0; step < 10 * 12; step++) await world.pass(5000);
    second += 10 * PERIOD_S;
    expect(await made()).toBeLessThanOrEqual(before + 4);
    const idle = await made();
    await minutes(server, 3);
    expect(await made()).toBeGreaterThanOrEqual(idle + 2);
  });

  it('is let go of at once when a person lowers the level', async () => {
    const server = await world.leading({ initialLevel: 'COGNITIVE' });
    await minutes(server, 8);
    let held = 0;
    while (held === 0) held = (await minutes(server, 1 / 12)).held;
    expect(server.gate.isOpen).toBe(false);
    const force = { to: 'BASIC', who: 'ann', why: 'no', acceptRisk: false } as const;
    await server.live.levels.force(force, world.clock.wall());
    await server.live.book.enforce();
    expect(server.gate.isOpen).toBe(true);
    const undone = (await world.decisions({ kind: 'HOLD' })).filter(
      ({ outcome }) => outcome?.ended === 'UNDONE',
    );
    expect(undone[0]?.outcome?.why).toContain('BASIC may not do this');
  });
});

describe('the begin of a hold', () => {
  const window = { fromMs: 100_000, expectedMs: 102_000, toMs: 104_000, probability: 0.9 };
  const start = { subject: 'x', failsInside: 0.9, failsOutside: 0, waitWeight: 0.1, failureSeconds: 0 };
  const runs = (p50: number) => ({ ...start, runSeconds: { p10: p50 * 0.9, p50, p90: p50 * 1.1 } });

  it('lies so far before the window that what starts then would still run in it', () => {
    expect(planOf(window, runs(20), 0)?.fromMs).toBeGreaterThan(75_000);
    expect(planOf(window, runs(20), 0)?.fromMs).toBeLessThan(90_000);
    expect(planOf(window, runs(1), 0)?.fromMs).toBeGreaterThan(98_000);
  });

  it('is where those who wait longest come, and the cost that is expected covers them and those who come at its end', () => {
    const plan = planOf(window, runs(20), 0);
    const held = plan?.proposal.candidates.find(({ name }) => name === 'hold');
    const most = (0.1 * (104_000 - (plan?.fromMs ?? 0))) / 1000;
    expect(held?.to).toBeCloseTo(most);
    expect(held?.from).toBeCloseTo(most / 20);
    expect(held?.mean).toBeCloseTo(0.4);
  });

  it('is now where the window has begun, and never where waiting costs more than failing', () => {
    expect(planOf(window, runs(20), 101_000)?.fromMs).toBe(101_000);
    expect(planOf(window, { ...runs(0.01), waitWeight: 1 }, 0)).toBeNull();
    expect(planOf(window, runs(20), 105_000)).toBeNull();
  });
});
