/** An association of a machine with failures becomes a cause by draws, and by nothing else. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Level } from '../../../../src/consciousness/evolution/level.js';
import { avoidingAdvisor } from '../../../../src/consciousness/live/policies/avoiding-advisor.js';
import { PlaceTrials } from '../../../../src/consciousness/live/policies/place-trials.js';
import { PolicyMixture } from '../../../../src/consciousness/policies/policy-mixture.js';
import { Records } from '../../../../src/consciousness/live/records/records.js';
import { SeededRandom } from '../../../../src/kit/random.js';
import { factsOf } from '../../../../src/orchestrator/advice/task-facts.js';
import { QuantileAdvisor } from '../../../../src/orchestrator/advice/quantile-advisor.js';
import type { MeshOutline, TaskFacts } from '../../../../src/orchestrator/advisor.js';
import { MindWorld, replayed } from '../../../support/consciousness/mind-world.js';
import { COMMAND, specOf } from '../../../support/core-harness.js';
import { uuid } from '../../../support/store/batches.js';

const ASSOCIATION = {
  ...{ id: 'ASSOCIATION:7', kind: 'ASSOCIATION', subject: 'FAILED\nmachine LOCAL@bad', text: 'go together' },
  evidence: { factor: 'machine LOCAL@bad', outcome: 'FAILED' },
  ...{ foundAt: new Date(1), seq: 7, endedAt: null },
};
const CANDIDATES = [
  { layer: 'LOCAL', transferSeconds: 0 },
  { layer: 'CLUSTER', transferSeconds: 0 },
] as const;

let world: MindWorld;
let random: SeededRandom;
let trials: PlaceTrials;
let records: Records;
let hasBudget = true;

async function open(level: Level): Promise<void> {
  const { live } = await world.leading({ initialLevel: level });
  records = new Records(world.store, () => undefined);
  records.lead(1);
  trials = new PlaceTrials({
    ...{ book: live.book, levels: live.levels, records, now: () => world.clock.wall() },
    ...{ patterns: () => [ASSOCIATION], hasBudget: () => hasBudget },
  });
  trials.lead();
}

beforeEach(async () => {
  world = await MindWorld.open();
  random = new SeededRandom('trials');
  hasBudget = true;
  await open('QUANTUM');
});

const begin = (mesh: number) => trials.begun({ meshId: uuid(mesh), name: 'etl', tasks: 10 });
const rows = () => world.decisions({ kind: 'EXPERIMENT' });

/** Meshes run of which so many in a hundred attempts fail, kept away or not; `slower`: so many times as long where they kept away. */
async function run(count: number, percent: { away: number; there: number }, slower = 1): Promise<void> {
  for (let mesh = 0; mesh < count; mesh++) {
    await begin(mesh);
    const isAway = trials.avoids(uuid(mesh), 'LOCAL@bad');
    const share = isAway ? percent.away : percent.there;
    const failed = Array.from({ length: 20 }, () => random.next() < share / 100).filter(Boolean).length;
    await trials.scored(
      uuid(mesh),
      replayed({}, { attempts: 20, failed, actualSeconds: isAway ? slower : 1 }),
    );
  }
}

describe('a machine that goes with failures', () => {
  it('is found to cause them when meshes that were drawn to keep away from it fail less', async () => {
    await run(300, { away: 5, there: 25 });
    const [cause] = await world.store.patterns({ kind: 'CAUSE' }, { limit: 10 });
    expect(cause).toMatchObject({ subject: 'LOCAL@bad', evidence: { association: ASSOCIATION.id } });
    expect(cause?.text).toMatch(/^LOCAL@bad causes failures: in \d+ meshes that were drawn by chance/);
    const made = await rows();
    expect(made.length).toBeLessThan(100);
    expect(new Set(made.map(({ chosen }) => chosen))).toEqual(new Set(['keep away', 'as advised']));
    for (const { propensity, staticChoice } of made)
      expect([propensity, staticChoice]).toEqual([0.5, 'as advised']);
    await begin(900);
    expect(await rows()).toHaveLength(made.length);
  });

  it('is found to, although the store is away when that is known', async () => {
    const write = world.store.write.bind(world.store);
    let refused = 0;
    world.store.write = (epoch, made) => {
      if (made.patterns?.some(({ kind }) => kind === 'CAUSE') !== true || refused++ > 0)
        return write(epoch, made);
      return Promise.reject(new Error('away'));
    };
    await expect(run(300, { away: 5, there: 25 })).rejects.toThrow('away');
    await records.write({});
    expect(await world.store.patterns({ kind: 'CAUSE' }, { limit: 10 })).toMatchObject([
      { subject: 'LOCAL@bad' },
    ]);
  });

  it('stays an association when keeping away changes nothing, and people are told so', async () => {
    await run(301, { away: 15, there: 15 });
    expect(await world.store.patterns({ kind: 'CAUSE' }, { limit: 10 })).toEqual([]);
    const [insight] = await world.store.insights({ kind: 'CAUSE' }, { limit: 10 });
    expect(insight?.text).toContain('was not shown to cause them: 300 meshes were drawn');
    expect(insight?.patternId).toBe(ASSOCIATION.id);
  });

  it('is not tried beneath QUANTUM, nor when exploring has used up its budget', async () => {
    hasBudget = false;
    await begin(1);
    world = await MindWorld.open();
    await open('METACOGNITIVE');
    hasBudget = true;
    await begin(2);
    expect(await rows()).toEqual([]);
  });
});

