/**
 * What a person's step changes, in few words: the same question before and after the step. Called by `core.ts` for steps
 * that somebody answers for; it changes nothing.
 */
import type { Json, JsonObject } from '../../kit/json.js';
import type { AuditRow, MeshOrigin } from '../../lifecycle/batch.js';
import type { Asked } from '../../lifecycle/person.js';
import { redacted } from '../../lifecycle/redacted.js';
import type { TaskSpec } from '../../lifecycle/task.js';
import type { MeshState } from '../../lifecycle/mesh-state.js';
import type { CoreState } from '../core/core-state.js';
import type { CoreInput } from '../core/core-input.js';

const KEYS_MAX = 100;

export function auditRow(
  asked: Asked,
  input: CoreInput,
  before: JsonObject | null | undefined,
  after: JsonObject | null,
): AuditRow {
  const shown = (value: JsonObject | null | undefined): Json => (value ? redacted(value) : null);
  const made = asked.action === 'createTask' ? newTask(input) : undefined;
  if (made !== undefined) return { ...asked, ...made, before: null };
  return {
    ...asked,
    action: actionOf(asked, input),
    subject: subjectOf(input),
    before: shown(before),
    after: shown({ ...after, ...told(input) }),
  };
}

/** A schedule that is asked for a mesh asks for one of its template. */
function actionOf({ action }: Asked, input: CoreInput): string {
  const schedule = originOf(input)?.schedule;
  return schedule?.dueAt === null ? 'triggerSchedule' : action;
}

function originOf(input: CoreInput): MeshOrigin | undefined {
  return input.kind === 'submitMesh' && input.plan.ok
    ? (input.plan.value.mesh.origin ?? undefined)
    : undefined;
}

/** The smallest extension of a mesh is told as what people asked for. */
function newTask(input: CoreInput): Pick<AuditRow, 'subject' | 'after'> | undefined {
  if (input.kind !== 'extendMesh') return undefined;
  const [only] = input.admission.tasks;
  if (only === undefined) return undefined;
  const { key, name } = only.task.spec;
  return { subject: `task ${only.id}`, after: { key, name, meshId: input.meshId } };
}

function subjectOf(input: CoreInput): string | null {
  if ('taskId' in input) return `task ${input.taskId}`;
  if ('ref' in input) return `task ${input.ref.id}`;
  if ('targetId' in input) return `task ${input.targetId}`;
  if ('meshId' in input) return `mesh ${input.meshId}`;
  if (input.kind === 'submitMesh' && input.plan.ok) return `mesh ${input.plan.value.mesh.id}`;
  return null;
}

export function described(core: CoreState, input: CoreInput): JsonObject | null {
  if (input.kind === 'updateTask') return fieldsOf(core, input.taskId, Object.keys(input.patch.spec));
  if (input.kind === 'removeEdge') return null;
  if ('taskId' in input) return taskOf(core, input.taskId);
  if (input.kind === 'deleteEnded')
    return { key: input.ref.key, status: input.ref.status, deleted: core.isGone(input.ref.id) };
  if ('meshId' in input) return meshOf(core.meshes.get(input.meshId));
  return null;
}

function taskOf(core: CoreState, id: string): JsonObject | null {
  const task = core.tasks.get(id);
  if (task === undefined) return null;
  const { key, status, attempt, deleted } = task;
  return { key, status, attempt, ...(deleted ? { deleted } : {}) };
}

function meshOf(mesh: MeshState | undefined): JsonObject | null {
  return mesh === undefined ? null : { name: mesh.name, status: mesh.status, tasks: mesh.nextOrdinal };
}

function fieldsOf(core: CoreState, id: string, fields: readonly string[]): JsonObject | null {
  const spec = core.tasks.get(id)?.spec;
  if (!spec) return null;
  const known = fields.filter((field) => field !== 'typeKey');
  return Object.fromEntries(known.map((field) => [field, (spec[field as keyof TaskSpec] ?? null) as Json]));
}

/** What the step itself says of what it makes. */
function told(input: CoreInput): JsonObject {
  if (input.kind === 'submitMesh' && input.plan.ok) {
    const { mesh, tasks, admission } = input.plan.value;
    const { name, parentMeshId } = mesh;
    const origin = originOf(input);
    const size = {
      ...{ name, tasks: tasks.length, edges: admission.edges.length },
      ...(origin && { template: origin.template.name, version: origin.template.version }),
      ...(origin?.schedule && { schedule: origin.schedule.name, dueAt: origin.schedule.dueAt }),
    };
    return parentMeshId === null ? size : { ...size, parentMeshId };
  }
  if (input.kind === 'extendMesh') {
    const keys = input.admission.tasks.slice(0, KEYS_MAX).map(({ task }) => task.spec.key);
    const edges = input.admission.edges.slice(0, KEYS_MAX).map(({ sourceId, targetId, type }) => {
      return { sourceId, targetId, type };
    });
    return { added: keys, edges };
  }
  if (input.kind === 'removeEdge') return { removed: { sourceId: input.sourceId, targetId: input.targetId } };
  if (input.kind === 'relabelEnded') {
    const { name, description, tags, metadata } = input.spec;
    return { name, description, tags, metadata } as JsonObject;
  }
  if (input.kind === 'updateTask' && input.patch.delayMs !== undefined)
    return { delayMs: input.patch.delayMs };
  return {};
}
