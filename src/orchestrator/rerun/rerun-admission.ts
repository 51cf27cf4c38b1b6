/** A rerun as an admission: every task of the run before with a new id, run again or kept as the plan says. */
import type { MeshDefinition } from '../../store/store.js';
import type { RerunStrategy } from '../../lifecycle/vocabulary.js';
import type { Admission, NewMesh } from '../core/admission.js';
import { rerunTrace } from '../tracing/task-trace.js';
import type { RerunPlan } from './rerun-plan.js';

export function rerunAdmission(options: {
  definition: MeshDefinition;
  plan: RerunPlan;
  meshId: string;
  strategy: RerunStrategy;
  createdBy: string;
  traceparent: string | undefined;
  nextId: () => string;
}): { mesh: NewMesh; admission: Admission; idOf: ReadonlyMap<string, string> } {
  const { definition, plan, nextId } = options;
  const idOf = new Map(definition.tasks.map((task) => [task.id, nextId()]));
  const tasks = definition.tasks.map((task) => {
    const part = plan.parts.get(task.id);
    return {
      id: idOf.get(task.id) as string,
      task: { spec: rerunTrace(task.spec, options.traceparent), startAfter: null, hold: false },
      delayMs: null,
      rerunOf: task.id,
      reuse: part === 'run' || part === undefined ? null : part,
    };
  });
  const edges = definition.edges.map((edge) => ({
    id: nextId(),
    meshId: options.meshId,
    sourceId: idOf.get(edge.sourceId) as string,
    targetId: idOf.get(edge.targetId) as string,
    type: edge.type,
    weight: edge.weight,
  }));
  const { name, tenant, description, tags, metadata, origin = null, id: parentMeshId } = definition.mesh;
  const mesh = {
    id: options.meshId,
    tenant,
    name,
    description,
    tags,
    metadata,
    origin: origin && { template: origin.template },
    parentMeshId,
    rerunStrategy: options.strategy,
  };
  const admission = { createdBy: options.createdBy, tasks, edges, ended: new Map() };
  return { mesh, admission, idOf };
}
