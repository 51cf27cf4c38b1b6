/**
 * A batch as the parameters of `taskmesh_commit`: hot lists as parallel binary arrays, rare ones as one JSON document
 * each. Called by the commit connection; knows the order of the function's parameters and nothing of connections.
 */
import type {
  AttemptOutcomeRow,
  AuditRow,
  Batch,
  BatchKey,
  CommandRow,
  EdgeRow,
  EventRow,
  MeshTransition,
  NewMeshRow,
  NewTaskRow,
  RelayAnswerRow,
  TaskProgressColumns,
  TaskRespecification,
  TaskTransition,
} from '../../../lifecycle/batch.js';
import type { Json } from '../../../kit/json.js';
import type { Failure } from '../../../lifecycle/task.js';
import { workKind } from '../../../lifecycle/work.js';
import type { Stages } from '../../../kit/turn.js';
import { auditColumns } from './audit-columns.js';
import type { BatchStory } from '../../batch-story.js';
import { toStoredText } from '../stored-text.js';
import type { ArrayParameter, BinaryArrays } from './binary-arrays.js';
import { kindsOf } from './kinds.js';

export type Parameter = ArrayParameter | string | number;

/** Bits of the columns nt_stamps and tr_stamps. */
const QUEUED = 1;
const STARTED = 2;
const FINISHED = 4;

/** No deadline is farther than a century: a timestamp would overflow, and a batch would be refused for it. */
const AVAILABLE_IN_MS_MAX = 100 * 365 * 24 * 3_600_000;

/** In stages: the columns of 10,000 tasks and 50,000 edges take some 100 ms to write. */
export function* batchParameters(
  key: BatchKey,
  batch: Batch,
  story: BatchStory,
  arrays: BinaryArrays,
): Stages<Parameter[]> {
  return [
    key.epoch,
    key.seq,
    ...rareLists(batch),
    arrays.uuids(batch.deletions, (id) => id),
    ...(yield* written(batch.tasks, newTasks(batch.tasks, story, arrays))),
    ...(yield* written(batch.edges, newEdges(batch.edges, arrays))),
    ...(yield* written(batch.transitions, transitions(batch.transitions, story, arrays))),
    ...(yield* written(batch.events, events(batch.events, arrays))),
    ...(yield* written(batch.outcomes, outcomes(batch.outcomes, arrays))),
  ];
}

type Column = () => Parameter;

/** From here on a column takes milliseconds. */
const LARGE_ROWS = 2_000;

function* written(rows: readonly unknown[], columns: readonly Column[]): Stages<Parameter[]> {
  const values: Parameter[] = [];
  for (const column of columns) {
    values.push(column());
    if (rows.length > LARGE_ROWS) yield;
  }
  return values;
}

function rareLists(batch: Batch): (string | null)[] {
  return [
    rare(batch.meshes, mesh),
    rare(batch.meshTransitions, meshTransition),
    rare(batch.respecifications, respecification),
    rare(batch.edgeRemovals, edgeRemoval),
    rare(
      [...batch.commands.map(command), ...batch.relayAnswers.map(relayAnswer), ...batch.audits.map(audit)],
      (row) => row,
    ),
  ];
}

function rare<Row>(rows: readonly Row[], columns: (row: Row) => Json): string | null {
  return rows.length === 0 ? null : JSON.stringify(rows.map(columns));
}

function mesh(row: NewMeshRow): Json {
  return {
    id: row.id,
    tenant_id: row.tenant,
    name: toStoredText(row.name),
    description: stored(row.description),
    status: row.status,
    parent_mesh_id: row.parentMeshId,
    rerun_strategy: row.rerunStrategy,
    created_by: toStoredText(row.createdBy),
    tags: row.tags.map(toStoredText),
    metadata: JSON.stringify(row.metadata),
    template: row.origin?.template.name ?? null,
    origin: row.origin == null ? null : JSON.stringify(row.origin),
    finished: row.finished,
  };
}

function meshTransition({ id, fromStatus, status, finished }: MeshTransition): Json {
  return { id, from_status: fromStatus, status, finished };
}

function respecification({ id, spec }: TaskRespecification): Json {
  return {
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
  };
}

