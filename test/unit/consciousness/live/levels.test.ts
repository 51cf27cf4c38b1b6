/** Levels on a running server: what the configuration does, what people force, what runs earn, and that all of it can be told again. */
import { beforeEach, describe, expect, it } from 'vitest';
import { replay } from '../../../../src/consciousness/evolution/replay-ledger.js';
import type { LedgerLine } from '../../../../src/consciousness/evolution/ledger.js';
import type { Level } from '../../../../src/consciousness/evolution/level.js';
import type { PredictionRow } from '../../../../src/store/learning.js';
import { MindWorld, replayed, type Server } from '../../../support/consciousness/mind-world.js';
import { prediction } from '../../../support/learning-rows.js';
import { uuid } from '../../../support/store/batches.js';

let world: MindWorld;

beforeEach(async () => {
  world = await MindWorld.open();
});

/** The ledger as it is stored. */
async function ledger(): Promise<LedgerLine[]> {
  const rows = await world.store.lines({}, { limit: 10_000 });
  return rows.map(
    ({ number, at, entry }) => ({ number, atMs: at.getTime(), entry }) as unknown as LedgerLine,
  );
}

/** A run of four tasks ends that were predicted so; the median of their kind was off by half. */
async function run(server: Server, at: number, error: number): Promise<void> {
  const meshId = uuid(9_000_000 + at);
  const rows = Array.from({ length: 4 }, (_, i): PredictionRow => {
    const p50 = 1 + error;
    const medians = { 'type-median': 1.5, hierarchical: p50, network: 1.6 };
    const quantiles = { p05: p50 * 0.7, p50, p95: p50 * 1.4 };
    return {
      ...prediction(at),
      ...{ taskId: uuid(8_000_000 + 4 * at + i), meshId, ...quantiles, medians, actual: 1, regret: 0 },
    };
  });
  await world.learning.savePredictions(rows);
  server.live.meshEnded(meshId);
  await world.pass(5250);
}

describe('the configuration', () => {
  it('says on which level it starts, and with what rate', async () => {
    const { live } = await world.leading({ initialLevel: 'COGNITIVE', evolutionRate: 0.4 });
    expect(live.levels.state).toMatchObject({ active: 'COGNITIVE', earned: 'BASIC' });
    expect(await ledger()).toMatchObject([
      { number: 0, entry: { kind: 'STARTED', settings: { initialLevel: 'COGNITIVE', evolutionRate: 0.4 } } },
    ]);
  });

  it('holds from the next start on when it is changed, by a line of the ledger, and leaves the evidence', async () => {
    world.twin = () => Promise.resolve(replayed({ LEARNED: 1, STATIC: 1 }));
    const first = await world.leading();
    await run(first, 0, 0.01);
    await first.live.follow();
    const second = await world.leading({ evolutionRate: 0.5, initialLevel: 'METACOGNITIVE' }, 2);
    const { active, evidence, settings } = second.live.levels.state;
    expect(active).toBe('METACOGNITIVE');
    expect(settings.evolutionRate).toBe(0.5);
    expect(evidence.predictions).toBe(4);
    expect((await ledger()).at(-1)?.entry.kind).toBe('CONFIGURED');
    await second.live.follow();
    await world.leading({ evolutionRate: 0.5, initialLevel: 'METACOGNITIVE' }, 3);
    expect((await ledger()).filter(({ entry }) => entry.kind === 'CONFIGURED')).toHaveLength(1);
  });

  it('at a rate of 0 promotes nothing, whatever is shown', async () => {
    const server = await world.leading({ evolutionRate: 0 });
    world.twin = () => Promise.resolve(replayed({ LEARNED: 1, STATIC: 2 }));
    for (let at = 0; at < 80; at++) await run(server, at, 0.01);
    expect(server.live.levels.state.earned).toBe('BASIC');
    expect(server.live.levels.state.evidence.predictions).toBe(320);
  });
});

describe('runs that end', () => {
  it('earn COGNITIVE when predictions beat the median and the order costs nothing, and the ledger tells it again', async () => {
    world.twin = () => Promise.resolve(replayed({ LEARNED: 1, STATIC: 1.2 }));
    const server = await world.leading();
    let runs = 0;
    for (; runs < 200 && server.live.levels.active === 'BASIC'; runs++) await run(server, runs, 0.02);
    // a window of ten minutes has 114 runs of five seconds
    expect(runs).toBeLessThan(120);
    const lines = await ledger();
    const promoted = lines.find(({ entry }) => entry.kind === 'PROMOTED');
    expect(promoted?.entry).toMatchObject({ from: 'BASIC', to: 'COGNITIVE' });
    const [insight] = await world.store.insights({ kind: 'LEVEL' }, { limit: 10 });
    expect(insight?.text).toContain('COGNITIVE is earned: scored predictions');
    const again = replay(lines);
    expect(JSON.stringify(again.lines)).toBe(JSON.stringify(lines));
    expect(again.evolution.snapshot()).toEqual(server.live.levels.state);
    expect(world.failures).toEqual([]);
  });

  it('earn nothing when the predictions are worse', async () => {
    world.twin = () => Promise.resolve(replayed({ LEARNED: 1, STATIC: 1 }));
    const server = await world.leading();
    for (let at = 0; at < 60; at++) await run(server, at, 0.8);
    expect(server.live.levels.active).toBe('BASIC');
  });

  it('that cannot be replayed, or were not predicted, say nothing', async () => {
    const server = await world.leading();
    world.twin = () => Promise.resolve(null);
    await run(server, 0, 0.01);
    server.live.meshEnded(uuid(1));
    await world.pass(6000);
    expect(server.live.levels.state.evidence.predictions).toBe(0);
  });
});

describe('a person who forces a level', () => {
  const force = (server: Server, to: Level, acceptRisk = false) =>
    server.live.levels.force({ to, who: 'ann', why: 'try', acceptRisk }, world.clock.wall());

  it('is recorded with what is missing, and the new powers do not act', async () => {
    const server = await world.leading();
    await force(server, 'COGNITIVE');
    expect(server.live.levels.state).toMatchObject({ active: 'BASIC', shadow: 'COGNITIVE' });
    expect(server.live.levels.may('HOLD_BEFORE_BAD_WINDOW')).toBe(false);
    const last = (await ledger()).at(-1)?.entry;
    expect(last).toMatchObject({ kind: 'SHADOWED', who: 'ann', why: 'try', to: 'COGNITIVE' });
    expect((last as unknown as { missing: unknown[] }).missing).toHaveLength(3);
  });

  it('may take the risk, and the powers act on probation', async () => {
    const server = await world.leading();
    await force(server, 'COGNITIVE', true);
    expect(server.live.levels.may('HOLD_BEFORE_BAD_WINDOW')).toBe(true);
    const follower = world.server();
    await follower.live.recall();
    expect(follower.live.levels.active).toBe('COGNITIVE');
  });
});
