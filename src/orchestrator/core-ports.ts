/** The core's ports, made of the real layers, the advisor and a source of randomness. */
import type { Random } from '../kit/random.js';
import type { Layer } from '../layers/layer.js';
import type { TaskState } from '../lifecycle/mesh-state.js';
import type { TaskSpec } from '../lifecycle/task.js';
import type { LayerName } from '../lifecycle/vocabulary.js';
import type { Advisor, TaskFacts } from './advisor.js';
import type { CorePorts } from './core/core-state.js';
import { LayerChoice } from './layer-choice.js';
import { candidatesOf, factsOfTask, plannedSecondsOf } from './advice/task-facts.js';

/** What an unknown task is taken to last when the queue is ordered; for order only, never shown as an estimate. */
const UNKNOWN_SECONDS = 1;

/** Of a task that is not terminal. */
function knownOf(task: TaskState): TaskFacts {
  return factsOfTask(task, task.spec as TaskSpec);
}

/** So often the same answer is given for one attempt: each start asks several times, and what has learned takes 20 us to answer. */
const SAME_ANSWERS = 32;

function remembered(bytesOf: (task: TaskState) => number | null): (task: TaskState) => number | null {
  const answers = new WeakMap<
    TaskState,
    { readonly attempt: number; readonly bytes: number | null; left: number }
  >();
  return (task) => {
    const known = answers.get(task);
    if (known !== undefined && known.attempt === task.attempt && known.left > 0) {
      known.left--;
      return known.bytes;
    }
    const bytes = bytesOf(task);
    answers.set(task, { attempt: task.attempt, bytes, left: SAME_ANSWERS });
    return bytes;
  };
}

export function corePorts(options: {
  random: Random;
  layers: ReadonlyMap<LayerName, Layer>;
  advisor: Advisor;
}): CorePorts {
  const { random, layers, advisor } = options;
  const { gate, order } = advisor;
  const isOrdered = (): boolean => order !== undefined && !order.isIdle;
  return {
    unit: () => random.next(),
    secondsOf: (task) =>
      plannedSecondsOf(task.spec as TaskSpec) ??
      (isOrdered() ? order?.secondsOf(task.mesh.id, () => knownOf(task)) : null) ??
      advisor.estimate(knownOf(task))?.p50 ??
      UNKNOWN_SECONDS,
    weightOf: ({ id, open }) => (isOrdered() ? (order?.weightOf(id, open) ?? 1) : 1),
    layersFor: new LayerChoice(layers).of,
    chooseLayer: (task, open) => advisor.chooseLayer(knownOf(task), candidatesOf(task, open)),
    nodeOf: (layer) => layers.get(layer)?.node ?? '',
    rateNode: (task, node) => advisor.rateNode?.(knownOf(task), node) ?? null,
    ...(advisor.plannerOf && { plannerOf: (outline) => advisor.plannerOf?.(outline) ?? null }),
    timeoutMsOf: (task) => advisor.timeoutMs?.(knownOf(task)) ?? null,
    ...(advisor.memoryBytes && {
      memoryOf: remembered((task) => advisor.memoryBytes?.(knownOf(task)) ?? null),
    }),
    retryMsOf: (code, typeKey) => advisor.retryMs?.(code, typeKey) ?? null,
    withholdMs: (task) =>
      gate === undefined || gate.isOpen ? 0 : gate.waitMs(task.id, task.spec as TaskSpec),
  };
}
