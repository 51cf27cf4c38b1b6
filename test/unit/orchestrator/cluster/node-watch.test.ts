import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../../src/kit/clock.js';
import type { NodeChange } from '../../../../src/layers/nodes.js';
import { LatestChanges } from '../../../../src/orchestrator/cluster/latest-changes.js';
import { NodeWatch } from '../../../../src/orchestrator/cluster/node-watch.js';
import { MemoryNodes } from '../../../../src/store/memory/memory-nodes.js';
import { joining, nodeOf } from '../../../support/cluster/cluster-nodes.js';

const LOOK_MS = 500;
const idle = { cpu: 0, memoryBytes: 0, running: 0 };

function watched() {
  const clock = new VirtualClock();
  const registry = new MemoryNodes(() => clock.wall());
  const changes: (string | null)[][] = [];
  const errors: unknown[] = [];
  let isAway = false;
  const watch = new NodeWatch({
    registry: { look: () => (isAway ? Promise.reject(new Error('away')) : registry.look()) },
    user: { look: () => Promise.resolve() },
    clock,
    changed: (all) => changes.push(...all.map(({ node, from, to }) => [node.name, from, to])),
    onError: (error) => errors.push(error),
  });
  const look = async (times = 1): Promise<void> => {
    for (let i = 0; i < times; i++) {
      clock.advance(LOOK_MS);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { registry, watch, look, changes, errors, away: (away: boolean) => (isAway = away) };
}

describe('the watch on the nodes', () => {
  it('tells who came, changed, was lost and left, and nothing of how busy they are', async () => {
    const { registry, watch, look, changes } = watched();
    await watch.start();
    const node = await registry.join(joining('a', { leaseMs: 2000 }));
    const incarnation = node?.incarnation as number;
    await look();
    await registry.beat({ name: 'a', incarnation, state: 'READY', load: idle });
    await look();
    await registry.beat({ name: 'a', incarnation, state: 'READY', load: { ...idle, cpu: 1 } });
    await look();
    await registry.cordon('a', true);
    await look(5);
    await registry.leave('a', incarnation);
    await look();
    expect(changes).toEqual([
      ['a', null, 'JOINING'],
      ['a', 'JOINING', 'READY'],
      ['a', 'READY', 'READY'],
      ['a', 'READY', 'LOST'],
      ['a', 'LOST', null],
    ]);
    await watch.stop();
    await look();
    expect(changes).toHaveLength(5);
  });

  it('goes on when the database was away, and nobody is lost by that', async () => {
    const { registry, watch, look, changes, errors, away } = watched();
    await registry.join(joining('a', { leaseMs: 60_000 }));
    await watch.start();
    away(true);
    await look(3);
    expect(errors).toHaveLength(3);
    away(false);
    await look();
    expect(changes).toEqual([]);
    await watch.stop();
  });

  it.each([
    ['no answer', () => new Promise<never>(() => {}), 'does not answer'],
    ['a refusal', () => Promise.reject(new Error('away')), 'away'],
  ])('asked for a look now, soon tells of %s', async (_what, look, told) => {
    const clock = new VirtualClock();
    const watch = new NodeWatch({
      registry: { look },
      user: { look: () => Promise.resolve() },
      clock,
      changed: () => expect.unreachable(),
      onError: () => expect.unreachable(),
    });
    const said = watch.look().then(
      () => 'it has looked',
      (error: Error) => error.message,
    );
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(3000);
    expect(await said).toContain(told);
    expect(clock.timerCount).toBe(0);
  });
});

describe('what a subscriber is still to be told', () => {
  it('is the latest of each node, from where it last knew it', async () => {
    const latest = new LatestChanges();
    const change = (name: string, from: NodeChange['from'], to: NodeChange['to']): NodeChange => ({
      node: nodeOf(name),
      from,
      to,
    });
    latest.add([change('a', null, 'JOINING'), change('b', 'READY', 'LOST')]);
    latest.add([change('a', 'JOINING', 'READY')]);
    const stop = new AbortController();
    const stream = latest.read(stop.signal);
    const { value } = await stream.next();
    const told = (value ?? []) as readonly NodeChange[];
    expect(told.map(({ node, from, to }) => [node.name, from, to])).toEqual([
      ['a', null, 'READY'],
      ['b', 'READY', 'LOST'],
    ]);
    const next = stream.next();
    stop.abort();
    expect((await next).done).toBe(true);
  });
});
