/** Meshes that are planned by what was learned: what waits, for how long, what stands above the plan, what it costs nobody else. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_MESH_ID } from '../../../../src/lifecycle/default-mesh.js';
import { SeededRandom } from '../../../../src/kit/random.js';
import { nodeOf } from '../../../support/cluster/cluster-nodes.js';
import { COMMAND, CoreHarness } from '../../../support/core-harness.js';
import { kind, TaughtCore, type TaughtWish } from '../../../support/learning/taught-core.js';

/** One slot on a slow and one on a fast layer. */
const TWO: Pick<TaughtWish, 'rooms' | 'times'> = {
  rooms: { LOCAL: 1, CLUSTER: 1 },
  times: { short: { LOCAL: 12, CLUSTER: 2 }, long: { LOCAL: 60, CLUSTER: 10 } },
};

/** Something short keeps the fast layer busy. */
function busy(wish: Partial<TaughtWish> = {}): TaughtCore {
  const core = new TaughtCore({ ...TWO, ...wish });
  core.mesh('first', { first: { ...kind('short'), layer: 'CLUSTER' } }, { id: 'before' });
  return core;
}

describe('a task that a busy place would end sooner', () => {
  const MESH = ['a; b -> c', { a: kind('short'), b: kind('long'), c: kind('short') }] as const;

  it('waits for it although another has room, says so, and the mesh ends earlier', () => {
    const core = busy();
    core.mesh(...MESH);
    expect(core.state('b').status).toBe('QUEUED');
    expect(core.place('a')).toBe('LOCAL');
    expect(core.row('b').reason).toMatch(
      /^waits for CLUSTER, expected to have room in 2\.\d s; where there is room now it would take \d\d s$/,
    );
    const end = core.runToEnd();
    expect(core.statuses()).toBe('a COMPLETED, b COMPLETED, c COMPLETED');
    expect(core.row('b').reason).toBeNull();
    expect(end).toBeLessThan(15);
    const former = busy({ isPlanned: false });
    former.mesh(...MESH);
    expect(former.runToEnd()).toBeGreaterThan(60);
  });

  it('waits for a node just as for a layer, and its start tells what was chosen among', () => {
    const nodes = ['fast', 'slow'].map((name) =>
      nodeOf(name, { capacity: { slots: 1, cores: 8, memoryBytes: 2 ** 35 } }),
    );
    const times = { long: { 'CLUSTER fast': 10, 'CLUSTER slow': 60 } };
    const core = new TaughtCore({ rooms: {}, nodes, times });
    core.mesh('a; b', { '*': { ...kind('long'), layer: 'CLUSTER' } });
    expect(core.place('a')).toBe('CLUSTER fast');
    expect(core.row('b').reason).toMatch(/^waits for node fast, /);
    const { planned, placement } = core.state('a').live ?? {};
    expect(planned).toMatchObject([
      { layer: 'CLUSTER', node: 'fast', waitSeconds: 0 },
      { layer: 'CLUSTER', node: 'slow', waitSeconds: 0 },
    ]);
    expect(placement).toMatchObject({
      policy: 'LEARNED',
      eligible: 2,
      candidates: [{ node: 'fast' }, { node: 'slow' }],
    });
    expect(placement?.candidates[1]?.score).toBe(planned?.[1]?.finishSeconds);
    expect(core.runToEnd()).toBeLessThan(25);
  });

  it('starts elsewhere when it has waited as long as it would have taken there', () => {
    const core = busy({ truth: ({ key }) => (key === 'first' ? 10_000 : undefined) });
    core.mesh('b', { b: kind('long') });
    core.advance(50_000);
    expect(core.state('b').status).toBe('QUEUED');
    core.advance(40_000);
    expect(core.place('b')).toBe('LOCAL');
    expect(core.row('b')).toMatchObject({ status: 'RUNNING', reason: null });
  });

  it('fails for its own time in the queue, no sooner and no later', () => {
    const core = busy();
    core.mesh('b', { b: { ...kind('long'), queueTimeoutMs: 1500 } });
    core.advance(1499);
    expect(core.status('b')).toBe('QUEUED');
    core.advance(1);
    expect(core.row('b')).toMatchObject({ status: 'FAILED', failure: { code: 'QUEUE_TIMEOUT' } });
  });

  it('can be held, paused and cancelled as any other, and keeps its deadline', () => {
    const core = busy();
    core.mesh('b; c', { '*': { ...kind('long'), queueTimeoutMs: 500_000 } });
    expect(core.running()).toEqual(['before/first']);
    core.task('holdTask', 'b');
    core.ok({ kind: 'pauseMesh', meshId: 'm' });
    expect(core.row('b')).toMatchObject({ status: 'HELD', reason: null });
    core.complete('before/first');
    expect(core.running()).toEqual([]);
    core.ok({ kind: 'resumeMesh', meshId: 'm' });
    expect(core.place('c')).toBe('CLUSTER');
    core.task('releaseTask', 'b');
    expect(core.state('b').status).toBe('QUEUED');
    core.task('cancelTask', 'b');
    core.runToEnd();
    expect(core.statuses()).toBe('b CANCELLED, c COMPLETED');
    expect(core.core.waits.size + core.core.kept.size).toBe(0);
  });

  it('is decided on anew by the next leader', () => {
    const core = busy();
    core.mesh('b', { b: kind('long') });
    core.restart();
    core.ok({ kind: 'timePassed' });
    expect(core.state('b').status).toBe('QUEUED');
    expect(core.core.waits.has(core.state('b'))).toBe(true);
    expect(core.runToEnd()).toBeLessThan(15);
  });
});

