/** Opens the local layer as configured, and says which layers could take a task at all. */
import { hostname } from 'node:os';
import type { SystemClock } from '../kit/clock.js';
import type { Layer } from '../layers/layer.js';
import type { LocalLayer } from '../layers/local/local-layer.js';
import { openLocalLayer } from '../layers/local/open-local-layer.js';
import type { TaskSpec } from '../lifecycle/task.js';
import type { LayerName } from '../lifecycle/vocabulary.js';
import type { AppOptions } from './app-options.js';

export async function openLayer(
  { config, env, cwd, log }: AppOptions,
  clock: SystemClock,
): Promise<LocalLayer> {
  const { execution } = config;
  const allowed = execution.envAllow.flatMap((name) =>
    env[name] === undefined ? [] : [[name, env[name]] as const],
  );
  const { layer, orphansKilled } = await openLocalLayer({
    node: `${hostname()}:${process.pid}:${Date.now().toString(36)}`,
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
