/**
 * Which status may follow which. Every change of a task's status passes through `mayMove`; a move that is not in the
 * table is a bug of ours and stops the leader. The database holds the same table as a CHECK of its own.
 */
import type { TaskStatus } from './vocabulary.js';

const NEXT: Readonly<Record<TaskStatus, readonly TaskStatus[]>> = {
  // COMPLETED at once: the part of a rerun that is kept
  PENDING: ['QUEUED', 'HELD', 'COMPLETED', 'CANCELLED', 'SKIPPED', 'UPSTREAM_FAILED'],
  HELD: ['PENDING', 'QUEUED', 'CANCELLED', 'SKIPPED', 'UPSTREAM_FAILED'],
  QUEUED: ['RUNNING', 'PENDING', 'HELD', 'COMPLETED', 'FAILED', 'CANCELLED', 'SKIPPED', 'UPSTREAM_FAILED'],
  RUNNING: ['COMPLETED', 'FAILED', 'RETRYING', 'QUEUED', 'CANCELLED'],
  RETRYING: ['QUEUED', 'CANCELLED', 'FAILED'],
  COMPLETED: [],
  FAILED: [],
  CANCELLED: [],
  SKIPPED: [],
  UPSTREAM_FAILED: [],
};

export function mayMove(from: TaskStatus, to: TaskStatus): boolean {
  return NEXT[from].includes(to);
}