describe('tasks without a mesh', () => {
  const alone = (count: number) => {
    const core = busy();
    const keys = Array.from({ length: count }, (_, i) => `t${i}`);
    core.extend(keys.join('; '), { '*': kind('long') }, { id: DEFAULT_MESH_ID });
    return core;
  };
  const t0 = `${DEFAULT_MESH_ID}/t0`;

  it('wait as well, while they are few', () => {
    const core = alone(1);
    expect(core.state(t0).status).toBe('QUEUED');
    core.complete('before/first');
    expect(core.place(t0)).toBe('CLUSTER');
  });

  it('go where there is room when they are many', () => {
    expect(alone(101).place(t0)).toBe('LOCAL');
  });
});

describe('above the plan', () => {
  it('stand priorities that people set', () => {
    const core = busy();
    core.mesh('a; b -> c', { a: { ...kind('long'), priority: 'HIGH' }, b: kind('long'), c: kind('long') });
    core.complete('before/first');
    expect(core.place('a')).toBe('CLUSTER');
  });

  it('stands the turn of other meshes: what one waits for, another may take first', () => {
    const core = busy();
    core.mesh('b', { b: kind('long') });
    core.mesh('x', { x: { ...kind('short'), layer: 'CLUSTER', priority: 'HIGH' } }, { id: 'other' });
    core.complete('before/first');
    expect(core.running()).toEqual(['other/x']);
    core.complete('other/x');
    expect(core.place('b')).toBe('CLUSTER');
  });

  it('stands the turn it had: meshes that came later do not go first because it waited', () => {
    const core = busy();
    core.mesh('b', { b: kind('long') });
    const onFast = { ...kind('short'), layer: 'CLUSTER' as const };
    const local = { ...kind('short'), layer: 'LOCAL' as const };
    core.mesh('x -> t -> u', { x: onFast, t: local, u: local }, { id: 'x' });
    core.mesh('y', { y: onFast }, { id: 'y' });
    core.complete('before/first');
    expect(core.running()).toEqual(['x/x']);
    core.complete('x/x');
    expect(core.place('b')).toBe('CLUSTER');
    expect(core.state('y/y').status).toBe('QUEUED');
  });

  it('stand limits: a task that waits takes no place of its concurrency key', () => {
    const key = { concurrency: { key: 'k', limit: 1, strategy: 'QUEUE' as const } };
    const core = busy();
    core.mesh('b; a', { b: { ...kind('long'), ...key }, a: { ...kind('short'), ...key, layer: 'LOCAL' } });
    expect(core.running()).toEqual(['before/first', 'a']);
    core.complete('before/first');
    expect(core.running()).toEqual(['a']);
    core.complete('a');
    expect(core.place('b')).toBe('CLUSTER');
  });
});

describe('a plan that is nonsense', () => {
  /** Everything is to start on the first place at once. */
  const core = (rooms: TaughtWish['rooms']) =>
    new CoreHarness({
      rooms,
      advice: {
        plannerOf: () => ({
          started: () => undefined,
          ended: () => undefined,
          outdated: () => undefined,
          decide: ({ ready }) => ({
            starts: ready.map((task) => ({
              task,
              candidates: [{ place: 0, waitSeconds: 0, finishSeconds: 1 }],
            })),
            waits: [],
            cost: 1,
          }),
        }),
      },
    });

  it('starts nothing where it must not run, or has no room', () => {
    const harness = core({ LOCAL: 1, CLUSTER: 4 });
    harness.mesh('a; b; c', { '*': { work: COMMAND }, b: { work: COMMAND, layer: 'CLUSTER' } });
    const layerOf = (key: string) => harness.state(key).live?.layer;
    expect([layerOf('a'), layerOf('b'), layerOf('c')]).toEqual(['LOCAL', 'CLUSTER', 'CLUSTER']);
  });
});

describe('nothing is planned', () => {
  it('where there is nothing to decide, nor is anybody asked', () => {
    const core = new TaughtCore({ rooms: { LOCAL: 2 }, times: TWO.times });
    core.mesh('a -> b', { '*': kind('long') });
    expect(core.core.plans.concerns(core.state('a'), core.core)).toBe(false);
    expect(core.state('a').live?.planned).toEqual([]);
  });

  it('of more than 1,000 open tasks', () => {
    const core = busy();
    const keys = Array.from({ length: 1001 }, (_, i) => `t${i}`);
    core.mesh(keys.join('; '), { '*': kind('long') });
    expect(core.place('t0')).toBe('LOCAL');
    expect(core.state('t0').live?.planned).toEqual([]);
  });

  it('before anything is known', () => {
    const core = busy({ times: {} });
    core.mesh('b', { b: kind('long') });
    expect(core.place('b')).toBe('LOCAL');
  });
});

