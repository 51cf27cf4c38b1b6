/** QUANTUM on a running server: earned, one order drawn for each mesh with its row first, measured by replay, and idle when settled. */
import { beforeEach, describe, expect, it } from 'vitest';
import { replay } from '../../../../src/consciousness/evolution/replay-ledger.js';
import type { LedgerLine } from '../../../../src/consciousness/evolution/ledger.js';
import { rankOf } from '../../../../src/consciousness/evolution/level.js';
import { SeededRandom } from '../../../../src/kit/random.js';
import type { TaskFacts } from '../../../../src/orchestrator/advisor.js';
import { factsOf } from '../../../../src/orchestrator/advice/task-facts.js';
import { JointWorld } from '../../../support/consciousness/joint-world.js';
import { MindWorld, replayed, type Server } from '../../../support/consciousness/mind-world.js';
import { PredictedRuns } from '../../../support/consciousness/predicted-runs.js';
import { COMMAND, specOf } from '../../../support/core-harness.js';
import { uuid } from '../../../support/store/batches.js';

let world: MindWorld;
let random: SeededRandom;

beforeEach(async () => {
  world = await MindWorld.open();
  random = new SeededRandom('quantum');
});

/** Orders that come to nearly the same, each run by chance a little more or less; `better`: CAUTIOUS is so much sooner. */
function orders(better = 0) {
  const noise = (): number => 1 + 0.06 * (random.next() - 0.5);
  const [LEARNED, CAUTIOUS] = [10 * noise(), 10 * (1 - better) * noise()];
  return replayed({ LEARNED, CAUTIOUS, STATIC: 11.5 * noise(), EVEN: 13 * noise() });
}

async function score(server: Server, mesh: number, run = orders()): Promise<void> {
  world.twin = () => Promise.resolve(run);
  const observations = await server.live.policies.scored(uuid(mesh), run);
  for (const one of observations) await server.live.levels.observe(one, world.clock.wall());
}

async function begin(server: Server, mesh: number): Promise<void> {
  server.live.meshBegan({ meshId: uuid(mesh), name: 'etl', tasks: 10 });
  await world.pass(600);
}

const rows = () => world.decisions({ kind: 'POLICY' });

/** Some hundred runs on a machine that others load. */
const CLIMB_MS = 240_000;

