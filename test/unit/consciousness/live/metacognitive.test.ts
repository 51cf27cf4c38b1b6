/** METACOGNITIVE on a running server: earned by runs, a drill and the choice of models; left when intervals are wrong. */
import { beforeEach, describe, expect, it } from 'vitest';
import { replay } from '../../../../src/consciousness/evolution/replay-ledger.js';
import type { LedgerLine } from '../../../../src/consciousness/evolution/ledger.js';
import { candidate } from '../../../../src/consciousness/decisions/decision.js';
import { levelReports } from '../../../../src/consciousness/live/report.js';
import { type Level, rankOf } from '../../../../src/consciousness/evolution/level.js';
import { MindWorld, replayed, type Server } from '../../../support/consciousness/mind-world.js';
import { type Predicted, PredictedRuns } from '../../../support/consciousness/predicted-runs.js';
import { ALARM } from '../../../support/learning-rows.js';

const RUNS_MAX = 160;

let world: MindWorld;
let runs: PredictedRuns;
let server: Server;

beforeEach(async () => {
  world = await MindWorld.open();
  runs = new PredictedRuns(world);
  world.twin = () => Promise.resolve(replayed({ LEARNED: 1, STATIC: 1.2 }));
  server = await world.leading({ evolutionRate: 0.5 });
});

async function ledger(): Promise<LedgerLine[]> {
  const rows = await world.store.lines({}, { limit: 10_000 });
  return rows.map(
    ({ number, at, entry }) => ({ number, atMs: at.getTime(), entry }) as unknown as LedgerLine,
  );
}

async function climb(how: Partial<Predicted> = {}): Promise<void> {
  const isThere = (): boolean => rankOf(server.live.levels.state.earned) >= rankOf('METACOGNITIVE');
  for (let run = 0; run < RUNS_MAX && !isThere(); run++) await runs.end(server, how);
}

describe('METACOGNITIVE', () => {
  it('is earned by intervals that are right, a drill that was found and the choice of models', async () => {
    await climb();
    expect(server.live.levels.active).toBe('METACOGNITIVE');
    const lines = await ledger();
    const promoted = lines.filter(({ entry }) => entry.kind === 'PROMOTED').at(-1)?.entry;
    const because = (promoted as { because?: { has: string }[] }).because?.map(({ has }) => has).join('; ');
    expect(because).toMatch(
      /LOCAL@here made 1.8 times (slower|faster) in a copy: found after \d+ observations/,
    );
    expect(because).toMatch(/(8[7-9]|9[0-3])(\.\d)? % of 50\d/);
    const again = replay(lines);
    expect(JSON.stringify(again.lines)).toBe(JSON.stringify(lines));
    expect(again.evolution.snapshot()).toEqual(server.live.levels.state);
    expect(world.failures).toEqual([]);
  });

  it('is not earned with intervals that are too wide', async () => {
    await climb({ said: 0.2 });
    expect(server.live.levels.state.earned).toBe('COGNITIVE');
  });

  it('is left when intervals no longer cover', async () => {
    await climb();
    for (let run = 0; run < 51; run++) await runs.end(server, { said: 0.05 });
    const demoted = (await ledger()).findLast(({ entry }) => entry.kind === 'DEMOTED')?.entry;
    expect(demoted).toMatchObject({ from: 'METACOGNITIVE', because: [{ name: 'intervals of 90 % cover' }] });
  });

  it('is left when alarms of drift turn out to be false', async () => {
    await climb();
    const at = new Date(world.clock.wall());
    const shift = { at, machine: 'LOCAL@here', factorBefore: 1, factorAfter: 2 };
    const alarms = [1, 2].map((number) => ({ ...ALARM, seq: 1000 + number, ...shift }));
    await world.learning.write(1, { alarms });
    // what came afterwards lies where it was expected before the alarms
    for (let run = 0; run < 4; run++) await runs.end(server, { factor: 0.5, said: 0.1 });
    const demoted = (await ledger()).findLast(({ entry }) => entry.kind === 'DEMOTED')?.entry;
    expect(demoted).toMatchObject({
      from: 'METACOGNITIVE',
      because: [{ has: expect.stringMatching(/^2 in/) }],
    });
  });
});

