/**
 * What learning costs: training of trees, a prediction of each model, learning of one observation, a decision of the
 * planner with 300 ready tasks, the longest piece in which the server's thread learns or saves, memory and false alarms of
 * drift after a long stream (`--rows 1000000`). Prints the machine and the figures; `npm run build` first. Times are processor time, best of several rounds, because other programs only ever make them longer.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { SeededRandom } from '../../dist/kit/random.js';
import { UNWATCHED } from '../../dist/learning/batch.js';
import { Hierarchical } from '../../dist/learning/linear/hierarchical.js';
import { TypeMedian } from '../../dist/learning/median/type-median.js';
import { costOfFold } from './fold-cost.mjs';
import { QuantumKernel } from '../../dist/learning/kernel/quantum-kernel.js';
import { LearnedPlanner } from '../../dist/learning/live/learned-planner.js';
import { productFold } from '../../dist/learning/live/product-fold.js';
import { factsOf } from '../../dist/orchestrator/advice/task-facts.js';
import { NeuralNetwork } from '../../dist/learning/network/neural-network.js';
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

/** Trees are what is trained on many rows; the others on as many as a server keeps. */
function costOfTrained() {
  const [many, kept] = [friedman(10_000), friedman(4000)];
  return [
    ...[new BoostedTrees(), new RegressionTree()].flatMap((model) => costOfOne(model, many, 5)),
    ...[new NeuralNetwork(), new QuantumKernel()].flatMap((model) => costOfOne(model, kept, 1)),
  ];
}

function costOfOne(model, rows, rounds) {
  let parameters;
  const train = best(rounds, () => {
    parameters = model.train(rows, TRAINING, UNWATCHED);
  });
  const fitted = model.open(parameters);
  const row = rows.features.subarray(0, WIDTH);
  const predict = best(20, () => {
    for (let i = 0; i < 2000; i++) fitted.predict(row, 14);
  });
  return [
    [`${model.name}: training, ${rows.count} × ${WIDTH}`, `${train.toFixed(0)} ms`],
    [`${model.name}: prediction`, `${(predict / 2).toFixed(2)} µs`],
  ];
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
    secondsOf: (task, machine) => seconds[task][machine],
  });
  const ready = Array.from({ length: 300 }, (_, i) => i);
  return [
    [
      'planner: a decision, 300 ready tasks, 16 slots',
      `${best(50, () => planner.decide(0, ready, [])).toFixed(2)} ms`,
    ],
  ];
}

const PLACES = ['LOCAL', 'CLUSTER n1', 'CLUSTER n2', 'CLUSTER n3', 'CLUSTER n4'];

/** Of every kind on every place. */
function liveFold(kinds) {
  const fold = productFold();
  let seq = 0;
  for (let run = 0; run < 3; run++)
    for (let kind = 0; kind < kinds; kind++)
      for (const [at, place] of PLACES.entries()) {
        if (fold.blocked) for (const job of fold.trainings()) fold.answer(job, null);
        const [layer, node] = place.split(' ');
        fold.learn(
          attemptOf({ kind, layer, node: `${node ?? 'host'}:1`, seq: ++seq, seconds: 1 + kind + at }),
        );
      }
  return fold;
}

function specOf(kind) {
  return {
    key: `t${kind}`,
    name: `kind ${kind}`,
    description: null,
    work: { command: { argv: ['run', `${kind}`] } },
    tags: [],
    metadata: { inputBytes: 1000 * (kind + 1) },
    taskType: 'SMALL',
    retryPolicy: { initialIntervalMs: 1000 },
    typeKey: `command:kind${kind}`,
  };
}

function attemptOf({ kind, layer, node, seq, seconds }) {
  const at = 1_760_000_000_000;
  const spec = specOf(kind);
  const counts = { parents: 1, children: 1, inputCount: 0, inputBytes: 0, waitMs: 0, attempt: 1, depth: 1 };
  const measured = {
    cpuMs: null,
    memoryPeakBytes: null,
    outputBytes: null,
    errorCode: null,
    lastError: null,
  };
  const names = { taskId: `${seq}`, meshId: 'm', meshName: 'mesh', typeKey: spec.typeKey, layer, node, spec };
  const times = { seq, at: at + 1000 * seconds, startedAt: at, runMs: 1000 * seconds };
  return { ...counts, ...measured, ...names, ...times, outcome: 'COMPLETED' };
}

/** From the words of the orchestrator to its decision: outline, beliefs of all tasks on all places, ranks, comparison. */
function costOfLivePlan(size) {
  const fold = liveFold(40);
  const views = PLACES.map((place) => {
    const [layer, node] = place.split(' ');
    return placeView({ machine: node ?? 'LOCAL@host', layer });
  });
  const places = PLACES.map((place) => ({ layer: place.split(' ')[0], node: null, slots: 4 }));
  const tasks = Array.from({ length: size }, (_, i) => ({
    facts: () => factsOf(specOf(i % 40), { meshName: 'mesh' }),
    priority: 1,
    children: i < size - 10 ? [size - 10 + (i % 10)] : [],
    inputs: [],
    allowed: places.map(() => true),
  }));
  const outline = { places, tasks };
  const ready = Array.from({ length: Math.min(300, size - 10) }, (_, i) => i);
  const moment = { nowSeconds: 0, ready, running: [], foreign: [] };
  const options = { fold: () => fold, at: () => 1_760_000_000_000, views, hope: () => 1 };
  let planner;
  const first = best(10, () => {
    planner = new LearnedPlanner(outline, options);
    planner.decide(moment);
  });
  const ranked = best(10, () => {
    planner.outdated();
    planner.decide(moment);
  });
  const next = best(20, () => planner.decide(moment));
  const { cost } = planner.decide(moment);
  const what = `live plan of ${size} tasks on 5 places`;
  return [
    [`${what}: the first decision`, `${first.toFixed(2)} ms`],
    [`${what}: when all is ranked anew`, `${ranked.toFixed(2)} ms`],
    [`${what}: any other`, `${next.toFixed(2)} ms`],
    [`${what}: counted as`, `${(cost / 1000).toFixed(2)} ms`],
  ];
}

function costOfStream(count) {
  const learner = runTimeLearner();
  const before = processorMs();
  const heaps = [];
  let alarms = 0;
  for (let i = 0; i < count; i++) {
    const { task, place, seconds } = observation(i, 3000);
    if (learner.learn(task, place, seconds).alarm !== null) alarms++;
    if ((i + 1) % (count / 4) === 0) {
      globalThis.gc?.();
      heaps.push(`${Math.round(process.memoryUsage().heapUsed / 2 ** 20)}`);
    }
  }
  const each = (1000 * (processorMs() - before)) / count;
  return [
    [`learner: one observation, mean of ${count}`, `${each.toFixed(0)} µs`],
    ['learner: heap at each quarter of them', `${heaps.join(', ')} MB`],
    ['learner: alarms of drift, where nothing drifts', `${alarms} of ${count}`],
  ];
}

const rows = [
  ...costOfTrained(),
  ...costOfModels(),
  ...costOfDecision(),
  ...costOfLivePlan(310),
  ...costOfLivePlan(1000),
  ...costOfFold(3000),
  ...costOfStream(Number(values.rows)),
];
console.log(`${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.versions.node}`);
for (const [what, cost] of rows) console.log(`${what.padEnd(52)} ${cost.padStart(12)}`);
