/** The core's ports, made of the real layers, the advisor and a source of randomness. */
import type { Random } from '../kit/random.js';
import type { Layer } from '../layers/layer.js';
import type { TaskSpec } from '../lifecycle/task.js';
import type { LayerName } from '../lifecycle/vocabulary.js';
import type { Advisor, TaskFacts } from './advisor.js';
import type { CorePorts } from './core/core-state.js';
import { LayerChoice } from './layer-choice.js';

/** What an unknown task is taken to last when the queue is ordered; for order only, never shown as an estimate. */
const UNKNOWN_SECONDS = 1;

export function factsOf(spec: TaskSpec): TaskFacts {
  const planned = spec.work === null ? 0 : 'wait' in spec.work ? spec.work.wait.durationMs / 1000 : null;
  return { typeKey: spec.typeKey, taskType: spec.taskType, plannedSeconds: planned };
}

export function corePorts(options: {
  random: Random;
  layers: ReadonlyMap<LayerName, Layer>;
  advisor: Advisor;
}): CorePorts {
  const { random, layers, advisor } = options;
  return {
    unit: () => random.next(),
    secondsOf: (spec) => {
      const facts = factsOf(spec);
      return facts.plannedSeconds ?? advisor.estimate(facts)?.p50 ?? UNKNOWN_SECONDS;
    },
    layersFor: new LayerChoice(layers).of,
    chooseLayer: (spec, candidates) => advisor.chooseLayer(factsOf(spec), candidates),
    nodeOf: (layer) => layers.get(layer)?.node ?? '',
    rateNode: (spec, node) => advisor.rateNode?.(factsOf(spec), node) ?? null,
  };
}
