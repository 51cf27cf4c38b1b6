/**
 * What learning takes of the server's thread: the whole of the product, six models for run times among it, taught with attempts as
 * the store tells of them. The longest piece is what everything else in the thread waits for. Called by `costs.mjs`.
 */
import { jsonInStages } from '../../dist/kit/json-stages.js';
import { SeededRandom } from '../../dist/kit/random.js';
import { UNWATCHED } from '../../dist/learning/batch.js';
import { batchModels } from '../../dist/learning/live/batch-models.js';
import { productFold } from '../../dist/learning/live/product-fold.js';
import { viewOfFacts } from '../../dist/learning/live/views.js';
import { placeView } from '../../dist/learning/view.js';

const TRAINING = { learningRate: 0.01, batchSize: 32, maxIterations: 100, seed: 1 };
const KINDS = 60;
const MACHINES = 6;
const random = new SeededRandom('fold');

function endedAttempt(i) {
  const kind = random.int(KINDS);
  const machine = random.int(MACHINES);
  const inputBytes = Math.round(1e6 * Math.exp(3 * random.next()));
  const slowness = (1 + (kind % 9)) * (1 + 0.3 * machine) * (0.95 + 0.1 * random.next());
  const runMs = 1000 * slowness * (inputBytes / 1e6) ** 0.6;
  const at = 1_760_000_000_000 + i * 1000;
  const typeKey = `command:step${kind}`;
  const work = { command: { argv: [`tool${kind}`, '--in', 'a'] } };
  const named = { key: `k${i % 400}`, name: `step ${kind}`, description: null, tags: ['bench'], typeKey };
  return {
    ...{ seq: i + 1, at, taskId: `t${i}`, attempt: 1, typeKey, outcome: 'COMPLETED', runMs },
    ...{ layer: 'CLUSTER', node: `host${machine}:1:1`, meshId: 'm', meshName: `nightly ${kind % 7}` },
    ...{ parents: 1, children: 1, inputCount: 0, inputBytes: 0, lastError: null, endedBefore: null },
    ...{ startedAt: at - runMs, waitMs: 0, errorCode: null, cpuMs: 1, outputBytes: 100 },
    spec: { ...named, taskType: 'SMALL', metadata: { inputBytes }, work },
    memoryPeakBytes: 5e7 * (1 + random.next()),
  };
}

function processorMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The result, and the ms of each stage. */
function timed(work) {
  const took = [];
  for (;;) {
    const before = processorMs();
    const stage = work.next();
    took.push(processorMs() - before);
    if (stage.done) return { value: stage.value, took };
  }
}

function trainAll(fold, models) {
  for (const job of fold.trainings()) {
    const model = models.find(({ name }) => name === job.model);
    fold.answer(job, model.train(job.rows, TRAINING, UNWATCHED));
  }
}

function quantile(took, share) {
  return [...took].sort((a, b) => a - b)[Math.floor(share * (took.length - 1))];
}

function expectations(fold) {
  const [view, place] = [viewOfFacts(endedAttempt(0)), placeView({ machine: 'host1', layer: 'CLUSTER' })];
  const before = processorMs();
  for (let i = 0; i < 2000; i++) fold.medians('RUN_TIME', view, place);
  return (processorMs() - before) / 2;
}

export function costOfFold(count) {
  const [fold, models, took] = [productFold(), batchModels(), []];
  for (let i = 0; i < count; i++) {
    while (fold.blocked) trainAll(fold, models);
    took.push(...timed(fold.learning(endedAttempt(i))).took);
  }
  const each = (1000 * took.reduce((sum, ms) => sum + ms, 0)) / count;
  const saved = timed(fold.snapshot());
  const text = timed(jsonInStages(saved.value));
  const megabytes = (text.value.length / 1e6).toFixed(1);
  const ms = (value) => `${value.toFixed(1)} ms`;
  return [
    [`fold: one observation, mean of ${count}, ${KINDS} kinds`, `${each.toFixed(0)} µs`],
    ['fold: a piece of one, 999 of 1,000 are below', ms(quantile(took, 0.999))],
    ['fold: longest piece', ms(quantile(took, 1))],
    [`checkpoint of ${megabytes} MB: longest piece`, ms(quantile([...saved.took, ...text.took], 1))],
    ['fold: what all models expect of a task', `${expectations(fold).toFixed(0)} µs`],
  ];
}