const KINDS = ['k0', 'k1', 'k2', 'k3'];

/** Random meshes on two layers and three nodes; what comes has nothing to do with what was learned. */
function randomWorld(seed: number) {
  const random = new SeededRandom(seed);
  const seconds = () => 0.5 + 30 * random.next() ** 3;
  const nodes = ['n0', 'n1', 'n2'].map((name, at) =>
    nodeOf(name, {
      capacity: { slots: 1 + random.int(3), cores: 1 + random.int(4), memoryBytes: 2 ** 31 },
      labels: at === 0 ? ['gpu'] : [],
    }),
  );
  const places = ['LOCAL', 'QUANTUM_SIM', 'CLUSTER n0', 'CLUSTER n1', 'CLUSTER n2'];
  const pool = new SeededRandom(`times ${Math.abs(seed) % 4}`);
  const times = Object.fromEntries(
    KINDS.map((name) => [
      name,
      Object.fromEntries(places.map((place) => [place, 0.5 + 30 * pool.next() ** 3])),
    ]),
  );
  const truth = () => seconds();
  const core = new TaughtCore({ rooms: { LOCAL: 1 + random.int(2), QUANTUM_SIM: 1 }, nodes, times, truth });
  for (let mesh = 0; mesh < 3; mesh++) {
    const size = 2 + random.int(14);
    const keys = Array.from({ length: size }, (_, i) => `t${i}`);
    const edges = keys.flatMap((key, i) =>
      keys
        .slice(i + 1)
        .flatMap((other) => (random.next() < 0.15 ? [`${key} -hard:${random.int(3)}-> ${other}`] : [])),
    );
    const wishes = Object.fromEntries(
      keys.map((key) => {
        const dice = random.next();
        const where = dice < 0.15 ? { layer: 'LOCAL' as const } : dice < 0.3 ? { nodeSelector: ['gpu'] } : {};
        const wish = dice < 0.3 && 'nodeSelector' in where ? { ...where, layer: 'CLUSTER' as const } : where;
        const taskType = (['MICRO', 'SMALL', 'MEDIUM'] as const)[random.int(3)] ?? 'SMALL';
        const priority = random.next() < 0.2 ? ('HIGH' as const) : ('NORMAL' as const);
        return [key, { ...kind(KINDS[random.int(4)] as string), ...wish, taskType, priority }];
      }),
    );
    core.mesh([...keys, ...edges].join('; '), wishes, { id: `m${mesh}` });
  }
  return core;
}

function expectRoomOnNodes({ core }: TaughtCore): void {
  for (const { node, slots, free } of core.rooms.places({ slots: 1, cores: 0, memoryBytes: 0 })) {
    if (node === null) continue;
    const lives = [...core.running.values()].flatMap(({ live }) =>
      live?.node === `${node.name}:1` ? [live] : [],
    );
    expect(free).toBe(slots - lives.length);
    const cores = lives.reduce((sum, { demand }) => sum + demand.cores, 0);
    expect(cores).toBeLessThanOrEqual(node.capacity.cores + 1e-6);
  }
}

describe('whatever is believed', () => {
  it('every task runs, only where it may, and none waits longer than what it could have had', () => {
    let waited = 0;
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const core = randomWorld(seed);
        const until = new Map<string, number>();
        const look = (): void => {
          expectRoomOnNodes(core);
          for (const task of core.core.tasks.values()) {
            const wait = core.core.waits.get(task);
            if (wait?.isOver === true) expect(core.core.kept.get(task.mesh)?.has(task) ?? false).toBe(false);
            if (wait?.isOver === false) {
              expect(task.dueAt).toBe(until.get(task.id) ?? task.dueAt);
              expect(core.now).toBeLessThanOrEqual(task.dueAt);
              until.set(task.id, task.dueAt);
              waited++;
            }
            if (task.live === null || task.spec === null) continue;
            const { layer, node } = task.live;
            if (task.spec.layer !== null) expect(layer).toBe(task.spec.layer);
            if (task.spec.nodeSelector !== undefined) expect(node).toBe('n0:1');
          }
        };
        core.runToEnd(look);
        for (const mesh of ['m0', 'm1', 'm2']) expect(core.meshStatus(mesh)).toBe('COMPLETED');
        expect(core.core.waits.size + core.core.kept.size).toBe(0);
      }),
      { numRuns: 25 },
    );
    expect(waited).toBeGreaterThan(25);
  });

  it('the same course of events gives the same starts', () => {
    for (const seed of [1, 2, 3]) {
      const [one, other] = [randomWorld(seed), randomWorld(seed)];
      one.runToEnd();
      other.runToEnd();
      expect(one.starts).toEqual(other.starts);
      expect(one.now).toBe(other.now);
    }
  });
});
