/** What the cluster layer does when nodes are lost, late or drained, and when the lead goes to another server. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClusterLayer } from '../../src/layers/cluster/cluster-layer.js';
import { type Order, packOrders, queueOf } from '../../src/layers/cluster/messages.js';
import type { Outcome } from '../../src/lifecycle/task.js';
import type { AttemptStart } from '../../src/work/attempt.js';
import type { Work } from '../../src/lifecycle/work.js';
import { keyOf } from '../support/cluster/cluster-nodes.js';
import { ClusterWorld, type WorldNode } from '../support/cluster/cluster-world.js';
import { until } from '../support/until.js';
import { abortable, attemptOf, RecordingSink } from '../support/work/fixtures.js';

/** Real processes on a machine that others use too. */
const SLOWLY = { timeout: 90_000 };

let world: ClusterWorld;

beforeEach(async () => {
  world = await ClusterWorld.open('postgresql');
});
afterEach(() => world.close(), SLOWLY.timeout);

const sh = (script: string): Work => ({ command: { argv: ['sh', '-c', script] } });

function placed(work: Work, node: string): AttemptStart {
  return attemptOf(work, { node: world.refOf(node) as string });
}

function begin(attempt: AttemptStart, layer: ClusterLayer = world.layer) {
  const sink = new RecordingSink();
  const { signal, abort } = abortable();
  return { sink, abort, attempt, outcome: layer.start(attempt, signal, sink) };
}

/** How often the work ran, by what it wrote. */
function runs(file: string): number {
  const path = join(world.dir, file);
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 0;
}

describe('a node that cannot renew its lease', SLOWLY, () => {
  it('loses its attempts, ends what it runs, and joins again as another incarnation', async () => {
    const node = await world.startNode('one', { leaseMs: 1000 });
    const first = world.refOf('one') as string;
    const { sink, outcome } = begin(placed(sh('echo $$; echo ready; sleep 1000'), 'one'));
    await sink.until('ready');
    const pid = Number(sink.lines[0]?.text);
    node.isCut = true;
    expect(await outcome).toMatchObject({ kind: 'CRASHED', failure: { code: 'LOST' } });
    expect(world.layer.reaches(first)).toBe(false);
    await until('its process is gone', () => !existsSync(`/proc/${pid}`));
    expect(node.events.some(({ kind }) => kind === 'dead')).toBe(true);
    node.isCut = false;
    await until('it is back', () => world.refOf('one') !== undefined);
    expect(world.refOf('one')).not.toBe(first);
    expect((await begin(placed(sh('true'), 'one')).outcome).kind).toBe('COMPLETED');
  });

  it('is late with what it still says: nobody takes that for an outcome', async () => {
    const node = await world.startNode('one');
    const running = begin(placed(sh('echo ready; sleep 1; echo 7'), 'one'));
    await running.sink.until('ready');
    node.isCut = true; // it does not hear that its name is taken before its lease is over
    const { name, instance, address, version, labels, capacity, leaseMs } = (await world.registry.look())
      .nodes[0]!;
    await world.registry.join({
      name,
      instance,
      address,
      version,
      labels,
      capacity,
      leaseMs,
      key: 'another',
    });
    expect(await running.outcome).toMatchObject({ kind: 'CRASHED', failure: { code: 'LOST' } });
    await until('it was told', () => world.late.length > 0);
    expect(world.late).toMatchObject([
      { key: { token: running.attempt.token }, outcome: { kind: 'COMPLETED', output: 7 } },
    ]);
  });

  it('refuses at once what is placed on it when it is gone', async () => {
    await world.startNode('one');
    const outcome = await begin(attemptOf(sh('true'), { node: 'one:999999' })).outcome;
    expect(outcome).toMatchObject({ kind: 'CRASHED', failure: { code: 'LOST' } });
  });
});

describe('a node that drains', SLOWLY, () => {
  it('lets what runs finish, takes nothing new, and leaves', async () => {
    const node = await world.startNode('one');
    const running = begin(placed(sh('echo ready; sleep 1; echo 1'), 'one'));
    await running.sink.until('ready');
    await world.registry.drain('one');
    await until('it takes nothing new', () => world.refOf('one') === undefined);
    expect(await running.outcome).toMatchObject({ kind: 'COMPLETED', output: 1 });
    await node.ended;
    expect((await world.registry.look()).nodes).toEqual([]);
  });

  it('ends what takes too long, which does not count as a crash', async () => {
    const node = await world.startNode('one', { drainMs: 300 });
    const running = begin(placed(sh('echo ready; sleep 1000'), 'one'));
    await running.sink.until('ready');
    node.agent.drain();
    expect(await running.outcome).toMatchObject({ kind: 'CRASHED', failure: { code: 'SHUTDOWN' } });
    await node.ended;
  });
});

