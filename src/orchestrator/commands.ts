/**
 * The face of the orchestrator towards the doors: every change anyone can ask for. Each method resolves after the
 * commit that states it, or throws `RefusedError`; after a refusal nothing has changed. Reading is not here
 * (store/reads.ts), watching neither (event-feed.ts).
 */
import type {
  CheckedExtension,
  CheckedMesh,
  CheckedTask,
  CheckedTaskPatch,
} from './definition/mesh-input.js';
import type { TemplateCall } from './template/bind-template.js';
import type { EdgeType } from '../mesh/edge-type.js';
import type { Person } from '../lifecycle/person.js';
import { DEFAULT_TENANT } from '../lifecycle/role.js';
import type { RerunStrategy } from '../lifecycle/vocabulary.js';

/** Who asks. Without trust: no work that runs code. Everything a caller can see or change is of one tenant. */
export interface Caller extends Person {
  /** May change what others made, though it may not run code; whoever is trusted may anyway. */
  readonly changesAll?: boolean;
  /** Of the span that the command is; absent where nobody traces it. */
  readonly traceparent?: string;
}

export function tenantOf({ tenant = DEFAULT_TENANT }: Caller): string {
  return tenant;
}

/** With an idempotency key the same request is carried out once and answered the same ever after. */
export interface Idempotency {
  readonly key: string;
  /** Digest of the request: the same key with another request is refused. */
  readonly requestHash: string;
}

export interface EdgeChange {
  readonly sourceId: string;
  readonly targetId: string;
  readonly type: EdgeType;
  readonly weight: number;
}

export interface Commands {
  submitMesh(caller: Caller, mesh: CheckedMesh, once?: Idempotency): Promise<{ meshId: string }>;
  /** A mesh of a template; with a key the same call is answered with the same mesh, whatever became of the template. */
  instantiateTemplate(caller: Caller, call: TemplateCall, once?: Idempotency): Promise<{ meshId: string }>;
  extendMesh(
    caller: Caller,
    meshId: string,
    extension: CheckedExtension,
    once?: Idempotency,
  ): Promise<{ taskIds: readonly string[] }>;
  /** Into the mesh named, or the `default` mesh; `dependsOn` edges come in `extension.edges` with the task's key as target. */
  createTask(
    caller: Caller,
    meshId: string | null,
    extension: { task: CheckedTask; edges: CheckedExtension['edges'] },
    once?: Idempotency,
  ): Promise<{ taskId: string }>;
  updateTask(caller: Caller, taskId: string, patch: CheckedTaskPatch): Promise<void>;
  deleteTask(caller: Caller, taskId: string): Promise<void>;
  /** Starts what waits for people or time (HELD, `startAfter`, back-off); a terminal task is run again as a new one. */
  executeTask(caller: Caller, taskId: string): Promise<{ taskId: string }>;
  cancelTask(caller: Caller, taskId: string): Promise<void>;
  holdTask(caller: Caller, taskId: string): Promise<void>;
  releaseTask(caller: Caller, taskId: string): Promise<void>;
  /** RETRYING: now instead of after the back-off. Ended: the task and all that hangs on it, in a new mesh. */
  retryTask(caller: Caller, taskId: string): Promise<{ taskId: string }>;
  addEdge(caller: Caller, edge: EdgeChange): Promise<{ edgeId: string }>;
  removeEdge(caller: Caller, sourceId: string, targetId: string): Promise<void>;
  cancelMesh(caller: Caller, meshId: string): Promise<void>;
  pauseMesh(caller: Caller, meshId: string): Promise<void>;
  resumeMesh(caller: Caller, meshId: string): Promise<void>;
  /** `fromTaskId` is needed for FROM_TASK and refused otherwise. */
  rerunMesh(
    caller: Caller,
    meshId: string,
    strategy: RerunStrategy,
    fromTaskId: string | null,
    once?: Idempotency,
  ): Promise<{ meshId: string }>;
}
