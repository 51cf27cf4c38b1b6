/** Commands about tasks that have left memory: the desk finds them in the store, and no batch contradicts it. */
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/kit/clock.js';
import { SeededRandom } from '../../../src/kit/random.js';
import { checkExtension, checkMesh } from '../../../src/orchestrator/definition/check-mesh.js';
import { MemoryDatabase } from '../../../src/store/memory/memory-database.js';
import { SimProcess, type World } from '../../support/sim-process.js';

const owner = { id: 'owner', trusted: true };
const defaults = { maxAttempts: 1, executionTimeoutMs: 1000 };

/** Resolves as soon as the store has answered; nothing here waits for time. */
async function settled<T>(promise: Promise<T>): Promise<T | string> {
  return await promise.catch((error: { code?: string }) => error.code ?? String(error));
}

async function serverWithForgottenTasks() {
  const clock = new VirtualClock();
  const database = new MemoryDatabase({ now: () => clock.wall() });
  const random = new SeededRandom(1);
  const world: World = { clock, database, random, works: [], faulty: false, failures: [] };
  const process = new SimProcess(world, 1);
  while (process.orchestrator.core === undefined) await new Promise((resolve) => setImmediate(resolve));
  const checked = checkMesh(
    { name: 'm', tasks: [{ key: 'gone' }, { key: 'dropped', hold: true }, { key: 'kept', hold: true }] },
    defaults,
  );
  if (!checked.ok) throw new Error(checked.refusal.message);
  const { meshId } = await process.desk.submitMesh(owner, checked.value);
  const id = (key: string) => database.keys.get(`${meshId}/${key}`) as string;
  await process.desk.cancelTask(owner, id('dropped'));
  clock.advance(61_000);
  await process.desk.holdTask(owner, id('kept'));
  expect(process.orchestrator.core?.tasks.has(id('gone'))).toBe(false);
  return { desk: process.desk, meshId, id, world };
}

describe('a task that has left memory', () => {
  it('still owns its key', async () => {
    const { desk, meshId, world } = await serverWithForgottenTasks();
    const again = checkExtension({ tasks: [{ key: 'gone' }] }, defaults);
    if (!again.ok) throw new Error(again.refusal.message);
    expect(await settled(desk.extendMesh(owner, meshId, again.value))).toBe('DUPLICATE_KEY');
    expect(world.failures).toEqual([]);
  });

  it('can be the source of a new edge, once, and the edge can be removed', async () => {
    const { desk, id, world } = await serverWithForgottenTasks();
    const edge = { sourceId: id('gone'), targetId: id('kept'), type: 'DATA', weight: 0 } as const;
    expect(await settled(desk.addEdge(owner, edge))).toHaveProperty('edgeId');
    expect(await settled(desk.addEdge(owner, edge))).toBe('CONFLICT');
    expect(await settled(desk.removeEdge(owner, edge.sourceId, edge.targetId))).toBeUndefined();
    expect(await settled(desk.removeEdge(owner, edge.sourceId, edge.targetId))).toBe('NOT_FOUND');
    expect(world.failures).toEqual([]);
  });

  it('is deleted by one of two commands that come at once', async () => {
    const { desk, id, world } = await serverWithForgottenTasks();
    const both = await Promise.all([
      settled(desk.deleteTask(owner, id('dropped'))),
      settled(desk.deleteTask(owner, id('dropped'))),
    ]);
    expect(both).toEqual([undefined, 'CONFLICT']);
    expect(world.failures).toEqual([]);
  });
});