describe('what keeping away costs', () => {
  it('is what those meshes took longer, and is kept over a change of leaders', async () => {
    await run(20, { away: 15, there: 15 }, 1.5);
    const away = (await rows()).filter(({ chosen }) => chosen === 'keep away').length;
    expect(trials.spent).toBeCloseTo(0.5 * away);
    await run(400, { away: 5, there: 45 }, 1.5); // over, with a cause
    const { spent } = trials;
    expect(spent).toBeGreaterThan(0.5 * away);
    const { standing } = await world.store.state();
    const next = await world.leading({ initialLevel: 'QUANTUM' }, 2);
    expect(standing).toContain(`"spent":${spent}`);
    expect(next.live.policies.explorationShare).toBeCloseTo(spent / 50);
  });

  it('is of the budget of exploring: nothing is drawn any more, of orders neither, when it is spent', async () => {
    const mixture = new PolicyMixture({ policies: ['a', 'b'], seed: 's', contexts: [] });
    for (let at = 0; at < 30; at++) mixture.measure('etl', null, { a: 0, b: at % 2 === 0 ? 0.1 : -0.1 });
    expect(mixture.draw('etl', 'm').propensity).toBeLessThan(1);
    mixture.spentElsewhere = 0.02 * 50;
    expect(mixture.explorationShare).toBeCloseTo(0.02);
    expect(mixture.draw('etl', 'm').propensity).toBe(1);
  });

  it('is nothing where they were done sooner', async () => {
    await run(30, { away: 15, there: 15 }, 0.8);
    expect(trials.spent).toBe(0);
  });
});

describe('a mesh that keeps away', () => {
  const task = (meshId: string): TaskFacts => ({ ...factsOf(specOf('a', { work: COMMAND })), meshId });
  const asked: unknown[] = [];
  const inner = Object.assign(new QuantileAdvisor(), {
    rateNode: () => 3,
    plannerOf: (mesh: MeshOutline) => {
      asked.push(mesh.tasks.map(({ allowed }) => allowed));
      return null;
    },
  });

  it('has no start there while there is another place, by choice, by node and by plan; others do', async () => {
    await begin(1);
    for (let mesh = 2; trials.isIdle; mesh++) await begin(mesh);
    const made = await rows();
    const away = String(made.find(({ chosen }) => chosen === 'keep away')?.parameters['meshId']);
    const advisor = avoidingAdvisor(inner, {
      trials,
      nodeOf: (layer) => (layer === 'LOCAL' ? 'bad:1:1' : ''),
    });
    expect(advisor.chooseLayer(task(away), CANDIDATES)).toBe('CLUSTER');
    expect(advisor.chooseLayer(task(away), CANDIDATES.slice(0, 1))).toBe('LOCAL');
    expect(advisor.chooseLayer(task(uuid(999)), CANDIDATES)).toBe('LOCAL');
    const node = { name: 'bad', incarnation: 'x' } as never;
    expect(advisor.rateNode?.(task(away), node)).toBe(3);
    const places = [
      { layer: 'LOCAL', node: null, slots: 1 },
      { layer: 'CLUSTER', node: null, slots: 1 },
    ] as const;
    const planned = (allowed: boolean[]) => ({
      ...{ facts: () => task(away), priority: 1, children: [], inputs: [], allowed },
    });
    advisor.plannerOf?.({ places, tasks: [planned([true, true]), planned([true, false])] });
    expect(asked.at(-1)).toEqual([
      [false, true],
      [true, false],
    ]);
  });
});
