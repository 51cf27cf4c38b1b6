/** Opens the layers as configured, and says which of them could take a task at all. */
import { availableParallelism } from 'node:os';
import type { SystemClock } from '../kit/clock.js';
import type { Tracer } from '../kit/trace/tracer.js';
import { tracedLayer } from '../layers/traced-layer.js';
import type { Layer } from '../layers/layer.js';
import { namedModel } from '../quantum/noise/named-models.js';
import type { Circuits } from '../layers/circuits.js';
import { openQuantumLayer } from '../layers/quantum-sim/open-quantum-layer.js';
import type { TaskSpec } from '../lifecycle/task.js';
import type { LayerName } from '../lifecycle/vocabulary.js';
import type { AppOptions } from './app-options.js';
import { openExecutors } from './executors.js';
import type { Started } from './started.js';

const THREADS_MAX = 64;
/** After SIGKILL. */
const END_MS = 5_000;

function openQuantum({ config }: AppOptions, node: string, clock: SystemClock) {
  const { quantum, execution } = config;
  return openQuantumLayer({
    node,
    slots: execution.maxParallelTasks,
    threads: quantum.threads === 0 ? Math.min(THREADS_MAX, availableParallelism()) : quantum.threads,
    qubitsMax: quantum.maxQubits,
    memoryBytesMax: quantum.memoryLimit,
    defaults: {
      qubits: quantum.defaultQubits,
      seed: quantum.seed === 0 ? undefined : quantum.seed,
      noise: namedModel(quantum.noiseModel),
    },
    clock,
  });
}

export interface OpenLayers {
  readonly layers: ReadonlyMap<LayerName, Layer>;
  readonly circuits: Circuits;
}

/** Where a task may run that names no layer, first those that are asked first. `cluster`: undefined where there is none. */
export function openLayers(
  options: AppOptions,
  {
    node,
    clock,
    cluster,
    tracer,
  }: { node: string; clock: SystemClock; cluster: Layer | undefined; tracer: Tracer | undefined },
  started: Started,
): OpenLayers {
  const graceMs = options.config.execution.killGraceSeconds * 1000 + END_MS;
  const local = openExecutors(options, node, clock);
  started.add('work on this machine', () => local.close(), graceMs);
  const quantum = openQuantum(options, node, clock);
  started.add('quantum simulation', () => quantum.layer.close(), graceMs);
  started.add('circuits', () => quantum.circuits.close());
  const own = [local, quantum.layer];
  const first = options.config.cluster.preferNodes;
  const all = cluster === undefined ? own : first ? [cluster, ...own] : [...own, cluster];
  const traced = (layer: Layer): Layer =>
    tracer === undefined ? layer : tracedLayer(layer, tracer, `layer ${layer.name}`);
  const layers = new Map<LayerName, Layer>(all.map((layer) => [layer.name, traced(layer)]));
  return { layers, circuits: quantum.circuits };
}

/** Why no layer of this system takes a task; undefined when one does. */
export function whyNowhere(
  layers: ReadonlyMap<LayerName, Layer>,
  spec: Pick<TaskSpec, 'layer' | 'work' | 'nodeSelector'>,
): string | undefined {
  const { nodeSelector = [] } = spec;
  if (nodeSelector.length > 0 && !(layers.has('CLUSTER') && (spec.layer ?? 'CLUSTER') === 'CLUSTER')) {
    const what =
      spec.layer === null ? 'this server has no nodes (cluster.enabled)' : `layer ${spec.layer} has none`;
    return `nodeSelector asks for labels of a node, and ${what}; leave it out, or use layer CLUSTER`;
  }
  if (spec.layer !== null && !layers.has(spec.layer)) {
    return `layer ${spec.layer} is not available here; use one of ${[...layers.keys()].join(', ')}, or leave it out`;
  }
  const { work } = spec;
  if (work === null) return undefined;
  const candidates = spec.layer === null ? [...layers.values()] : [layers.get(spec.layer) as Layer];
  const refusals = candidates.map((layer) => layer.refusal(work));
  return refusals.some((refusal) => refusal === undefined) ? undefined : refusals.join('; ');
}
