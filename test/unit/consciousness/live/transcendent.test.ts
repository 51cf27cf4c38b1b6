/** TRANSCENDENT on a running server: episodes of several meshes are replayed, shares follow one objective, signals prove themselves. */
import { beforeEach, describe, expect, it } from 'vitest';
import { entryOf, exitOf, usedSignals } from '../../../../src/consciousness/evolution/gates.js';
import { JointWorld } from '../../../support/consciousness/joint-world.js';
import { MindWorld } from '../../../support/consciousness/mind-world.js';

let world: MindWorld;

beforeEach(async () => {
  world = await MindWorld.open();
});

const shares = () => world.decisions({ kind: 'SHARE' });

describe('beneath TRANSCENDENT', () => {
  it('episodes are replayed as evidence, by which planning together and what it rests on are believed', async () => {
    const server = await world.leading({ initialLevel: 'QUANTUM', evolutionRate: 0.5 });
    const meshes = new JointWorld(world, 'evidence');
    const seen = (): number => server.live.levels.state.evidence.joint.better.count;
    for (let at = 0; at < 70 && seen() < 45; at++) await meshes.episode(server);
    const { evidence } = server.live.levels.state;
    expect(evidence.joint.better.sum / seen()).toBeGreaterThan(0.1);
    expect(usedSignals(evidence)).toEqual(expect.arrayContaining(['durations', 'progress']));
    const [episodes, joint, signals] = entryOf('TRANSCENDENT', evidence);
    expect([episodes?.met, joint?.met, signals?.met]).toEqual([true, true, true]);
    // memory, layers and bad windows are the same for all of these meshes, and are not said to matter
    expect(signals?.has).not.toMatch(/memory|layers|bad windows/);
    expect(exitOf('TRANSCENDENT', evidence).filter(({ met }) => met)).toEqual([]);
    expect(await shares()).toEqual([]);
    expect(server.advisor.order?.isIdle).toBe(true);
    expect(world.failures).toEqual([]);
  }, 120_000);

  it('meshes that did not run side by side say nothing', async () => {
    const server = await world.leading({ initialLevel: 'QUANTUM' });
    for (let at = 0; at < 3; at++) {
      server.live.meshBegan({ meshId: `m${at}`, name: 'one', tasks: 5 });
      await world.pass(1000);
      server.live.meshEnded(`m${at}`);
      await world.pass(6000);
    }
    expect(server.live.levels.state.evidence.joint.better.count).toBe(0);
  });
});

describe('TRANSCENDENT', () => {
  it('gives each mesh a share by its need, with the row first, and the row tells what came of it', async () => {
    const server = await world.leading({ initialLevel: 'TRANSCENDENT' });
    const meshes = new JointWorld(world, 'shares', [4, 60]);
    const seen: number[] = [];
    for (let at = 0; at < 4; at++)
      await meshes.episode(server, (meshId) => {
        seen.push(server.advisor.order?.weightOf(meshId, 4) ?? 1);
      });
    const made = await shares();
    // of five meshes the first finds none beside it
    expect(made).toHaveLength(16);
    const sharesOf = (tasks: number): unknown[] =>
      made
        .filter(({ parameters }) => parameters['tasks'] === tasks)
        .map(({ parameters }) => parameters['share']);
    const meanOf = (all: unknown[]): number =>
      (all as number[]).reduce((sum, one) => sum + Math.log(one), 0) / all.length;
    expect(meanOf(sharesOf(4))).toBeGreaterThan(1 + meanOf(sharesOf(60)));
    for (const { mode, outcome, staticChoice } of made) {
      expect([mode, staticChoice]).toEqual(['ACTING', 'equal shares']);
      expect(outcome?.ended).toBe('DONE');
    }
    const measured = made.filter(({ outcome }) => (outcome?.cost ?? 0) > 0);
    expect(measured.length).toBeGreaterThanOrEqual(4);
    const regret = measured.reduce((sum, { outcome }) => sum + (outcome?.regret ?? 0), 0);
    expect(regret).not.toBe(0);
    expect(seen.some((share) => share !== 1)).toBe(true);
    expect(server.advisor.order?.isIdle).toBe(true);
  });

  it('gives no share without the row, and takes it back when the decision is undone', async () => {
    const server = await world.leading({ initialLevel: 'TRANSCENDENT' });
    const meshes = new JointWorld(world, 'undone', [10]);
    const ids: string[] = [];
    await meshes.episode(server, (meshId) => ids.push(meshId));
    const undone: boolean[] = [];
    await meshes.episode(server, () => {
      undone.push(server.advisor.order?.isIdle ?? true);
    });
    expect(undone).toEqual([true, false, false, false, false]);
    const { write } = world.store;
    world.store.write = () => Promise.reject(new Error('away'));
    await meshes.episode(server, () => expect(server.advisor.order?.isIdle).toBe(true));
    world.store.write = write;
  });

  it('is only thought where it is forced in shadow', async () => {
    const server = await world.leading({ initialLevel: 'METACOGNITIVE' });
    const request = { to: 'TRANSCENDENT', who: 'ann', why: 'try', acceptRisk: false } as const;
    await server.live.levels.force(request, world.clock.wall());
    const meshes = new JointWorld(world, 'shadow');
    await meshes.episode(server, () => expect(server.advisor.order?.isIdle).toBe(true));
    expect(await shares()).toMatchObject([{ mode: 'SHADOW' }, { mode: 'SHADOW' }, {}, {}]);
  });
});
