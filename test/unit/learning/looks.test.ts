/** What looks at places after an alarm may cost, what they were worth, and what follows from that. */
import { describe, expect, it } from 'vitest';
import { SystemClock } from '../../../src/kit/clock.js';
import { LearnedAdvisor } from '../../../src/learning/live/learned-advisor.js';
import { PredictionLog } from '../../../src/learning/live/prediction-log.js';
import { productFold } from '../../../src/learning/live/product-fold.js';
import { ExplorationBudget } from '../../../src/learning/placement/exploration-budget.js';
import type { LayerName } from '../../../src/lifecycle/vocabulary.js';
import { factsOf } from '../../../src/orchestrator/advice/task-facts.js';
import { QuantileAdvisor } from '../../../src/orchestrator/advice/quantile-advisor.js';
import { MemoryDatabase } from '../../../src/store/memory/memory-database.js';
import { MemoryLearning } from '../../../src/store/memory/memory-learning.js';
import { COMMAND, specOf } from '../../support/core-harness.js';
import { attemptFacts, FACTS_AT } from '../../support/learning/attempt-facts.js';
import { uuid } from '../../support/store/batches.js';

const NODES: Readonly<Record<LayerName, string>> = {
  LOCAL: 'here:1',
  CLUSTER: 'far:1',
  QUANTUM_SIM: 'else:1',
};
const KINDS = ['align', 'call', 'merge', 'sort'];
const HERE_SECONDS = 10;

/** Twenty seconds far away, ten here, and a third machine that has become three times slower, so that others may have too. */
function world({ isTuned = true, farSeconds = 20, mayHeed = (): boolean => true } = {}) {
  const fold = productFold();
  const looks = new ExplorationBudget({ isTuned, mayHeed });
  const clock = new SystemClock({ timersHoldProcess: false });
  const store = new MemoryLearning(new MemoryDatabase({ now: () => FACTS_AT }));
  const failed = (error: unknown): void => expect.unreachable(String(error));
  const log = new PredictionLog({ store, clock, fold: () => fold, scored: () => undefined, looks, failed });
  const nodeOf = (layer: LayerName): string => NODES[layer];
  const plain = new QuantileAdvisor();
  const given = { timeouts: false, tuning: true, log, looks, fold: () => fold };
  const advisor = new LearnedAdvisor({ plain, clock, nodeOf, ...given });
  let seq = 0;
  const factsAt = (layer: LayerName, seconds: number, kind: string) =>
    attemptFacts({
      ...{ seq: ++seq, taskId: uuid(seq), layer, node: NODES[layer], runMs: 1000 * seconds },
      ...{ typeKey: `command:${kind}`, meshId: uuid(2), at: FACTS_AT + 1000 * seconds },
      spec: specOf(kind, { work: COMMAND, typeKey: `command:${kind}` }),
    });
  const learn = (layer: LayerName, seconds: number, times: number): void => {
    for (let i = 0; i < times; i++) {
      for (const job of fold.blocked ? fold.trainings() : []) fold.answer(job, null);
      const learned = fold.learn(factsAt(layer, seconds * (1 + (i % 5) / 100), KINDS[i % 4] as string));
      if (learned.alarm !== null) looks.alarmed();
    }
  };
  learn('LOCAL', HERE_SECONDS, 60);
  learn('CLUSTER', 20, 60);
  learn('QUANTUM_SIM', 10, 60);
  learn('QUANTUM_SIM', 30, 60);
  learn('LOCAL', HERE_SECONDS, 30);
  const spec = specOf('align', { work: COMMAND, typeKey: 'command:align' });
  const candidates = (['LOCAL', 'CLUSTER'] as const).map((layer) => ({ layer, transferSeconds: 0 }));
  /** One more start, and what comes of it, which nobody learns from. Answers where. */
  const run = (): LayerName => {
    const task = factsOf(spec, { meshName: 'nightly' });
    const layer = advisor.chooseLayer(task, candidates);
    const ended = factsAt(layer, layer === 'LOCAL' ? HERE_SECONDS : farSeconds, 'align');
    const key = { taskId: ended.taskId, attempt: ended.attempt, token: seq };
    const place = { layer, node: NODES[layer], placement: null, timeoutMs: null, memoryBytes: 0 };
    advisor.started({ key, task, meshId: uuid(2), candidates, planned: [], ...place });
    log.ended([ended]);
    return layer;
  };
  /** Of the machine that has become slower, and the one far away. */
  const away = (): LayerName => {
    const others = (['QUANTUM_SIM', 'CLUSTER'] as const).map((layer) => ({ layer, transferSeconds: 0 }));
    return advisor.chooseLayer(factsOf(spec, { meshName: 'nightly' }), others);
  };
  return { looks, run, away, close: () => log.close() };
}

describe('looks at places after an alarm', () => {
  it('end when they have cost what may be spent, and become rarer where they found nothing', async () => {
    const { looks, run, close } = world();
    const places = Array.from({ length: 60 }, run);
    const far = places.filter((layer) => layer === 'CLUSTER').length;
    // a look that takes twice as long costs an attempt's worth; 20 may be spent at first, and a share of 60
    expect(far).toBeGreaterThan(15);
    expect(far).toBeLessThan(30);
    expect(places.at(-1)).toBe('LOCAL');
    expect(looks.takeNews()[0]).toMatchObject({
      ...{ parameter: 'looks at places, share of run time', before: 0.02, after: 0.01 },
      realisedGain: null,
    });
    await close();
  });

  it('go on without a bound where nothing is tuned', async () => {
    const { run, close } = world({ isTuned: false });
    expect(Array.from({ length: 60 }, run)).not.toContain('LOCAL');
    await close();
  });

  it('are none, and a machine that changed is taken for what it was, while drift may not be heeded', async () => {
    const heeded = world();
    const steady = world({ mayHeed: () => false });
    expect([heeded.away(), steady.away()]).toEqual(['CLUSTER', 'QUANTUM_SIM']);
    const places = Array.from({ length: 20 }, steady.run);
    expect(new Set(places)).toEqual(new Set(['LOCAL']));
    await heeded.close();
    await steady.close();
  });

  it('are paid for again where they find faster places, and what a change was worth is told', async () => {
    const { looks, run, close } = world({ farSeconds: 4 });
    looks.remember([{ ...CHANGE, before: 0.02, after: 0.005 }]);
    for (let i = 0; i < 18; i++) run();
    expect(looks.share).toBe(0.01);
    expect(looks.takeNews()[0]).toMatchObject({ before: 0.005, after: 0.01, revertedAt: null });
    looks.ran(4000);
    for (let i = 0; i < 16; i++) run();
    const [told] = looks.takeNews();
    expect(told?.realisedGain).toBeLessThan(0);
    expect(looks.share).toBe(0.02);
    await close();
  });

  it('are given up at last, and begun again by the next alarm', () => {
    const looks = new ExplorationBudget({ isTuned: true });
    for (let seq = 0; looks.share > 0 && seq < 1000; seq++)
      looks.came({ chosen: 2, best: 1 }, 2, { seq, at: FACTS_AT });
    expect([looks.share, looks.hope]).toEqual([0, 0]);
    looks.alarmed();
    looks.ran(10);
    expect([looks.share, looks.hope]).toEqual([0.0025, 1]);
  });
});

const CHANGE = {
  ...{ id: '1', at: new Date(FACTS_AT), parameter: 'looks at places, share of run time', scope: 'all' },
  ...{ predictedGain: 0, realisedGain: null, revertedAt: null },
};
