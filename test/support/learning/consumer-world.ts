/** Servers that learn, one after the other, from one history in memory, with real training threads. */
import { SystemClock } from '../../../src/kit/clock.js';
import { Consumer } from '../../../src/learning/live/consumer.js';
import type { Learned } from '../../../src/learning/live/learning-fold.js';
import { productFold } from '../../../src/learning/live/product-fold.js';
import { Trainer } from '../../../src/learning/live/trainer.js';
import type { TrainingNews } from '../../../src/learning/learning.js';
import { TrainingDesk } from '../../../src/learning/live/training-desk.js';
import type { LearningStore, TrainingRun } from '../../../src/store/learning.js';

export const OPTIONS = { learningRate: 0.01, batchSize: 32, maxIterations: 40, seed: 1 };

export interface LearningServer {
  readonly consumer: Consumer;
  readonly desk: TrainingDesk;
  readonly learned: Learned[];
  readonly news: TrainingNews[];
  readonly runs: TrainingRun[];
  readonly failures: unknown[];
  close(): Promise<void>;
}

export function learningServer(store: LearningStore, options = OPTIONS): LearningServer {
  const clock = new SystemClock({ timersHoldProcess: false });
  const trainer = new Trainer(clock);
  const news: TrainingNews[] = [];
  const runs: TrainingRun[] = [];
  const learned: Learned[] = [];
  const failures: unknown[] = [];
  const desk = new TrainingDesk({
    trainer,
    clock,
    options,
    progressed: (one) => news.push(one),
    ended: (run) => runs.push(run),
  });
  const consumer = new Consumer({
    store,
    clock,
    makeFold: productFold,
    trainings: () => desk,
    options,
    ended: () => undefined,
    learned: (some) => learned.push(...some),
    failed: (error) => failures.push(error),
  });
  return {
    consumer,
    desk,
    learned,
    news,
    runs,
    failures,
    close: async () => {
      await consumer.follow();
      await trainer.close();
    },
  };
}
