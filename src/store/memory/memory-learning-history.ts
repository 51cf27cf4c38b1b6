/** What learning reads of the history of a `MemoryDatabase`: the twin of two statements. Called by `MemoryLearning`. */
import type { CommittedEvent } from '../../events/catalogue.js';
import { workKind } from '../../lifecycle/work.js';
import type { JsonObject } from '../../kit/json.js';
import { type AttemptFacts, type EndedAttempt, standingIn } from '../learning.js';
import { attemptKey, type MemoryAttempt, type MemoryDatabase, type MemoryTask } from './memory-database.js';

const OUTCOMES = new Set(['COMPLETED', 'FAILED', 'TIMED_OUT']);

export function endedAfter(
  database: MemoryDatabase,
  after: number,
): { ended: EndedAttempt[]; scannedTo: number } {
  const events = database.events.filter(({ seq }) => seq > after);
  const ended = events.flatMap((event) => endedBy(database, event) ?? []);
  return { ended, scannedTo: events.at(-1)?.seq ?? after };
}

function endedBy(database: MemoryDatabase, event: CommittedEvent): EndedAttempt | undefined {
  const { seq, at, type, taskId, payload } = event;
  const tells =
    type === 'TASK_COMPLETED' ||
    type === 'TASK_RETRYING' ||
    (type === 'TASK_FAILED' && payload.runMs !== undefined);
  if (!tells || taskId === null || typeof payload.attempt !== 'number') return undefined;
  const attempt = database.attempts.get(attemptKey({ taskId, attempt: payload.attempt }));
  const work = database.tasks.get(taskId)?.spec.work ?? null;
  const outcome = attempt?.outcome ?? null;
  if (attempt === undefined || outcome === null || work === null || workKind(work) === 'wait')
    return undefined;
  if (!OUTCOMES.has(outcome.outcome) || outcome.measured === null) return undefined;
  const { typeKey } = (database.tasks.get(taskId) as MemoryTask).spec;
  const { layer, node } = attempt;
  const { runMs } = outcome.measured;
  return {
    seq,
    at,
    taskId,
    attempt: payload.attempt,
    typeKey,
    layer,
    node,
    outcome: outcome.outcome,
    runMs,
  };
}

export function factsOf(database: MemoryDatabase, ended: readonly EndedAttempt[]): AttemptFacts[] {
  return [...ended].sort((a, b) => a.seq - b.seq).map((one) => factsOfOne(database, one));
}

function factsOfOne(database: MemoryDatabase, ended: EndedAttempt): AttemptFacts {
  const { taskId, attempt } = ended;
  const task = database.tasks.get(taskId) as MemoryTask;
  const { outcome, startedAt, waitMs, token } = database.attempts.get(
    attemptKey({ taskId, attempt }),
  ) as MemoryAttempt;
  const before = database.attempts.get(attemptKey({ taskId, attempt: attempt - 1 }));
  const edges = [...database.edges.values()].filter(({ type }) => type !== 'RESOURCE');
  const into = edges.filter(({ targetId }) => targetId === taskId);
  const sources = into
    .filter(({ type }) => type === 'DATA')
    .map(({ sourceId }) => bytesOf(database, sourceId));
  const measured = outcome?.measured;
  return {
    ...ended,
    meshId: task.meshId,
    meshName: database.meshes.get(task.meshId)?.name ?? '',
    spec: task.spec,
    parents: into.length,
    children: edges.filter(({ sourceId }) => sourceId === taskId).length,
    ...standingIn(startOf(database, taskId, token)),
    inputCount: sources.length,
    inputBytes: sources.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0),
    lastError: before?.outcome?.failure?.code ?? null,
    endedBefore: before?.finishedAt ?? null,
    startedAt,
    waitMs,
    errorCode: outcome?.failure?.code ?? null,
    cpuMs: measured?.cpuMs ?? null,
    memoryPeakBytes: measured?.memoryPeakBytes ?? null,
    outputBytes: outcome?.outcome === 'COMPLETED' ? bytesOf(database, taskId) : null,
  };
}

function startOf({ events }: MemoryDatabase, taskId: string, token: number): JsonObject | null {
  const start = events.find((one) => one.seq === token && one.taskId === taskId);
  return start?.type === 'TASK_STARTED' ? start.payload : null;
}

function bytesOf(database: MemoryDatabase, taskId: string): number | null {
  const output = database.tasks.get(taskId)?.output;
  return output === undefined ? null : Buffer.byteLength(JSON.stringify(output));
}