function edgeRemoval({ sourceId, targetId }: Batch['edgeRemovals'][number]): Json {
  return { source_id: sourceId, target_id: targetId };
}

function command(row: CommandRow): Json {
  return {
    key: toStoredText(row.key),
    kind: row.kind,
    request_hash: row.requestHash,
    mesh_id: row.meshId,
    task_id: row.taskId,
  };
}

function relayAnswer({ id, answer }: RelayAnswerRow): Json {
  return { relay_id: id, answer: JSON.stringify(answer) };
}

function audit(row: AuditRow): Json {
  return { audit: auditColumns(row) };
}

function newTasks(rows: readonly NewTaskRow[], story: BatchStory, arrays: BinaryArrays): Column[] {
  return [
    () => arrays.uuids(rows, (row) => row.id),
    () => arrays.uuids(rows, (row) => row.meshId),
    () => arrays.integers(rows, (row) => row.ordinal),
    () => arrays.texts(rows, (row) => toStoredText(row.spec.key)),
    () => arrays.texts(rows, (row) => toStoredText(row.spec.name)),
    () => arrays.texts(rows, (row) => row.spec.priority),
    () => arrays.texts(rows, (row) => row.spec.taskType),
    () => arrays.texts(rows, (row) => row.spec.layer),
    () => arrays.texts(rows, (row) => toStoredText(row.spec.typeKey)),
    () => arrays.texts(rows, (row) => row.spec.work && workKind(row.spec.work)),
    () => arrays.texts(rows, (row) => arrayLiteral(row.spec.tags)),
    () => arrays.jsons(rows, (row) => JSON.stringify(row.spec)),
    () => arrays.texts(rows, (row) => row.status),
    ...progress(rows, story, arrays),
    () => arrays.uuids(rows, (row) => row.rerunOf),
    () => arrays.uuids(rows, (row) => row.outputFrom),
    () => arrays.texts(rows, (row) => toStoredText(row.createdBy)),
  ];
}

function newEdges(rows: readonly EdgeRow[], arrays: BinaryArrays): Column[] {
  return [
    () => arrays.uuids(rows, (row) => row.id),
    () => arrays.uuids(rows, (row) => row.meshId),
    () => arrays.uuids(rows, (row) => row.sourceId),
    () => arrays.uuids(rows, (row) => row.targetId),
    () => arrays.texts(rows, (row) => row.type),
    () => arrays.floats(rows, (row) => row.weight),
  ];
}

/** What transitions have in common comes once per kind. */
function transitions(
  rows: readonly TaskTransition[],
  { starts, ends }: BatchStory,
  arrays: BinaryArrays,
): Column[] {
  const { examples, numbers } = kindsOf(rows, isSameMove(starts), moveKey(starts));
  return [
    () => arrays.texts(examples, (row) => row.fromStatus),
    () => arrays.integers(examples, (row) => row.fromAttempt),
    () => arrays.texts(examples, (row) => row.status),
    () => arrays.integers(examples, (row) => row.attempt),
    () => arrays.integers(examples, (row) => row.crashes),
    () => arrays.texts(examples, (row) => row.placedOn),
    () => arrays.integers(examples, stamps),
    () => arrays.texts(examples, (row) => stored(starts.get(row.id)?.node ?? null)),
    () => arrays.integers(numbers, (number) => number),
    () => arrays.uuids(rows, (row) => row.id),
    () => arrays.floats(rows, availableInMs),
    () => arrays.jsons(rows, failureText),
    () => arrays.jsons(rows, outputText),
    () => arrays.texts(rows, (row) => stored(row.reason)),
    () => arrays.bigints(rows, (row) => starts.get(row.id)?.token ?? null),
    () => arrays.floats(rows, (row) => starts.get(row.id)?.waitMs ?? null),
    () => arrays.bigints(rows, (row) => ends.get(row.id)?.token ?? null),
  ];
}

function isSameMove(starts: BatchStory['starts']): (a: TaskTransition, b: TaskTransition) => boolean {
  return (a, b) =>
    a.fromStatus === b.fromStatus &&
    a.status === b.status &&
    a.fromAttempt === b.fromAttempt &&
    a.attempt === b.attempt &&
    a.crashes === b.crashes &&
    a.placedOn === b.placedOn &&
    a.queued === b.queued &&
    a.started === b.started &&
    a.finished === b.finished &&
    starts.get(a.id)?.node === starts.get(b.id)?.node;
}

