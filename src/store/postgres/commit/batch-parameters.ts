/**
 * A batch as the parameters of `taskmesh_commit`: hot lists as parallel binary arrays, rare ones as one JSON document
 * each. Called by the commit connection; knows the order of the function's parameters and nothing of connections.
 */
import type {
  AttemptOutcomeRow,
  Batch,
  BatchKey,
  EdgeRow,
  EventRow,
  NewAttemptRow,
  NewTaskRow,
  TaskProgressColumns,
  TaskTransition,
} from '../../../lifecycle/batch.js';
import type { Json } from '../../../kit/json.js';
import { workKind } from '../../../lifecycle/work.js';
import type { Starts } from '../../starts.js';
import { toStoredText } from '../stored-text.js';
import type { BinaryArrays } from './binary-arrays.js';

export type Parameter = Buffer | string | number;

/** Bits of the columns nt_stamps and tr_stamps. */
const QUEUED = 1;
const STARTED = 2;
const FINISHED = 4;

/** No deadline is farther than a century: a timestamp would overflow, and a batch would be refused for it. */
const AVAILABLE_IN_MS_MAX = 100 * 365 * 24 * 3_600_000;

export function batchParameters(
  key: BatchKey,
  batch: Batch,
  starts: Starts,
  arrays: BinaryArrays,
): Parameter[] {
  return [
    key.epoch,
    key.seq,
    ...rareLists(batch),
    arrays.uuids(batch.deletions, (id) => id),
    ...newTasks(batch.tasks, starts, arrays),
    ...newEdges(batch.edges, arrays),
    ...transitions(batch.transitions, starts, arrays),
    ...outcomes(batch.outcomes, starts, arrays),
    ...events(batch.events, arrays),
  ];
}

function rareLists(batch: Batch): string[] {
  return [
    meshes(batch),
    meshTransitions(batch),
    respecifications(batch),
    JSON.stringify(edgeRemovals(batch)),
    commands(batch),
  ];
}

function meshes(batch: Batch): string {
  const rows = batch.meshes.map((mesh) => ({
    id: mesh.id,
    name: toStoredText(mesh.name),
    description: stored(mesh.description),
    status: mesh.status,
    parent_mesh_id: mesh.parentMeshId,
    rerun_strategy: mesh.rerunStrategy,
    created_by: toStoredText(mesh.createdBy),
    tags: mesh.tags.map(toStoredText),
    metadata: JSON.stringify(mesh.metadata),
    finished: mesh.finished,
  }));
  return JSON.stringify(rows);
}

function meshTransitions(batch: Batch): string {
  const rows = batch.meshTransitions.map(({ id, fromStatus, status, finished }) => ({
    id,
    from_status: fromStatus,
    status,
    finished,
  }));
  return JSON.stringify(rows);
}

function respecifications(batch: Batch): string {
  const rows = batch.respecifications.map(({ id, spec }) => ({
    id,
    key: toStoredText(spec.key),
    name: toStoredText(spec.name),
    priority: spec.priority,
    task_type: spec.taskType,
    layer: spec.layer,
    type_key: toStoredText(spec.typeKey),
    work_kind: spec.work && workKind(spec.work),
    tags: spec.tags.map(toStoredText),
    spec: JSON.stringify(spec),
  }));
  return JSON.stringify(rows);
}

function edgeRemovals(batch: Batch): Json {
  return batch.edgeRemovals.map(({ sourceId, targetId }) => ({ source_id: sourceId, target_id: targetId }));
}

function commands(batch: Batch): string {
  const rows = batch.commands.map((command) => ({
    key: toStoredText(command.key),
    kind: command.kind,
    request_hash: command.requestHash,
    mesh_id: command.meshId,
    task_id: command.taskId,
  }));
  return JSON.stringify(rows);
}

function newTasks(rows: readonly NewTaskRow[], starts: Starts, arrays: BinaryArrays): Parameter[] {
  return [
    arrays.uuids(rows, (row) => row.id),
    arrays.uuids(rows, (row) => row.meshId),
    arrays.integers(rows, (row) => row.ordinal),
    arrays.texts(rows, (row) => toStoredText(row.spec.key)),
    arrays.texts(rows, (row) => toStoredText(row.spec.name)),
    arrays.texts(rows, (row) => row.spec.priority),
    arrays.texts(rows, (row) => row.spec.taskType),
    arrays.texts(rows, (row) => row.spec.layer),
    arrays.texts(rows, (row) => toStoredText(row.spec.typeKey)),
    arrays.texts(rows, (row) => row.spec.work && workKind(row.spec.work)),
    arrays.texts(rows, (row) => arrayLiteral(row.spec.tags)),
    arrays.jsons(rows, (row) => JSON.stringify(row.spec)),
    arrays.texts(rows, (row) => row.status),
    ...progress(rows, starts, arrays),
    arrays.uuids(rows, (row) => row.rerunOf),
    arrays.uuids(rows, (row) => row.outputFrom),
    arrays.texts(rows, (row) => toStoredText(row.createdBy)),
  ];
}

