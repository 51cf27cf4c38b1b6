/** The real learning over a store in memory, for doors that need its face. */
import { SystemClock } from '../../../src/kit/clock.js';
import { LiveLearning } from '../../../src/learning/live/live-learning.js';
import { PredictionLog } from '../../../src/learning/live/prediction-log.js';
import { ExplorationBudget } from '../../../src/learning/placement/exploration-budget.js';
import { productFold } from '../../../src/learning/live/product-fold.js';
import { factsOf } from '../../../src/orchestrator/advice/task-facts.js';
import { MemoryDatabase } from '../../../src/store/memory/memory-database.js';
import { MemoryLearning } from '../../../src/store/memory/memory-learning.js';
import type { LearningStore } from '../../../src/store/learning.js';
import { OPTIONS } from './consumer-world.js';

export function learningFace(
  store: LearningStore = new MemoryLearning(new MemoryDatabase({ now: Date.now })),
  enabled = true,
): LiveLearning {
  const clock = new SystemClock();
  const failed = (error: unknown): void => {
    throw error;
  };
  const live = new LiveLearning({
    looks: new ExplorationBudget({ isTuned: false }),
    enabled,
    store,
    clock,
    makeFold: productFold,
    options: OPTIONS,
    learned: () => undefined,
    timeoutMs: () => null,
    memoryBytes: () => null,
    nodeOf: (layer) => (layer === 'LOCAL' ? 'host:1:1' : ''),
    factsOf: (spec, meshName) => factsOf(spec, { meshName }),
    layersFor: () => ['LOCAL', 'CLUSTER'],
    failed,
  });
  live.logTo(
    new PredictionLog({
      looks: new ExplorationBudget({ isTuned: false }),
      store,
      clock,
      fold: () => live.fold,
      scored: (prediction) => live.tell({ kind: 'scored', prediction }),
      failed,
    }),
  );
  return live;
}
