/**
 * The core: one synchronous step per input. It changes its memory, writes rows and effects into the ledger and answers;
 * the driver commits the ledger and only then lets effects and answers out. No clock, no I/O, no promise in here: the
 * simulation runs exactly this code.
 */
import type { CommandRow, RelayAnswerRow } from '../../lifecycle/batch.js';
import type { Asked } from '../../lifecycle/person.js';
import { auditRow, described } from '../audit/step-audit.js';
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
  updateTask,
} from './control.js';
import type { CoreInput, MeshCommand, TaskCommand } from './core-input.js';
import type { CoreState } from './core-state.js';
import { passDeadlines } from './deadlines.js';
import { rankMesh } from './ranks.js';
import { retire } from './retire.js';
import { schedule } from './schedule.js';

type OnTask = (core: CoreState, id: string) => Answer<unknown>;

const TASK_COMMANDS: Readonly<Record<TaskCommand, OnTask>> = {
  cancelTask,
  holdTask,
  releaseTask,
  startNow,
  retryNow,
  deleteTask,
};
const MESH_COMMANDS: Readonly<Record<MeshCommand, OnTask>> = { cancelMesh, pauseMesh, resumeMesh };

/** What is committed with a step, for those who asked for it. */
export interface Receipt {
  /** Recorded when the step succeeds, so that its idempotency key answers ever after. */
  readonly command?: CommandRow | undefined;
  /** The request of another server, and its answer when the step succeeds; a refusal is committed as well. */
  readonly relayed?: RelayAnswerRow | undefined;
  /** Who asked for what; recorded with what it changed when the step succeeds. */
  readonly audit?: Asked | undefined;
}

export function step(core: CoreState, input: CoreInput, now: number, receipt?: Receipt): Answer<unknown> {
  core.now = Math.max(core.now, now);
  const before = receipt?.audit && described(core, input);
  const answer = apply(core, input);
  if (receipt !== undefined) record(core, answer, receipt);
  if (receipt?.audit !== undefined && answer.ok && input.kind !== 'timePassed')
    core.ledger.batch.audits.push(auditRow(receipt.audit, input, before, described(core, input)));
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
