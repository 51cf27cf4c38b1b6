/**
 * What has learned, for meshes that were drawn to keep away from a machine: that one is no candidate while there is another.
 * Everything else is handed on. Without such meshes every answer is that of the other.
 */
import { nodeRef } from '../../../lifecycle/cluster-node.js';
import { machineOf } from '../../../learning/live/views.js';
import type { LayerName } from '../../../lifecycle/vocabulary.js';
import type {
  Advisor,
  LayerCandidate,
  MeshOutline,
  PlanPlace,
  PlanTask,
} from '../../../orchestrator/advisor.js';
import type { PlaceTrials } from './place-trials.js';

export interface Avoidance {
  readonly trials: PlaceTrials;
  /** The process that a layer is, where it is one; empty where it is many. */
  readonly nodeOf: (layer: LayerName) => string;
}

/** Seconds beside which everything else is soon. */
const NEVER = 1e9;

export function avoidingAdvisor(inner: Advisor, { trials, nodeOf }: Avoidance): Advisor {
  const isAvoided = (meshId: string | null, layer: LayerName, node: string): boolean =>
    meshId !== null && node !== '' && trials.avoids(meshId, machineOf(layer, node));
  const { rateNode, plannerOf } = inner;
  return {
    ...handedOn(inner),
    chooseLayer: (task, candidates) => {
      const others = trials.isIdle
        ? candidates
        : candidates.filter(({ layer }: LayerCandidate) => !isAvoided(task.meshId, layer, nodeOf(layer)));
      return inner.chooseLayer(task, others.length === 0 ? candidates : others);
    },
    ...(rateNode && {
      rateNode: (task, node) =>
        !trials.isIdle && isAvoided(task.meshId, 'CLUSTER', nodeRef(node))
          ? NEVER
          : rateNode.call(inner, task, node),
    }),
    ...(plannerOf && {
      plannerOf: (mesh) =>
        plannerOf.call(
          inner,
          trials.isIdle
            ? mesh
            : without(mesh, (meshId, { layer, node }) =>
                isAvoided(meshId, layer, node === null ? nodeOf(layer) : nodeRef(node)),
              ),
        ),
    }),
  };
}

/** Methods of a class are not copied with its fields. */
function handedOn(inner: Advisor): Advisor {
  const { timeoutMs, memoryBytes, retryMs, started, settled } = inner;
  return {
    estimate: (task, place) => inner.estimate(task, place),
    chooseLayer: (task, candidates) => inner.chooseLayer(task, candidates),
    observe: (observation) => inner.observe(observation),
    ...(timeoutMs && { timeoutMs: timeoutMs.bind(inner) }),
    ...(memoryBytes && { memoryBytes: memoryBytes.bind(inner) }),
    ...(retryMs && { retryMs: retryMs.bind(inner) }),
    ...(started && { started: started.bind(inner) }),
    ...(settled && { settled: settled.bind(inner) }),
  };
}

/** Tasks keep a place that they have no other than. */
function without(
  mesh: MeshOutline,
  isAvoided: (meshId: string | null, place: PlanPlace) => boolean,
): MeshOutline {
  const meshId = mesh.tasks.find(({ facts }) => facts !== null)?.facts?.().meshId ?? null;
  const avoided = mesh.places.map((place) => isAvoided(meshId, place));
  if (!avoided.includes(true)) return mesh;
  const tasks = mesh.tasks.map((task): PlanTask => {
    const allowed = task.allowed.map((may, at) => may && avoided[at] !== true);
    return allowed.includes(true) ? { ...task, allowed } : task;
  });
  return { ...mesh, tasks };
}
