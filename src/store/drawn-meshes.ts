/** Whole meshes as pictures need them: fewer columns than `Reads` has, of all tasks at once. Only the doors call it. */
import type { LayerName, MeshStatus, Priority, TaskStatus, WorkKind } from '../lifecycle/vocabulary.js';
import type { EdgeRecord } from './reads.js';

/** A task of a mesh that is drawn whole: what a picture needs. Times in ms since the epoch. */
export interface DrawnTask {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  /** Null: a milestone. */
  readonly workKind: WorkKind | null;
  readonly priority: Priority;
  readonly tags: readonly string[];
  readonly status: TaskStatus;
  readonly attempt: number;
  readonly layer: LayerName | null;
  readonly queuedAt: number | null;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
}

/** A mesh as it is after event `seq`, whole: tasks in their order, and edges between them. */
export interface DrawnMesh {
  readonly seq: number;
  /** By the database's clock, ms since the epoch. */
  readonly at: number;
  readonly status: MeshStatus;
  /** Its tasks in all; more than there are in `tasks` where only the newest are drawn. */
  readonly total: number;
  readonly tasks: readonly DrawnTask[];
  readonly edges: readonly Pick<EdgeRecord, 'sourceId' | 'targetId' | 'type'>[];
}

export interface DrawnMeshes {
  /** Undefined when there is no such mesh; of more than `tasksMax` tasks, the newest. One statement. */
  drawnMesh(meshId: string, tasksMax: number): Promise<DrawnMesh | undefined>;
}
