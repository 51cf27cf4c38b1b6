/**
 * The one shape of a mesh before it is checked (as GraphQL, REST, files and the CLI hand it in) and after. The doors
 * turn their own forms into `…Input`; `check-mesh.ts` turns that into `Checked…` or a list of faults; only checked
 * values reach the core.
 */
import type { JsonObject } from '../../kit/json.js';
import type { EdgeType } from '../../mesh/edge-type.js';
import type { Concurrency, Fairness, RetryPolicy, TaskSpec } from '../../lifecycle/task.js';
import type { LayerName, Priority, TaskType } from '../../lifecycle/vocabulary.js';
import type { Work } from '../../lifecycle/work.js';

export interface DependencyInput {
  readonly task: string;
  readonly type?: EdgeType | null;
  readonly weight?: number | null;
}

export interface TaskInput {
  readonly key?: string | null;
  readonly name?: string | null;
  readonly description?: string | null;
  readonly work?: Work | null;
  readonly priority?: Priority | null;
  readonly taskType?: TaskType | null;
  readonly tags?: readonly string[] | null;
  readonly layer?: LayerName | null;
  readonly nodeSelector?: readonly string[] | null;
  readonly retryPolicy?: Partial<RetryPolicy> | null;
  readonly queueTimeoutMs?: number | null;
  readonly executionTimeoutMs?: number | null;
  readonly heartbeatTimeoutMs?: number | null;
  /** ISO 8601 with offset; the task is not queued before. */
  readonly startAfter?: string | null;
  readonly hold?: boolean | null;
  readonly concurrency?: (Pick<Concurrency, 'key'> & Partial<Concurrency>) | null;
  readonly fairness?: (Pick<Fairness, 'key'> & Partial<Fairness>) | null;
  readonly metadata?: JsonObject | null;
  readonly dependsOn?: readonly DependencyInput[] | null;
}

export interface EdgeInput {
  readonly source: string;
  readonly target: string;
  readonly type?: EdgeType | null;
  readonly weight?: number | null;
}

export interface MeshInput {
  readonly name: string;
  readonly description?: string | null;
  readonly tags?: readonly string[] | null;
  readonly metadata?: JsonObject | null;
  readonly idempotencyKey?: string | null;
  readonly tasks: readonly TaskInput[];
  readonly edges?: readonly EdgeInput[] | null;
}

export interface CheckedTask {
  readonly spec: TaskSpec;
  /** Ms since the epoch, as the author wrote it; the core turns it into a duration. */
  readonly startAfter: number | null;
  readonly hold: boolean;
}

/** Keys, not ids. In an extension either end may name a task that the mesh already has. */
export interface CheckedEdge {
  readonly source: string;
  readonly target: string;
  readonly type: EdgeType;
  readonly weight: number;
}

export interface CheckedMesh {
  readonly name: string;
  readonly description: string | null;
  readonly tags: readonly string[];
  readonly metadata: JsonObject;
  readonly tasks: readonly CheckedTask[];
  readonly edges: readonly CheckedEdge[];
}

export interface CheckedExtension {
  readonly tasks: readonly CheckedTask[];
  readonly edges: readonly CheckedEdge[];
}

/** Fields of an update; absent ones stay. `startAfter: null` clears it. */
export interface CheckedTaskPatch {
  readonly spec: Partial<Omit<TaskSpec, 'key' | 'typeKey'>>;
  readonly startAfter?: number | null;
}

/** Defaults that configuration gives to what an author leaves out. */
export interface TaskDefaults {
  readonly maxAttempts: number;
  readonly executionTimeoutMs: number;
}