function moveKey(starts: BatchStory['starts']): (row: TaskTransition) => string {
  return (row) =>
    [
      row.fromStatus,
      row.status,
      row.fromAttempt,
      row.attempt,
      row.crashes,
      row.placedOn,
      stamps(row),
      JSON.stringify(starts.get(row.id)?.node),
    ].join();
}

/** How a new task fares, after `status`. */
function progress(rows: readonly NewTaskRow[], { starts }: BatchStory, arrays: BinaryArrays): Column[] {
  return [
    () => arrays.integers(rows, (row) => row.attempt),
    () => arrays.integers(rows, (row) => row.crashes),
    () => arrays.floats(rows, availableInMs),
    () => arrays.jsons(rows, failureText),
    () => arrays.jsons(rows, outputText),
    () => arrays.texts(rows, (row) => stored(row.reason)),
    () => arrays.texts(rows, (row) => row.placedOn),
    () => arrays.integers(rows, stamps),
    () => arrays.bigints(rows, (row) => starts.get(row.id)?.token ?? null),
    () => arrays.texts(rows, (row) => stored(starts.get(row.id)?.node ?? null)),
    () => arrays.floats(rows, (row) => starts.get(row.id)?.waitMs ?? null),
  ];
}

function availableInMs(row: TaskProgressColumns): number | null {
  return row.availableInMs === null ? null : Math.min(row.availableInMs, AVAILABLE_IN_MS_MAX);
}

function failureText({ failure }: { readonly failure: Failure | null }): string | null {
  return failure === null ? null : JSON.stringify(failure);
}

function outputText({ output }: TaskProgressColumns): string | null {
  return output === undefined ? null : JSON.stringify(output);
}

function stamps(row: TaskProgressColumns): number {
  return (row.queued ? QUEUED : 0) | (row.started ? STARTED : 0) | (row.finished ? FINISHED : 0);
}

function outcomes(rows: readonly AttemptOutcomeRow[], arrays: BinaryArrays): Column[] {
  return [
    () => arrays.uuids(rows, (row) => row.taskId),
    () => arrays.once(arrays.uuids(rows, (row) => row.meshId)),
    () => arrays.integers(rows, (row) => row.attempt),
    () => arrays.bigints(rows, (row) => row.token),
    () => arrays.once(arrays.texts(rows, (row) => row.layer)),
    () => arrays.once(arrays.texts(rows, (row) => toStoredText(row.node))),
    () => arrays.floats(rows, (row) => row.waitMs),
    () => arrays.bigints(rows, (row) => row.startedAt),
    () => arrays.once(arrays.texts(rows, (row) => row.outcome)),
    () => arrays.texts(rows, failureText),
    () => arrays.floats(rows, (row) => row.measured?.runMs ?? null),
    () => arrays.floats(rows, (row) => row.measured?.cpuMs ?? null),
    () => arrays.bigints(rows, (row) => round(row.measured?.memoryPeakBytes)),
    () => arrays.integers(rows, (row) => round(row.measured?.exitCode)),
  ];
}

function events(rows: readonly EventRow[], arrays: BinaryArrays): Column[] {
  const { examples, numbers } = kindsOf(rows, isSameStep, stepKey);
  return [
    () => rows[0]?.seq ?? 0,
    () => rows.length,
    () => arrays.texts(examples, (row) => row.type),
    () => arrays.texts(examples, (row) => row.from),
    () => arrays.texts(examples, (row) => row.to),
    () => arrays.integers(numbers, (number) => number),
    () => arrays.once(arrays.uuids(rows, (row) => row.meshId)),
    () => arrays.uuids(rows, (row) => row.taskId),
    () => arrays.texts(rows, payloadText),
  ];
}

function isSameStep(a: EventRow, b: EventRow): boolean {
  return a.type === b.type && a.from === b.from && a.to === b.to;
}

function stepKey({ type, from, to }: EventRow): string {
  return `${type} ${from} ${to}`;
}

/** Null for an empty one. */
function payloadText({ payload }: EventRow): string | null {
  const text = JSON.stringify(payload);
  return text === '{}' ? null : text;
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
