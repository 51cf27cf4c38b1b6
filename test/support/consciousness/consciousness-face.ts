/** The real answers of consciousness over a store in memory, for doors that need its face. */
import type { Consciousness } from '../../../src/consciousness/consciousness.js';
import { ConsciousnessAnswers } from '../../../src/consciousness/live/answers.js';
import { LiveConsciousness } from '../../../src/consciousness/live/live-consciousness.js';
import { IdSource } from '../../../src/kit/ids.js';
import { SystemRandom } from '../../../src/kit/random.js';
import { SystemClock } from '../../../src/kit/clock.js';
import type { ConsciousnessStore } from '../../../src/store/consciousness.js';
import { MemoryConsciousness } from '../../../src/store/memory/memory-consciousness.js';
import { MemoryDatabase } from '../../../src/store/memory/memory-database.js';
import { MemoryLearning } from '../../../src/store/memory/memory-learning.js';

export interface ConsciousnessFace {
  readonly face: Consciousness;
  readonly live: LiveConsciousness;
}

export function consciousnessFace({
  store = new MemoryConsciousness(),
  enabled = true,
}: {
  store?: ConsciousnessStore;
  enabled?: boolean;
} = {}): ConsciousnessFace {
  const clock = new SystemClock();
  const now = (): number => clock.wall();
  const ids = new IdSource(clock, new SystemRandom());
  const newId = (): string => ids.next();
  const live = new LiveConsciousness({
    settings: { initialLevel: 'BASIC', evolutionRate: 0.1 },
    ...{ store, clock, now, newId },
    history: new MemoryLearning(new MemoryDatabase({ now })),
    gateChanged: () => undefined,
    reorder: () => undefined,
    nodeOf: () => '',
    waiting: () => [],
    tuned: () => [],
    twin: () => Promise.resolve(null),
    loadOf: () => Promise.resolve(null),
    together: () => Promise.resolve(null),
    failed: (error) => {
      throw error;
    },
  });
  const lastEventSeq = (): Promise<number> => Promise.resolve(live.consumer.fold.seq);
  return { live, face: new ConsciousnessAnswers({ enabled, live, store, newId, now, lastEventSeq }) };
}
