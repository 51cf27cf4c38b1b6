/**
 * What learning costs: training of trees, a prediction of each model, learning of one observation, a decision of the
 * planner with 300 ready tasks, memory after a long stream (`--rows 1000000`). Prints the machine and the figures; `npm
 * run build` first. Times are processor time, best of several rounds, because other programs only ever make them longer.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { SeededRandom } from '../../dist/kit/random.js';
import { UNWATCHED } from '../../dist/learning/batch.js';
import { Hierarchical } from '../../dist/learning/linear/hierarchical.js';
import { TypeMedian } from '../../dist/learning/median/type-median.js';
import { Planner } from '../../dist/learning/placement/planner.js';
import { runTimeLearner } from '../../dist/learning/run-time-learner.js';
import { BoostedTrees } from '../../dist/learning/tree/boosted-trees.js';
import { RegressionTree } from '../../dist/learning/tree/regression-tree.js';
import { placeView, taskView } from '../../dist/learning/view.js';

const { values } = parseArgs({ options: { rows: { type: 'string', default: '100000' } } });
const TRAINING = { learningRate: 0.01, batchSize: 32, maxIterations: 1000, seed: 1 };
const WIDTH = 20;
const random = new SeededRandom('costs');

/** Milliseconds of the processor since the process began. */
function processorMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Least milliseconds of a round. */
function best(rounds, round) {
  let least = Infinity;
  for (let i = 0; i < rounds; i++) {
    const before = processorMs();
    round();
    least = Math.min(least, processorMs() - before);
  }
  return least;
}

function friedman(count) {
  const features = Float64Array.from({ length: count * WIDTH }, () => random.next());
  const actual = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const [a, b, c, d, e] = features.subarray(i * WIDTH, i * WIDTH + 5);
    actual[i] = 10 * Math.sin(Math.PI * a * b) + 20 * (c - 0.5) ** 2 + 10 * d + 5 * e + random.next();
  }
  const names = Array.from({ length: WIDTH }, (_, j) => `x${j}`);
  return { featuresVersion: 1, names, count, features, prior: new Float64Array(count).fill(14), actual };
}

const machines = ['m0', 'm1', 'm2', 'm3', 'm4'].map((machine) => placeView({ machine }));
function observation(i, types) {
  const type = random.int(types);
  const task = taskView({
    typeKey: `app/type${type}`,
    signature: `${type}/${i % 5000}`,
    inputBytes: 1 + random.int(1e9),
  });
  const place = machines[random.int(machines.length)];
  return {
    task,
    place,
    seconds: Math.exp((type % 7) + 0.3 * Math.log(task.inputBytes) + 0.2 * random.next()),
  };
}

function costOfTrees() {
  const rows = friedman(10_000);
  return [new BoostedTrees(), new RegressionTree()].flatMap((model) => {
    let parameters;
    const train = best(5, () => {
      parameters = model.train(rows, TRAINING, UNWATCHED);
    });
    const fitted = model.open(parameters);
    const row = rows.features.subarray(0, WIDTH);
    const predict = best(20, () => {
      for (let i = 0; i < 2000; i++) fitted.predict(row, 14);
    });
    return [
      [`${model.name}: training, 10,000 × 20`, `${train.toFixed(0)} ms`],
      [`${model.name}: prediction`, `${(predict / 2).toFixed(2)} µs`],
    ];
  });
}

function costOfModels() {
  return [new Hierarchical(), new TypeMedian()].map((model) => {
    const rows = Array.from({ length: 5000 }, (_, i) => observation(i, 40));
    for (const { task, place, seconds } of rows) model.learn(task, place, Math.log(seconds));
    const into = { mean: 0, sd: 1 };
    const took = best(20, () => {
      for (const { task, place } of rows) model.predict(task, place, into);
    });
    return [`${model.name}: prediction`, `${((1000 * took) / rows.length).toFixed(2)} µs`];
  });
}

function costOfDecision() {
  const places = [4, 3, 3, 3, 3].map((slots, i) => ({
    name: `m${i}`,
    layer: i === 0 ? 'LOCAL' : 'CLUSTER',
    slots,
    overheadSeconds: i === 0 ? 0 : 2,
  }));
  const tasks = Array.from({ length: 310 }, (_, i) => ({
    children: i < 300 ? [300 + (i % 10)] : [],
    inputs: [],
  }));
  const seconds = tasks.map(() => places.map(() => 1 + 60 * random.next()));
  const planner = new Planner(tasks, places, {
    storageLayer: 'LOCAL',
    belief: (task, machine, into) => {
      into.mean = Math.log(seconds[task][machine]);
      into.sd = 0.2;
    },
  });
  const ready = Array.from({ length: 300 }, (_, i) => i);
  return [
    [
      'planner: a decision, 300 ready tasks, 16 slots',
      `${best(50, () => planner.decide(0, ready, [])).toFixed(2)} ms`,
    ],
  ];
}

function costOfStream(count) {
  const learner = runTimeLearner();
  const before = processorMs();
  const heaps = [];
  for (let i = 0; i < count; i++) {
    const { task, place, seconds } = observation(i, 3000);
    learner.learn(task, place, seconds);
    if ((i + 1) % (count / 4) === 0) {
      globalThis.gc?.();
      heaps.push(`${Math.round(process.memoryUsage().heapUsed / 2 ** 20)}`);
    }
  }
  const each = (1000 * (processorMs() - before)) / count;
  return [
    [`learner: one observation, mean of ${count}`, `${each.toFixed(0)} µs`],
    ['learner: heap at each quarter of them', `${heaps.join(', ')} MB`],
  ];
}

const rows = [...costOfTrees(), ...costOfModels(), ...costOfDecision(), ...costOfStream(Number(values.rows))];
console.log(`${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.versions.node}`);
for (const [what, cost] of rows) console.log(`${what.padEnd(52)} ${cost.padStart(12)}`);
