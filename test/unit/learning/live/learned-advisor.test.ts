import { describe, expect, it } from 'vitest';
import { SystemClock } from '../../../../src/kit/clock.js';
import { LearnedAdvisor } from '../../../../src/learning/live/learned-advisor.js';
import { ExplorationBudget } from '../../../../src/learning/placement/exploration-budget.js';
import type { LearningFold } from '../../../../src/learning/live/learning-fold.js';
import { PredictionLog } from '../../../../src/learning/live/prediction-log.js';
import { productFold } from '../../../../src/learning/live/product-fold.js';
import { viewOfFacts, viewOfTask } from '../../../../src/learning/live/views.js';
import type { LayerName } from '../../../../src/lifecycle/vocabulary.js';
import { factsOf } from '../../../../src/orchestrator/advice/task-facts.js';
import { QuantileAdvisor } from '../../../../src/orchestrator/advice/quantile-advisor.js';
import type { AttemptFacts, PredictionRow } from '../../../../src/store/learning.js';
import { MemoryDatabase } from '../../../../src/store/memory/memory-database.js';
import { MemoryLearning } from '../../../../src/store/memory/memory-learning.js';
import { COMMAND, specOf } from '../../../support/core-harness.js';
import { attemptFacts, FACTS_AT } from '../../../support/learning/attempt-facts.js';
import { uuid } from '../../../support/store/batches.js';

const AT = FACTS_AT;
const SPEC = specOf('align', { work: COMMAND, typeKey: 'command:align' });
const NODES: Readonly<Record<LayerName, string>> = {
  LOCAL: 'host:1:1',
  CLUSTER: '',
  QUANTUM_SIM: 'host:1:1',
};

function attemptOn(node: string, seconds: number, change: Partial<AttemptFacts> = {}): AttemptFacts {
  return attemptFacts({
    at: AT + seconds * 1000 + 50,
    layer: node === NODES.LOCAL ? 'LOCAL' : 'CLUSTER',
    node,
    runMs: seconds * 1000,
    meshId: uuid(2),
    spec: SPEC,
    ...change,
  });
}

function world({ timeouts = true, tuning = true } = {}) {
  const fold: LearningFold = productFold();
  const store = new MemoryLearning(new MemoryDatabase({ now: () => AT }));
  const scored: PredictionRow[] = [];
  const clock = new SystemClock({ timersHoldProcess: false });
  const log = new PredictionLog({
    looks: new ExplorationBudget({ isTuned: false }),
    store,
    clock,
    fold: () => fold,
    scored: (row) => scored.push(row),
    failed: (error) => expect.unreachable(String(error)),
  });
  const plain = new QuantileAdvisor();
  const advisor = new LearnedAdvisor({
    looks: new ExplorationBudget({ isTuned: false }),
    plain,
    fold: () => fold,
    clock,
    nodeOf: (layer) => NODES[layer],
    timeouts,
    tuning,
    log,
  });
  const teach = (node: string, seconds: number, times: number, change: Partial<AttemptFacts> = {}): void => {
    for (let i = 0; i < times; i++) fold.learn(attemptOn(node, seconds * (1 + (i % 5) / 100), change));
  };
  return { fold, advisor, plain, teach, log, store, scored };
}

const task = factsOf(SPEC, { meshName: 'nightly' });
const candidates = (...layers: LayerName[]) => layers.map((layer) => ({ layer, transferSeconds: 0 }));
const node = (name: string) => ({ name, incarnation: 1 }) as Parameters<LearnedAdvisor['rateNode']>[1];

describe('what has learned nothing', () => {
  it('advises as the plain advisor does', () => {
    const { advisor } = world();
    expect(advisor.estimate(task)).toBeNull();
    advisor.observe({ typeKey: SPEC.typeKey, runSeconds: 3 });
    expect(advisor.estimate(task)).toEqual({ p10: 3, p50: 3, p90: 3 });
    expect(advisor.chooseLayer(task, candidates('CLUSTER', 'LOCAL'))).toBe('CLUSTER');
    expect(advisor.rateNode(task, node('a'))).toBeNull();
    expect(advisor.timeoutMs(task)).toBeNull();
  });
});

