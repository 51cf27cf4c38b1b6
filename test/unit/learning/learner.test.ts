/** The learner as a fold: replay, restart and trainings never change what it becomes. */
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../../src/kit/random.js';
import type { Json } from '../../../src/kit/json.js';
import type { BatchModel } from '../../../src/learning/batch.js';
import { GraphAndSize } from '../../../src/learning/features/graph-and-size.js';
import { RunningMeans } from '../../../src/learning/features/running-means.js';
import { Learner } from '../../../src/learning/learner.js';
import { TypeMedian } from '../../../src/learning/median/type-median.js';
import { trainInline } from '../../../src/learning/training/inline.js';
import { placeView, taskView } from '../../../src/learning/view.js';
import type { PlaceView, TaskView } from '../../../src/learning/view.js';

const options = { learningRate: 0.01, batchSize: 32, maxIterations: 10, seed: 1 };

/** Learns one number: by how much the prior is off on average. */
const offset: BatchModel = {
  name: 'offset',
  family: 'DECISION_TREE',
  train: ({ count, prior, actual }) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += (actual[i] as number) - (prior[i] as number);
    return sum / count;
  },
  open: (parameters) => ({ predict: (_features, prior) => prior + (parameters as number) }),
};

function create(): Learner {
  return new Learner({
    models: [new TypeMedian()],
    batchModels: [offset],
    features: [new GraphAndSize(), new RunningMeans()],
  });
}

type Row = { task: TaskView; place: PlaceView; actual: number };

function rows(count: number, seed = 'rows'): Row[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: count }, (_, i) => {
    const type = random.int(7);
    const task = taskView({
      typeKey: `app/type${type}`,
      signature: `s${i % 50}`,
      inputBytes: random.int(1e9),
    });
    const place = placeView({ machine: `m${random.int(3)}` });
    return { task, place, actual: Math.exp(type + random.next()) };
  });
}

function learn(learner: Learner, row: Row): void {
  learner.learn(row.task, row.place, row.actual);
}

describe('a learner', () => {
  test('knows nothing before it saw anything, and says so', () => {
    const learner = create();
    expect(learner.predict(taskView({ typeKey: 'a' }), placeView({ machine: 'm' }))).toBeNull();
    expect(learner.beliefs(taskView({ typeKey: 'a' }), placeView({ machine: 'm' })).size).toBe(0);
  });

  test('is the same byte for byte whether trainings are answered at once or at the last moment', () => {
    const eager = create();
    const late = create();
    let installed = 0;
    for (const row of rows(600)) {
      learn(eager, row);
      trainInline(eager, [offset], options);
      if (late.blocking().length > 0) {
        installed += 1;
        trainInline(late, [offset], options);
      }
      learn(late, row);
    }
    expect(installed).toBeGreaterThan(2);
    trainInline(late, [offset], options);
    expect(JSON.stringify(late.snapshot())).toBe(JSON.stringify(eager.snapshot()));
  });

  test('goes on after a restart as if there had been none, open trainings included', () => {
    const through = create();
    let restarted = create();
    for (const [i, row] of rows(700).entries()) {
      if (i % 90 === 89) {
        const saved = JSON.parse(JSON.stringify(restarted.snapshot())) as Json;
        restarted = create();
        restarted.restore(saved);
      }
      for (const learner of [through, restarted]) {
        if (learner.blocking().length > 0) trainInline(learner, [offset], options);
        learn(learner, row);
      }
    }
    expect(JSON.stringify(restarted.snapshot())).toBe(JSON.stringify(through.snapshot()));
  });

  test('does not learn past a training that was not answered', () => {
    const learner = create();
    expect(() => {
      for (const row of rows(300)) learn(learner, row);
    }).toThrow('unanswered training');
    expect(learner.blocking()).toHaveLength(1);
  });

  test('keeps the model it has when a training was cancelled', () => {
    const learner = create();
    const all = rows(400);
    for (const row of all) {
      for (const { id } of learner.trainings()) learner.answer(id, null);
      learn(learner, row);
    }
    expect([...learner.beliefs((all[0] as Row).task, (all[0] as Row).place).keys()]).toEqual(['type-median']);
  });

  test('hands out the rows of a training with what was known before each was learned', () => {
    const learner = create();
    const all = rows(120);
    for (const row of all) learn(learner, row);
    const job = learner.trainings()[0];
    expect(job?.rows.count).toBe(100);
    const column = learner.featureNames.indexOf('typeCountLog');
    const seen = new Map<string, number>();
    for (let i = 0; i < 100; i++) {
      const { typeKey } = (all[i] as Row).task;
      const known = job?.rows.features[i * learner.featureNames.length + column];
      expect(known).toBeCloseTo(Math.log1p(seen.get(typeKey) ?? 0), 12);
      seen.set(typeKey, (seen.get(typeKey) ?? 0) + 1);
    }
  });
});