describe('another server that takes the lead', SLOWLY, () => {
  async function takeOver(): Promise<ClusterLayer> {
    world.layer.follow();
    const next = world.openLayer();
    await world.look(next);
    next.lead({
      nodesChanged: () => undefined,
      late: () => undefined,
      runs: () => false,
      lateLine: () => undefined,
      linesStored: () => Promise.resolve(),
      stillLeads: () => Promise.resolve(true),
    });
    return next;
  }

  it('finds what runs where it runs, with the lines it has not seen, and nothing runs twice', async () => {
    await world.startNode('one');
    const work = sh('echo x >> runs; echo one; sleep 1; echo two');
    const running = begin(placed(work, 'one'));
    await running.sink.until('one');
    world.layer.letGo(running.attempt.token);
    const next = await takeOver();
    const again = begin(running.attempt, next);
    const outcome: Outcome = await again.outcome;
    expect(outcome).toMatchObject({ kind: 'COMPLETED', output: 'two' });
    expect(again.sink.lines.at(-1)).toMatchObject({ text: 'two', line: 2 });
    expect(runs('runs')).toBe(1);
  });

  it('is told again what was told and not recorded', async () => {
    await world.startNode('one');
    const running = begin(placed(sh('echo x >> runs; echo 5'), 'one'));
    expect(await running.outcome).toMatchObject({ kind: 'COMPLETED' }); // and no commit has recorded it
    const next = await takeOver();
    const again = begin(running.attempt, next);
    expect(await again.outcome).toMatchObject({ kind: 'COMPLETED', output: 5 });
    await begin(placed(sh('true'), 'one'), next).outcome; // the order that came again is read by now
    expect(runs('runs')).toBe(1);
  });
});

describe('orders that come in another way than they were given', SLOWLY, () => {
  /** Resolves when the node has read them. */
  async function order(...orders: readonly Order[]): Promise<void> {
    const backend = await world.openBackend();
    const ref = world.refOf('one') as string;
    const queue = backend.queue(queueOf(ref));
    const texts = orders.map((one) => JSON.stringify(one));
    await queue.add('orders', packOrders({ ref, key: keyOf('one') }, texts), { removeOnComplete: true });
    expect((await begin(placed(sh('true'), 'one')).outcome).kind).toBe('COMPLETED');
    await queue.close();
    await backend.close();
  }

  /** All that it began has ended. */
  async function left(node: WorldNode): Promise<void> {
    node.agent.drain();
    await node.ended;
  }

  it('are begun once, however often they come', async () => {
    const node = await world.startNode('one');
    const attempt = placed(sh('echo x >> runs'), 'one');
    await order({ kind: 'start', attempt }, { kind: 'start', attempt });
    await order({ kind: 'start', attempt });
    await left(node);
    expect(runs('runs')).toBe(1);
  });

  it('are not begun when the order to stop comes first', async () => {
    const node = await world.startNode('one');
    const attempt = placed(sh('echo x >> runs'), 'one');
    const { taskId, token } = attempt;
    const key = { taskId, attempt: attempt.attempt, token };
    await order({ kind: 'cancel', key, reason: 'CANCELLED' }, { kind: 'start', attempt });
    await left(node);
    expect(runs('runs')).toBe(0);
  });
});

describe('an attempt that is told to stop', SLOWLY, () => {
  it('ends although its start is still on its way', async () => {
    await world.startNode('one');
    const running = begin(placed(sh('sleep 1000'), 'one'));
    running.abort('TIMED_OUT');
    expect((await running.outcome).kind).toBe('TIMED_OUT');
  });

  it('ends as it has ended already, which its node tells again', async () => {
    await world.startNode('one');
    const done = begin(placed(sh('true'), 'one'));
    await done.outcome;
    world.layer.recorded(done.attempt.token);
    const stranger = begin(done.attempt);
    stranger.abort('CANCELLED');
    expect((await stranger.outcome).kind).toBe('COMPLETED');
  });
});

describe('many attempts', SLOWLY, () => {
  it('all end, once each, with their own outputs', async () => {
    await world.startNode('one', { slots: 8 });
    await world.startNode('two', { slots: 8 });
    const all = Array.from({ length: 400 }, (_, at) =>
      begin(placed({ wait: { durationMs: at % 7 } }, at % 2 === 0 ? 'one' : 'two')),
    );
    for (const { attempt, outcome } of all) void outcome.then(() => world.layer.recorded(attempt.token));
    const outcomes = await Promise.all(all.map(({ outcome }) => outcome));
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['COMPLETED']));
    expect(world.late).toEqual([]);
    expect(world.layer.statistics()).toMatchObject({ running: 0, started: 400, completed: 400 });
  });
});
