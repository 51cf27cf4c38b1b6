/** The in-memory database, and in each process consciousness over the plain advisor. */
import { LiveConsciousness } from '../../../src/consciousness/live/live-consciousness.js';
import type { Clock } from '../../../src/kit/clock.js';
import { QuantileAdvisor } from '../../../src/orchestrator/advice/quantile-advisor.js';
import { MemoryConsciousness } from '../../../src/store/memory/memory-consciousness.js';
import { MemoryDatabase } from '../../../src/store/memory/memory-database.js';
import { MemoryLearning } from '../../../src/store/memory/memory-learning.js';
import { uuid } from '../../support/store/batches.js';
import { memoryWorlds } from '../model/memory-world.js';
import type { ModelMind, ModelWorlds } from '../model/model-world.js';

export async function mindedWorlds(): Promise<ModelWorlds> {
  const worlds = await memoryWorlds();
  return { ...worlds, make: async (clock) => ({ ...(await worlds.make(clock)), mind: mindOn }) };
}

const nothing = (): Promise<null> => Promise.resolve(null);

function mindOn(clock: Clock): ModelMind {
  let ids = 0;
  const now = (): number => clock.wall();
  const live = new LiveConsciousness({
    settings: { initialLevel: 'TRANSCENDENT', evolutionRate: 0.1 },
    store: new MemoryConsciousness(),
    history: new MemoryLearning(new MemoryDatabase({ now })),
    ...{ clock, now, newId: () => uuid(700_000 + ids++) },
    gateChanged: () => undefined,
    nodeOf: () => '',
    reorder: () => undefined,
    waiting: () => [],
    ...{ twin: nothing, loadOf: nothing, together: nothing },
    tuned: () => [],
    failed: (error) => {
      throw error;
    },
  });
  return {
    advisor: live.advisorOver(new QuantileAdvisor(), new QuantileAdvisor()),
    told: (event) => {
      if (event.kind === 'leading') live.lead(event.epoch);
      else void live.follow();
    },
  };
}