describe('what has learned', () => {
  it('expects of a kind of task what it took, within an interval', () => {
    const { advisor, teach } = world();
    teach(NODES.LOCAL, 10, 15);
    const { p10, p50, p90 } = advisor.estimate(task) ?? { p10: 0, p50: 0, p90: 0 };
    expect(p50).toBeGreaterThan(9);
    expect(p50).toBeLessThan(11.5);
    expect(p10).toBeLessThan(p50);
    expect(p90).toBeGreaterThan(p50);
  });

  it('knows how long a wait takes without having learned it', () => {
    const { advisor } = world();
    expect(advisor.estimate(factsOf(specOf('w')))).toEqual({ p10: 1, p50: 1, p90: 1 });
  });

  it('sends a task to the layer that will be done first, moving its inputs included', () => {
    const { advisor, teach } = world();
    teach(NODES.LOCAL, 10, 10);
    teach('fast:1', 2, 10);
    const onFast = (transferSeconds: number) =>
      advisor.chooseLayer(task, [
        { layer: 'LOCAL', transferSeconds: 0 },
        { layer: 'CLUSTER', transferSeconds },
      ]);
    expect(onFast(0)).toBe('CLUSTER');
    expect(onFast(60)).toBe('LOCAL');
  });

  it('rates the node higher that takes longer, or fails more', () => {
    const { advisor, teach } = world();
    for (let i = 0; i < 10; i++) {
      teach('fast:1', 2, 1);
      teach('slow:1', 8, 1);
    }
    expect(advisor.rateNode(task, node('slow'))).toBeGreaterThan(
      2 * (advisor.rateNode(task, node('fast')) ?? 0),
    );
    const before = advisor.rateNode(task, node('fast')) ?? 0;
    teach('fast:1', 2, 20, { outcome: 'FAILED', errorCode: 'EXIT_1' });
    expect(advisor.rateNode(task, node('fast'))).toBeGreaterThan(before * 1.3);
  });

  it('limits the time of a kind that has run often, generously, and not when that is switched off', () => {
    const { advisor, teach } = world();
    teach(NODES.LOCAL, 100, 19);
    expect(advisor.timeoutMs(task)).toBeNull();
    teach(NODES.LOCAL, 100, 6);
    expect(advisor.timeoutMs(task)).toBeGreaterThan(500_000);
    const off = world({ timeouts: false });
    off.teach(NODES.LOCAL, 100, 30);
    expect(off.advisor.timeoutMs(task)).toBeNull();
    const short = world();
    short.teach(NODES.LOCAL, 0.1, 30);
    expect(short.advisor.timeoutMs(task)).toBe(60_000);
  });
});

describe('what is looked at', () => {
  it('is the same before an attempt as when it is learned from', () => {
    const attempt = attemptOn(NODES.LOCAL, 1, {
      parents: 2,
      children: 3,
      depth: 4,
      followingSeconds: 5.5,
      waitMs: 250,
      inputCount: 1,
      inputBytes: 77,
    });
    const before = factsOf(SPEC, {
      meshName: 'nightly',
      parents: 2,
      children: 3,
      inputCount: 1,
    });
    const told = { ...before, depth: 4, followingSeconds: 5.5, queuedSeconds: 0.25, inputBytes: 77 };
    expect(viewOfFacts(attempt)).toEqual(viewOfTask(told, AT));
  });
});

describe('the log of predictions', () => {
  const started = (number: number, layers: readonly LayerName[] = []) => ({
    key: { taskId: uuid(number), attempt: 1, token: number },
    task,
    meshId: uuid(2),
    layer: 'LOCAL' as const,
    node: NODES.LOCAL,
    candidates: candidates(...layers),
    planned: [],
    ...{ placement: null, timeoutMs: null, memoryBytes: 0 },
  });
  const ended = (number: number, seconds: number, change: Partial<AttemptFacts> = {}) =>
    attemptOn(NODES.LOCAL, seconds, { taskId: uuid(number), ...change });

  it('keeps what was expected with its candidates, and what came with the regret', async () => {
    const { advisor, teach, log, store, scored } = world();
    teach(NODES.LOCAL, 10, 10);
    teach('fast:1', 2, 10);
    advisor.started(started(7, ['LOCAL', 'CLUSTER']));
    log.ended([ended(7, 11)]);
    await log.flush();
    const [row] = (await store.predictions({}, { first: 9 })).nodes;
    expect(row).toMatchObject({ taskId: uuid(7), policy: 'LEARNED', actual: 11, model: expect.any(String) });
    expect(row?.candidates).toMatchObject([{ place: 'LOCAL' }, { place: 'CLUSTER' }]);
    expect(row?.regret).toBeGreaterThan(4);
    expect(Object.keys(row?.medians ?? {})).toEqual(expect.arrayContaining(['hierarchical', 'type-median']));
    expect(scored).toEqual([row]);
    await log.close();
  });

  it('keeps an attempt that failed or still runs without an actual', async () => {
    const { advisor, teach, log, store, scored } = world();
    teach(NODES.LOCAL, 10, 10);
    advisor.started(started(7));
    advisor.started(started(8));
    log.ended([ended(7, 1, { outcome: 'FAILED' })]);
    await log.close();
    const { nodes } = await store.predictions({}, { first: 9 });
    expect(nodes.map(({ actual, policy }) => [actual, policy])).toEqual([
      [null, 'ONLY'],
      [null, 'ONLY'],
    ]);
    expect(scored).toEqual([]);
  });

  it('scores under the next leader what had started before', async () => {
    const first = world();
    first.teach(NODES.LOCAL, 10, 10);
    first.advisor.started(started(7));
    await first.log.close();
    const { nodes } = await first.store.predictions({}, { first: 1 });
    const next = new PredictionLog({
      looks: new ExplorationBudget({ isTuned: false }),
      store: first.store,
      clock: new SystemClock({ timersHoldProcess: false }),
      fold: () => first.fold,
      scored: () => undefined,
      failed: (error) => expect.unreachable(String(error)),
    });
    await next.remember();
    next.ended([ended(7, 12)]);
    await next.close();
    const after = await first.store.predictions({}, { first: 1 });
    expect(after.nodes).toEqual([{ ...nodes[0], actual: 12, regret: 0 }]);
  });
});
