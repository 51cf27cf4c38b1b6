/**
 * The product's own learning and placement behind the hooks of a measuring harness: it translates what the harness shows
 * into the product's views, and decides nothing itself. Needs `npm run build`.
 */
import { runTimeLearner } from '../../dist/learning/run-time-learner.js';
import { Planner } from '../../dist/learning/placement/planner.js';
import { cheapestPlace, hopedMeanSeconds } from '../../dist/learning/placement/cheapest-place.js';
import { trainInline } from '../../dist/learning/training/inline.js';
import { placeView, taskView } from '../../dist/learning/view.js';

const TRAINING = { learningRate: 0.01, batchSize: 32, maxIterations: 1000, seed: 1 };
/** Before anything at all was observed. */
const FIRST_GUESS = Object.freeze({ p05: 1, p50: 10, p95: 100 });
const FIRST_BELIEF = { mean: Math.log(10), sd: 1.4 };

export default function createPolicy({ history, platform }) {
  const batchModels = [];
  const learner = runTimeLearner({ batchModels });
  const views = new WeakMap();
  const places = new Map();
  let planner;

  const viewOf = (task) => {
    if (!views.has(task)) views.set(task, toTaskView(task));
    return views.get(task);
  };
  const placeOf = (machine) => {
    if (!places.has(machine.name)) places.set(machine.name, toPlaceView(machine));
    return places.get(machine.name);
  };
  const observe = (task, machine, seconds) => {
    learner.learn(viewOf(task), placeOf(machine), seconds);
    trainInline(learner, batchModels, TRAINING);
  };
  const reference =
    platform.machines.find(({ layer }) => layer === platform.storageLayer) ?? platform.machines[0];
  for (const { workflow, runtimeSeconds } of history)
    for (const task of workflow.tasks) observe(task, reference, runtimeSeconds[task.index]);

  const believe = (task, machine, into) => {
    if (!learner.placeBelief(viewOf(task), placeOf(machine), into)) Object.assign(into, FIRST_BELIEF);
  };

  const belief = (task, machine) => {
    const into = { mean: 0, sd: 1 };
    believe(task, machine, into);
    return into;
  };

  const hoped = (task, machine) => hopedMeanSeconds(belief(task, machine), learner.doubt(machine.name));

  return {
    predict: (task, machine) => learner.predict(viewOf(task), placeOf(machine)) ?? FIRST_GUESS,
    learn(task, machine, { runtimeSeconds }) {
      observe(task, machine, runtimeSeconds);
      planner?.completed(task.index);
    },
    choose: (task, options) =>
      options[
        cheapestPlace(
          options.map(({ machine, waitSeconds, overheadSeconds, transferSeconds }) => ({
            belief: belief(task, machine),
            doubt: learner.doubt(machine.name),
            setupSeconds: waitSeconds + overheadSeconds + transferSeconds,
          })),
        )
      ].machine,
    workflowStarted({ tasks }) {
      planner = new Planner(
        tasks.map((task) => toPlanTask(task, platform)),
        platform.machines,
        {
          storageLayer: platform.storageLayer,
          belief: (task, machine, into) => believe(tasks[task], platform.machines[machine], into),
          secondsOf: (task, machine) => hoped(tasks[task], platform.machines[machine]),
        },
      );
    },
    assign({ now, ready, machines, workflow }) {
      const running = machines.flatMap((machine) =>
        machine.running.map(({ task, startedAt, setupSeconds }) => ({
          task: task.index,
          machine: machine.index,
          startedAt,
          setupSeconds,
        })),
      );
      const { starts } = planner.decide(
        now,
        ready.map(({ index }) => index),
        running,
      );
      return starts.map(({ task, machine }) => {
        planner.started(task, machine);
        return { task: workflow.tasks[task], machine: platform.machines[machine] };
      });
    },
  };
}

/** Tasks of workflows and of traces carry different fields; what one lacks is unknown. */
function toTaskView(task) {
  return taskView({
    typeKey: task.type,
    toolKey: task.tool,
    signature: task.key,
    group: task.sample ?? '',
    words: task.program ?? '',
    inputBytes: task.inputBytes,
    unpackedBytes: task.inputBytesUncompressed ?? null,
    records: task.sequences ?? null,
    meshBytes: task.workflowInputBytes ?? null,
    cpus: task.cpus ?? null,
    memoryBytes: task.memoryRequestBytes ?? null,
    inputCount: task.inputs?.length ?? null,
    outputCount: task.outputCount ?? null,
    parents: task.parents?.length ?? 0,
    children: task.children?.length ?? 0,
    depth: task.level ?? 0,
  });
}

function toPlaceView({ name, layer, nominal, overheadSeconds }) {
  return placeView({ machine: name, layer, nominal, overheadSeconds });
}

function toPlanTask({ children, inputs }, { bandwidthBytesPerSecond }) {
  return {
    children,
    inputs: inputs.map(({ file, bytes, producer }) => ({
      file,
      seconds: bytes / bandwidthBytesPerSecond,
      producer,
    })),
  };
}
