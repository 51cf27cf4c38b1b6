/**
 * The core: one synchronous step per input. It changes its memory, writes rows and effects into the ledger and answers;
 * the driver commits the ledger and only then lets effects and answers out. No clock, no I/O, no promise in here: the
 * simulation runs exactly this code.
 */
import type { CommandRow, RelayAnswerRow } from '../../lifecycle/batch.js';
import type { ClusterNode } from '../../lifecycle/cluster-node.js';
import type { AttemptKey, Outcome, TaskSpec } from '../../lifecycle/task.js';
import type { LayerName, PlacementPolicy } from '../../lifecycle/vocabulary.js';
import type { TaskRef } from '../../store/store.js';
import type { Admission } from './admission.js';
import { extendMesh, submitMesh } from './admit.js';
import { settle } from './advance.js';
import { type Answer, done } from './answer.js';
import { attemptAlive, attemptProgressed, attemptSettled, refuseLate } from './attempts.js';
import {
  cancelMesh,
  cancelTask,
  deleteEnded,
  deleteTask,
  holdTask,
  pauseMesh,
  relabelEnded,
  releaseTask,
  removeEdge,
  resumeMesh,
  retryNow,
  startNow,
  type TaskPatch,
  updateTask,
} from './control.js';
import type { CoreState } from './core-state.js';
import { passDeadlines } from './deadlines.js';
import type { MeshPlan } from './mesh-plan.js';
import { rankMesh } from './ranks.js';
import { retire } from './retire.js';
import { schedule } from './schedule.js';

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

const TASK_COMMANDS = { cancelTask, holdTask, releaseTask, startNow, retryNow, deleteTask } as const;
const MESH_COMMANDS = { cancelMesh, pauseMesh, resumeMesh } as const;
export type TaskCommand = keyof typeof TASK_COMMANDS;
export type MeshCommand = keyof typeof MESH_COMMANDS;

/** What is committed with a step, for those who asked for it. */
export interface Receipt {
  /** Recorded when the step succeeds, so that its idempotency key answers ever after. */
  readonly command?: CommandRow | undefined;
  /** The request of another server, and its answer when the step succeeds; a refusal is committed as well. */
  readonly relayed?: RelayAnswerRow | undefined;
}

export function step(core: CoreState, input: CoreInput, now: number, receipt?: Receipt): Answer<unknown> {
  core.now = Math.max(core.now, now);
  const answer = apply(core, input);
  if (receipt !== undefined) record(core, answer, receipt);
  settleAndSchedule(core);
  return answer;
}

function record(core: CoreState, answer: Answer<unknown>, { command, relayed }: Receipt): void {
  const { commands, relayAnswers } = core.ledger.batch;
  if (answer.ok && command !== undefined) commands.push(command);
  if (relayed === undefined) return;
  relayAnswers.push(answer.ok ? relayed : { id: relayed.id, answer: { refusal: answer.refusal } });
}

/** Until nothing moves by itself: a start may be what a deadline or a milestone waited for, never the other way round. */
export function settleAndSchedule(core: CoreState): void {
  passDeadlines(core);
  settle(core);
  schedule(core);
  retire(core);
}

function apply(core: CoreState, input: CoreInput): Answer<unknown> {
  switch (input.kind) {
    case 'submitMesh':
      return submitMesh(core, input.plan);
    case 'extendMesh':
      return extendMesh(core, input.meshId, input.admission);
    case 'updateTask':
      return updateTask(core, input.taskId, input.patch);
    case 'removeEdge':
      return removeEdge(core, input.sourceId, input.targetId);
    case 'deleteEnded':
      return deleteEnded(core, input.ref);
    case 'relabelEnded':
      return relabelEnded(core, input.ref, input.spec);
    case 'timePassed':
      return done;
    case 'estimatesChanged':
      rankMesh(core, input.meshId);
      return done;
    case 'gateChanged':
      core.letGo();
      return done;
    case 'layerLimited':
      if (core.rooms.limit(input.layer, input.slots)) core.hasNewRoom = true;
      return done;
    case 'nodesChanged':
      if (core.rooms.offerNodes(input.layer, input.nodes, input.policy)) {
        core.hasNewRoom = true;
        core.rehouse();
      }
      return done;
    case 'attemptsSettled':
      for (const { key, outcome } of input.attempts)
        (input.late === true ? refuseLate : attemptSettled)(core, key, outcome);
      core.ledger.effect({ kind: 'recorded', attempts: input.attempts });
      return done;
    case 'attemptProgressed':
      attemptProgressed(core, input.key, input.fraction, input.message);
      return done;
    case 'attemptAlive':
      attemptAlive(core, input.key);
      return done;
    case 'cancelMesh':
    case 'pauseMesh':
    case 'resumeMesh':
      return MESH_COMMANDS[input.kind](core, input.meshId);
    default:
      return TASK_COMMANDS[input.kind](core, input.taskId);
  }
}