describe('a level', () => {
  it('counts only from the commit of its line on', async () => {
    const { store } = world;
    const write = store.write.bind(store);
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    store.write = async (epoch, rows) => {
      if (rows.lines !== undefined) await gate;
      return await write(epoch, rows);
    };
    const request = { to: 'METACOGNITIVE', who: 'ann', why: 'try', acceptRisk: true } as const;
    const forced = server.live.levels.force(request, world.clock.wall());
    await world.pass(1000);
    expect(server.live.levels.active).toBe('BASIC');
    release();
    await forced;
    expect(server.live.levels.active).toBe('METACOGNITIVE');
    expect((await store.state()).standing).toContain('"active":"METACOGNITIVE"');
  });

  it('does not change when its line cannot be written', async () => {
    world.store.write = () => Promise.reject(new Error('away'));
    const request = { to: 'COGNITIVE', who: 'ann', why: 'try', acceptRisk: true } as const;
    await expect(server.live.levels.force(request, world.clock.wall())).rejects.toThrow('away');
    expect(server.live.levels.active).toBe('BASIC');
    expect((await ledger()).map(({ entry }) => entry.kind)).toEqual(['STARTED']);
  });
});

describe('what a level was worth', () => {
  /** So many values of slots that were held to be best, each with its cost as a share of the configured. */
  async function decided(on: Server, count: number, costOf: (at: number) => number): Promise<void> {
    for (let at = 0; at < count; at++) {
      const row = await on.live.book.decide({
        proposal: {
          ...{ kind: 'CONCURRENCY', subject: 'slots', chosen: 'two', staticChoice: 'eight', reason: 'tried' },
          ...{ candidates: [candidate('two', 1), candidate('eight', 1)], expectedEffect: 0, propensity: 1 },
          parameters: {},
        },
        recalled: [],
        release: () => ({ cost: costOf(at), staticCost: 1, affected: 1, saved: 0 }),
      });
      await on.live.book.close(row?.id as string);
    }
    await world.pass(0);
  }
  const gainOf = ({ live }: Server, level: Level) =>
    levelReports(live.levels.state).find((one) => one.level === level)?.gain;
  const given = (): Promise<Server> =>
    world.leading({ initialLevel: 'METACOGNITIVE', evolutionRate: 0.5 }, 2);

  it('is told by outcomes against the static rule, with an interval', async () => {
    const on = await given();
    expect(gainOf(on, 'METACOGNITIVE')).toMatchObject({ comparisons: 0, mean: null, verdict: 'UNDECIDED' });
    await decided(on, 60, (at) => (at % 2 === 0 ? 0.7 : 0.9));
    const gain = gainOf(on, 'METACOGNITIVE');
    expect(gain).toMatchObject({ comparisons: 60, verdict: 'GAIN' });
    expect(gain?.mean).toBeCloseTo(0.2);
    expect(gain?.from).toBeCloseTo(0.2 - (1.96 * 0.1) / Math.sqrt(59));
    expect(gain?.to).toBeCloseTo(0.2 + (1.96 * 0.1) / Math.sqrt(59));
    expect(gainOf(on, 'COGNITIVE')?.comparisons).toBe(0);
    expect(on.live.levels.active).toBe('METACOGNITIVE');
  });

  it('is "no measurable gain" where 400 outcomes show none: the level is left, and people are told', async () => {
    const on = await given();
    await decided(on, 399, (at) => (at % 2 === 0 ? 0.9 : 1.1));
    expect([on.live.levels.active, gainOf(on, 'METACOGNITIVE')?.verdict]).toEqual([
      'METACOGNITIVE',
      'UNDECIDED',
    ]);
    await decided(on, 1, () => 1);
    expect(on.live.levels.active).toBe('COGNITIVE');
    const demoted = (await ledger()).findLast(({ entry }) => entry.kind === 'DEMOTED')?.entry;
    expect(JSON.stringify(demoted)).toContain('no measurable gain');
    const [insight] = await world.store.insights({ kind: 'LEVEL' }, { limit: 1, newestFirst: true });
    expect(insight?.text).toContain('back from METACOGNITIVE to COGNITIVE: no measurable gain');
    const retold = replay(await ledger());
    expect(retold.evolution.snapshot()).toEqual(on.live.levels.state);
    // what was only thought, or stopped, says nothing
    await decided(on, 3, () => 0);
    expect(gainOf(on, 'METACOGNITIVE')?.comparisons).toBe(0);
    expect(world.failures).toEqual([]);
  });
});