function newEdges(rows: readonly EdgeRow[], arrays: BinaryArrays): Parameter[] {
  return [
    arrays.uuids(rows, (row) => row.id),
    arrays.uuids(rows, (row) => row.meshId),
    arrays.uuids(rows, (row) => row.sourceId),
    arrays.uuids(rows, (row) => row.targetId),
    arrays.texts(rows, (row) => row.type),
    arrays.floats(rows, (row) => row.weight),
  ];
}

function transitions(rows: readonly TaskTransition[], starts: Starts, arrays: BinaryArrays): Parameter[] {
  return [
    arrays.uuids(rows, (row) => row.id),
    arrays.texts(rows, (row) => row.fromStatus),
    arrays.integers(rows, (row) => row.fromAttempt),
    arrays.texts(rows, (row) => row.status),
    ...progress(rows, starts, arrays),
  ];
}

/** The columns that inserts and transitions share, after `status`. */
function progress(
  rows: readonly (TaskProgressColumns & { readonly id: string })[],
  starts: Starts,
  arrays: BinaryArrays,
): Parameter[] {
  return [
    arrays.integers(rows, (row) => row.attempt),
    arrays.integers(rows, (row) => row.crashes),
    arrays.floats(rows, (row) => row.availableInMs && Math.min(row.availableInMs, AVAILABLE_IN_MS_MAX)),
    arrays.jsons(rows, (row) => row.failure && JSON.stringify(row.failure)),
    arrays.jsons(rows, (row) => (row.output === undefined ? null : JSON.stringify(row.output))),
    arrays.texts(rows, (row) => stored(row.reason)),
    arrays.texts(rows, (row) => row.placedOn),
    arrays.integers(rows, stamps),
    arrays.bigints(rows, (row) => starts.get(row.id)?.token ?? null),
    arrays.texts(rows, (row) => stored(starts.get(row.id)?.node ?? null)),
    arrays.floats(rows, (row) => starts.get(row.id)?.waitMs ?? null),
  ];
}

function stamps(row: TaskProgressColumns): number {
  return (row.queued ? QUEUED : 0) | (row.started ? STARTED : 0) | (row.finished ? FINISHED : 0);
}

/** Of an attempt that also began in this batch, its beginning as well: no row tells of it yet. */
function outcomes(rows: readonly AttemptOutcomeRow[], starts: Starts, arrays: BinaryArrays): Parameter[] {
  const startOf = ({ taskId, token }: AttemptOutcomeRow): NewAttemptRow | undefined => {
    const start = starts.get(taskId);
    return start?.token === token ? start : undefined;
  };
  return [
    arrays.uuids(rows, (row) => row.taskId),
    arrays.uuids(rows, (row) => row.meshId),
    arrays.integers(rows, (row) => row.attempt),
    arrays.bigints(rows, (row) => row.token),
    arrays.texts(rows, (row) => startOf(row)?.layer ?? null),
    arrays.texts(rows, (row) => stored(startOf(row)?.node ?? null)),
    arrays.floats(rows, (row) => startOf(row)?.waitMs ?? null),
    arrays.texts(rows, (row) => row.outcome),
    arrays.jsons(rows, (row) => row.failure && JSON.stringify(row.failure)),
    arrays.floats(rows, (row) => row.measured?.runMs ?? null),
    arrays.floats(rows, (row) => row.measured?.cpuMs ?? null),
    arrays.bigints(rows, (row) => round(row.measured?.memoryPeakBytes)),
    arrays.integers(rows, (row) => round(row.measured?.exitCode)),
  ];
}

/** `attempt` is copied out of the payload, for the index that lets history tell of one start per attempt. */
function events(rows: readonly EventRow[], arrays: BinaryArrays): Parameter[] {
  return [
    rows[0]?.seq ?? 0,
    arrays.texts(rows, (row) => row.type),
    arrays.uuids(rows, (row) => row.meshId),
    arrays.uuids(rows, (row) => row.taskId),
    arrays.integers(rows, (row) => attemptOf(row)),
    arrays.texts(rows, (row) => row.from),
    arrays.texts(rows, (row) => row.to),
    arrays.jsons(rows, (row) => JSON.stringify(row.payload)),
  ];
}

function attemptOf({ payload }: EventRow): number | null {
  const { attempt } = payload;
  return Number.isInteger(attempt) ? (attempt as number) : null;
}

function round(value: number | null | undefined): number | null {
  return value === null || value === undefined ? null : Math.round(value);
}

function stored(text: string | null): string | null {
  return text === null ? null : toStoredText(text);
}

/** A text[] inside a text[]: multidimensional arrays cannot be ragged, so tags travel as literals. */
function arrayLiteral(values: readonly string[]): string {
  if (values.length === 0) return '{}';
  return `{${values.map((value) => `"${toStoredText(value).replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}
