/**
 * The rules of state that the database holds as CHECKs and unique indexes, for the in-memory store. A row that breaks one
 * breaks its whole batch.
 */
import type { Failure } from '../../lifecycle/task.js';
import { isMeshOpen, isTerminal, type MeshStatus, type TaskStatus } from '../../lifecycle/vocabulary.js';

/** Breaks the whole batch; the store answers `rejected`. */
export class Contradiction extends Error {}

export function demand(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Contradiction(message);
}

export interface RuledTask {
  readonly id: string;
  readonly status: TaskStatus;
  readonly attempt: number;
  readonly crashes: number;
  readonly failure: Failure | null;
  readonly output: unknown;
  readonly placedOn: string | null;
  readonly token: number | null;
  readonly queuedAt: number | null;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
}

/** The CHECK constraints of the table `task_state`: the first of them is one rule per status there. */
export function checkTask(task: RuledTask): void {
  const { id, status } = task;
  const hold = (name: string, holds: boolean): void =>
    demand(holds, `task ${id} (${status}) violates task_state_${name}`);
  hold('finished_when_terminal', (task.finishedAt !== null) === isTerminal(status));
  hold('output_when_completed', (task.output !== undefined) === (status === 'COMPLETED'));
  hold('failure_when_failed', status !== 'FAILED' || task.failure !== null);
  const wasStarted =
    task.attempt > 0 && task.startedAt !== null && task.placedOn !== null && task.token !== null;
  hold('running_was_started', status !== 'RUNNING' || wasStarted);
  hold('queued_was_queued', status !== 'QUEUED' || task.queuedAt !== null);
  hold('crashes_are_attempts', task.crashes >= 0 && task.attempt >= task.crashes);
}

export function checkMesh(mesh: { id: string; status: MeshStatus; finished: boolean }): void {
  demand(
    mesh.finished === !isMeshOpen(mesh.status),
    `mesh ${mesh.id} (${mesh.status}) violates mesh_finished_when_terminal`,
  );
}
