/** Opens the layers as configured, and says which of them could take a task at all. */
import { availableParallelism } from 'node:os';
import type { SystemClock } from '../kit/clock.js';
import type { Layer } from '../layers/layer.js';
import type { ExecutorLayer } from '../layers/executor-layer.js';
import { namedModel } from '../quantum/noise/named-models.js';
import type { Circuits } from '../layers/circuits.js';
import { openLocalLayer } from '../layers/local/open-local-layer.js';
import { openQuantumLayer } from '../layers/quantum-sim/open-quantum-layer.js';
import type { TaskSpec } from '../lifecycle/task.js';
import type { LayerName } from '../lifecycle/vocabulary.js';
import type { AppOptions } from './app-options.js';
import type { Started } from './started.js';

function openLocal({ config, env, cwd, log }: AppOptions, node: string, clock: SystemClock): ExecutorLayer {
  const { execution } = config;
  const allowed = execution.envAllow.flatMap((name) =>
    env[name] === undefined ? [] : [[name, env[name]] as const],
  );
  const { layer, orphansKilled } = openLocalLayer({
    node,
    maxParallelTasks: execution.maxParallelTasks,
    stateDir: config.stateDir,
    workingDir: cwd,
    env: Object.fromEntries(allowed),
    moduleRoot: execution.moduleRoot,
    clock,
    killGraceMs: execution.killGraceSeconds * 1000,
    logBytesMax: execution.logBytesMax,
    http: { allowPrivate: execution.httpAllowPrivate, responseBytesMax: execution.httpResponseMax },
  });
  if (orphansKilled > 0) log.warn({ orphansKilled }, 'ended what an earlier server had left running');
  return layer;
}

const THREADS_MAX = 64;

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

export function openLayers(
  options: AppOptions,
  { node, clock }: { node: string; clock: SystemClock },
  started: Started,
): OpenLayers {
  const local = openLocal(options, node, clock);
  started.add(() => local.close());
  const quantum = openQuantum(options, node, clock);
  started.add(() => quantum.layer.close());
  started.add(() => quantum.circuits.close());
  const layers = new Map<LayerName, Layer>([local, quantum.layer].map((layer) => [layer.name, layer]));
  return { layers, circuits: quantum.circuits };
}

/** Why no layer of this system takes a task; undefined when one does. */
export function whyNowhere(
  layers: ReadonlyMap<LayerName, Layer>,
  spec: Pick<TaskSpec, 'layer' | 'work'>,
): string | undefined {
  if (spec.layer !== null && !layers.has(spec.layer)) {
    return `layer ${spec.layer} is not available here; use one of ${[...layers.keys()].join(', ')}, or leave it out`;
  }
  const { work } = spec;
  if (work === null) return undefined;
  const candidates = spec.layer === null ? [...layers.values()] : [layers.get(spec.layer) as Layer];
  const refusals = candidates.map((layer) => layer.refusal(work));
  return refusals.some((refusal) => refusal === undefined) ? undefined : refusals.join('; ');
}
