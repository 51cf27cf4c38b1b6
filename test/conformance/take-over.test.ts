/** What the next leadership of the same process leaves to attempts that the last one had cancelled. */
import { expect, it } from 'vitest';
import { memoryWorlds } from './model/memory-world.js';
import { SLOTS } from './model/model.js';
import { System } from './model/system.js';

it('gives nobody the place of a cancelled attempt before that has ended', async () => {
  const worlds = await memoryWorlds();
  const system = await System.start(worlds);
  const tasks = Array.from({ length: SLOTS + 1 }, (_, i) => ({
    ...{ key: `t${i}`, name: `t${i}`, milestone: false, hold: false, later: false },
    ...{ maxAttempts: 1, limit: null, priority: 'NORMAL' as const },
  }));
  await system.ask({ kind: 'submitMesh', tasks, edges: [], once: null });
  const running = async (): Promise<string[]> => {
    const { atLayer, rows } = await system.look();
    const names = system.names(rows);
    return atLayer.map(({ taskId }) => names.get(taskId) as string).sort();
  };
  const before = await running();
  expect(before).toHaveLength(SLOTS);
  const [cancelled, ...others] = before as [string, ...string[]];
  await system.ask({ kind: 'cancelTask', task: cancelled });
  await system.loseSession();
  expect(await running()).toEqual(before);
  await system.endAttempt(cancelled, 'completed');
  expect(await running()).toHaveLength(SLOTS);
  expect(await running()).toEqual(expect.arrayContaining(others));
  await system.close();
  await worlds.close();
});
