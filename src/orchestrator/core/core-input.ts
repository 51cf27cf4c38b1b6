/** Everything that can be told to the core, as values: what people ask for, what layers report, what was advised. */
import type { ClusterNode } from '../../lifecycle/cluster-node.js';
import type { AttemptKey, Outcome, TaskSpec } from '../../lifecycle/task.js';
import type { LayerName, PlacementPolicy } from '../../lifecycle/vocabulary.js';
import type { TaskRef } from '../../store/store.js';
import type { Admission } from './admission.js';
import type { Answer } from './answer.js';
import type { TaskPatch } from './control.js';
import type { MeshPlan } from './mesh-plan.js';

export type TaskCommand = 'cancelTask' | 'holdTask' | 'releaseTask' | 'startNow' | 'retryNow' | 'deleteTask';
export type MeshCommand = 'cancelMesh' | 'pauseMesh' | 'resumeMesh';

/** Everything that can happen to the core. */
export type CoreInput =
  | { readonly kind: 'submitMesh'; readonly plan: Answer<MeshPlan> }
  | { readonly kind: 'extendMesh'; readonly meshId: string; readonly admission: Admission }
  | { readonly kind: 'updateTask'; readonly taskId: string; readonly patch: TaskPatch }
  | { readonly kind: TaskCommand; readonly taskId: string }
  | { readonly kind: MeshCommand; readonly meshId: string }
  | { readonly kind: 'deleteEnded'; readonly ref: TaskRef }
  | { readonly kind: 'relabelEnded'; readonly ref: TaskRef; readonly spec: TaskSpec }
  | { readonly kind: 'removeEdge'; readonly sourceId: string; readonly targetId: string }
  /** Outcomes that arrived together are one step: one look at deadlines, dependents and queues for all of them. */
  | {
      readonly kind: 'attemptsSettled';
      readonly attempts: readonly { readonly key: AttemptKey; readonly outcome: Outcome }[];
      /** Told by a node after it was lost: refused, also while the loss is still on its way here. */
      readonly late?: true;
    }
  | {
      readonly kind: 'attemptProgressed';
      readonly key: AttemptKey;
      readonly fraction: number;
      readonly message: string | null;
    }
  | { readonly kind: 'attemptAlive'; readonly key: AttemptKey }
  /** Nodes of a layer, all that are not lost, as they are now. */
  | {
      readonly kind: 'nodesChanged';
      readonly layer: LayerName;
      readonly nodes: readonly ClusterNode[];
      readonly policy: PlacementPolicy;
    }
  | AdviceChange
  | { readonly kind: 'timePassed' };

/** What was advised before holds no longer. */
export type AdviceChange =
  /** What is expected of tasks of this mesh is no longer what they were ranked by. */
  | { readonly kind: 'estimatesChanged'; readonly meshId: string }
  /** What was held back may start now; it is asked about again. */
  | { readonly kind: 'gateChanged' }
  /** No more than so many slots of a layer are to be in use at once; what runs goes on. */
  | { readonly kind: 'layerLimited'; readonly layer: LayerName; readonly slots: number };
