/**
 * The closed vocabularies of the product: every status, kind and strategy that a task, an attempt or a mesh
 * can have, spelled as the API and the database spell them. Everything above imports the words from here.
 */

export const TASK_STATUSES = [
  'PENDING',
  'HELD',
  'QUEUED',
  'RUNNING',
  'RETRYING',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'SKIPPED',
  'UPSTREAM_FAILED',
] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

/** Terminal states are absorbing: no command and no outcome leads out of them. */
export const TERMINAL_STATUSES = ['COMPLETED', 'FAILED', 'CANCELLED', 'SKIPPED', 'UPSTREAM_FAILED'] as const;
export type TerminalStatus = (typeof TERMINAL_STATUSES)[number];

export function isTerminal(status: TaskStatus): status is TerminalStatus {
  return TERMINAL.has(status);
}

const TERMINAL: ReadonlySet<string> = new Set(TERMINAL_STATUSES);

/** A task that has not started may still be edited: its edges, work and timing are not history yet. */
export function isBeforeStart(status: TaskStatus): boolean {
  return status === 'PENDING' || status === 'HELD' || status === 'QUEUED';
}

export const MESH_STATUSES = ['RUNNING', 'PAUSED', 'COMPLETED', 'FAILED', 'CANCELLED'] as const;
export type MeshStatus = (typeof MESH_STATUSES)[number];

export function isMeshOpen(status: MeshStatus): boolean {
  return status === 'RUNNING' || status === 'PAUSED';
}

/** Priority classes, lowest first; the index is the rank. */
export const PRIORITIES = ['LOW', 'NORMAL', 'HIGH', 'CRITICAL'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** Resource classes: how many cores and how much memory an attempt asks for (see orchestrator/resource-class.ts). */
export const TASK_TYPES = ['MICRO', 'SMALL', 'MEDIUM', 'LARGE'] as const;
export type TaskType = (typeof TASK_TYPES)[number];

export const LAYER_NAMES = ['LOCAL', 'CLUSTER', 'QUANTUM_SIM'] as const;
export type LayerName = (typeof LAYER_NAMES)[number];

export const CONCURRENCY_STRATEGIES = ['QUEUE', 'CANCEL_NEWEST', 'CANCEL_RUNNING', 'COALESCE'] as const;
export type ConcurrencyStrategy = (typeof CONCURRENCY_STRATEGIES)[number];

export const FAILURE_KINDS = ['ERROR', 'TIMEOUT', 'CRASHED', 'QUARANTINED', 'REJECTED'] as const;
export type FailureKind = (typeof FAILURE_KINDS)[number];

export const RERUN_STRATEGIES = ['FROM_FAILURE', 'FROM_TASK', 'ALL'] as const;
export type RerunStrategy = (typeof RERUN_STRATEGIES)[number];

export const WORK_KINDS = ['command', 'http', 'module', 'circuit', 'wait'] as const;
export type WorkKind = (typeof WORK_KINDS)[number];

/** How a circuit is simulated; AUTO is the density matrix for noisy circuits of up to 12 qubits. */
export const SIMULATION_METHODS = ['AUTO', 'STATEVECTOR', 'DENSITY_MATRIX', 'TRAJECTORY'] as const;
export type SimulationMethod = (typeof SIMULATION_METHODS)[number];

/** How an attempt ended. CANCELLED and CRASHED attempts do not spend the task's own attempts. */
export const ATTEMPT_OUTCOMES = ['COMPLETED', 'FAILED', 'TIMED_OUT', 'CRASHED', 'CANCELLED'] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

export const LOG_STREAMS = ['STDOUT', 'STDERR', 'LOG'] as const;
export type LogStream = (typeof LOG_STREAMS)[number];

export const LOG_LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** How a node of the cluster is: LOST is for good for its incarnation; a node that comes back is another one. */
export const NODE_STATES = ['JOINING', 'READY', 'DRAINING', 'LOST'] as const;
export type NodeState = (typeof NODE_STATES)[number];

/** How the node of an attempt is chosen among those that can run it. */
export const PLACEMENT_POLICIES = ['ROUND_ROBIN', 'LEAST_CONNECTIONS', 'RESOURCE_BASED', 'LEARNED'] as const;
export type PlacementPolicy = (typeof PLACEMENT_POLICIES)[number];