describe('QUANTUM', () => {
  it(
    'is earned when METACOGNITIVE was held for 500 decisions and orders remain that may be the best, as all levels on the way to the last, and the ledger tells it again',
    async () => {
      const server = await world.leading({ evolutionRate: 0.5 });
      const runs = new PredictedRuns(world);
      world.twin = () => Promise.resolve(orders());
      const earned = (): number => rankOf(server.live.levels.state.earned);
      for (let run = 0; run < 160 && earned() < rankOf('METACOGNITIVE'); run++) await runs.end(server);
      expect(server.live.levels.active).toBe('METACOGNITIVE');
      expect(await rows()).toEqual([]);
      const alert = { candidates: [], chosen: 'tell', staticChoice: 'say nothing', reason: 'x' } as const;
      const told = { ...alert, kind: 'ALERT', subject: 'm', expectedEffect: 0, propensity: 1 } as const;
      for (let at = 0; at < 500; at++)
        await server.live.book.decide({
          ...{ proposal: { ...told, parameters: {} }, recalled: [] },
          release: () => ({ cost: null, staticCost: null, affected: 0, saved: 0 }),
        });
      for (let run = 0; run < 60 && earned() < rankOf('QUANTUM'); run++) await runs.end(server);
      expect(server.live.levels.active).toBe('QUANTUM');
      // and TRANSCENDENT, by episodes of several meshes
      const meshes = new JointWorld(world, 'climb');
      for (let at = 0; at < 60 && earned() < rankOf('TRANSCENDENT'); at++) await meshes.episode(server);
      expect(server.live.levels.active).toBe('TRANSCENDENT');
      const stored = await world.store.lines({}, { limit: 10_000 });
      const lines = stored.map(
        ({ number, at, entry }) => ({ number, atMs: at.getTime(), entry }) as unknown as LedgerLine,
      );
      const again = replay(lines);
      expect(JSON.stringify(again.lines)).toBe(JSON.stringify(lines));
      expect(again.evolution.snapshot()).toEqual(server.live.levels.state);
      expect(world.failures).toEqual([]);
    },
    CLIMB_MS,
  );

  it('draws one order for a mesh, with its probability in the row that is written before it holds', async () => {
    const server = await world.leading({ initialLevel: 'QUANTUM' });
    for (let mesh = 0; mesh < 5; mesh++) await score(server, mesh);
    const drawn = new Set<string>();
    for (let mesh = 100; mesh < 130; mesh++) {
      await begin(server, mesh);
      const [row] = await world.decisions({ kind: 'POLICY', open: true });
      const { propensities, amplitudes } = (row?.parameters ?? {}) as Record<string, Record<string, number>>;
      expect(row).toMatchObject({ subject: 'etl', mode: 'ACTING', staticChoice: 'LEARNED' });
      expect(row?.propensity).toBeCloseTo(propensities?.[row?.chosen ?? ''] as number, 3);
      const squares = Object.values(amplitudes ?? {}).reduce((sum, a) => sum + a * a, 0);
      expect(squares).toBeCloseTo(1, 2);
      drawn.add(row?.chosen as string);
      const order = server.advisor.order;
      expect(order?.isIdle).toBe(row?.chosen === 'LEARNED');
      await score(server, mesh);
      expect(order?.isIdle).toBe(true);
    }
    expect(drawn.size).toBeGreaterThan(1);
    const ended = await world.decisions({ kind: 'POLICY', open: false });
    expect(ended).toHaveLength(30);
    for (const { outcome } of ended)
      expect(outcome?.regret).toBe((outcome?.cost ?? 0) - (outcome?.staticCost ?? 0));
    // each mesh whose order was another was put in order anew, and once more when it was over
    expect(world.reordered.length).toBe(2 * ended.filter(({ chosen }) => chosen !== 'LEARNED').length);
  });

  it('counts tasks as the drawn order does, of that mesh alone', async () => {
    const server = await world.leading({ initialLevel: 'QUANTUM' });
    for (let mesh = 0; mesh < 3; mesh++)
      await score(server, mesh, replayed({ LEARNED: 10, CAUTIOUS: 10, STATIC: 10, EVEN: 5 }));
    for (let mesh = 3; mesh < 60; mesh++)
      await score(server, mesh, replayed({ LEARNED: 10, CAUTIOUS: 10, STATIC: 10, EVEN: 5 }));
    await begin(server, 200);
    const [row] = await rows();
    expect(row).toMatchObject({ chosen: 'EVEN', propensity: 1 });
    const task = (): TaskFacts => factsOf(specOf('a', { work: COMMAND }));
    expect(server.advisor.order?.secondsOf(uuid(200), task)).toBe(1);
    expect(server.advisor.order?.secondsOf(uuid(201), task)).toBeNull();
    await server.live.book.veto((row as { id: string }).id, { by: 'ann', why: 'no' });
    expect(server.advisor.order?.secondsOf(uuid(200), task)).toBeNull();
    await begin(server, 202);
    expect((await rows()).at(-1)).toMatchObject({ mode: 'SHADOW' });
    expect(server.advisor.order?.isIdle).toBe(true);
  });

  it('does nothing without the row', async () => {
    const server = await world.leading({ initialLevel: 'QUANTUM' });
    for (let mesh = 0; mesh < 60; mesh++)
      await score(server, mesh, replayed({ LEARNED: 10, EVEN: 5, STATIC: 10 }));
    world.store.write = () => Promise.reject(new Error('away'));
    await begin(server, 200);
    expect(server.advisor.order?.isIdle).toBe(true);
  });

  it('is idle where what the levels beneath do is the best, and says so once', async () => {
    const server = await world.leading({ initialLevel: 'QUANTUM' });
    for (let mesh = 0; mesh < 60; mesh++)
      await score(server, mesh, replayed({ LEARNED: 10, CAUTIOUS: 12, STATIC: 12, EVEN: 14 }));
    await begin(server, 200);
    expect(await rows()).toEqual([]);
    const said = await world.store.insights({ kind: 'POLICY' }, { limit: 10 });
    expect(said.map(({ text }) => text)).toEqual([
      expect.stringMatching(/LEARNED is the best .* nothing is drawn; QUANTUM adds nothing there/),
    ]);
    expect(server.live.policies.report()[0]).toMatchObject({ name: 'LEARNED', idle: true });
  });

  it('is left with "no measurable gain" when drawing has brought nothing for long', async () => {
    const server = await world.leading({ initialLevel: 'QUANTUM' });
    for (let mesh = 0; mesh < 420 && server.live.levels.active === 'QUANTUM'; mesh++)
      await score(server, mesh, replayed({ LEARNED: 10, CAUTIOUS: 12, STATIC: 12, EVEN: 14 }));
    expect(server.live.levels.active).toBe('METACOGNITIVE');
    const [last] = await world.store.insights({ kind: 'LEVEL' }, { limit: 1, newestFirst: true });
    expect(last?.text).toContain('no measurable gain (400 comparisons, mean gain 0 %');
  });

  it('is only learned towards beneath it, and thought where it is forced in shadow', async () => {
    const server = await world.leading({ initialLevel: 'METACOGNITIVE' });
    for (let mesh = 0; mesh < 5; mesh++) await score(server, mesh);
    await begin(server, 100);
    expect(await rows()).toEqual([]);
    expect(server.live.policies.report()).toHaveLength(4);
    await server.live.levels.force(
      { to: 'QUANTUM', who: 'ann', why: 'try', acceptRisk: false },
      world.clock.wall(),
    );
    await begin(server, 101);
    expect(await rows()).toMatchObject([{ mode: 'SHADOW', subject: 'etl' }]);
    expect(server.advisor.order?.isIdle).toBe(true);
  });

  it('goes on under the next leader with what it knows', async () => {
    const first = await world.leading({ initialLevel: 'QUANTUM' });
    for (let mesh = 0; mesh < 30; mesh++) await score(first, mesh);
    const known = first.live.policies.report();
    await first.live.follow();
    const second = await world.leading({ initialLevel: 'QUANTUM' }, 2);
    expect(second.live.policies.report()).toEqual(known);
  });
});
