/** The in-memory database, on the virtual clock of the test. */
import type { VirtualClock } from '../../../src/kit/clock.js';
import { MemoryDatabase } from '../../../src/store/memory/memory-database.js';
import { MemoryStore } from '../../../src/store/memory/memory-store.js';
import type { ModelWorld, ModelWorlds } from './model-world.js';

export function memoryWorlds(): Promise<ModelWorlds> {
  return Promise.resolve({
    make: (clock) => Promise.resolve(memoryWorld(clock)),
    close: () => Promise.resolve(),
  });
}

function memoryWorld(clock: VirtualClock): ModelWorld {
  const database = new MemoryDatabase({ now: () => clock.wall() });
  return {
    open: () => new MemoryStore(database),
    rows: () =>
      Promise.resolve({
        meshes: [...database.meshes.values()],
        tasks: [...database.tasks.values()],
        edges: [...database.edges.values()],
        attempts: [...database.attempts.values()].map(({ outcome, ...attempt }) => ({
          ...attempt,
          outcome: outcome?.outcome ?? null,
        })),
      }),
    passTime: () => Promise.resolve(),
    breakSession: (store) => Promise.resolve((store as MemoryStore).breakSession('the session broke')),
  };
}
