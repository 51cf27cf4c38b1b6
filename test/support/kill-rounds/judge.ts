/** Holds what is in the database against what was promised; knows the rules of the product, and none of its code. */
import type { Evidence, EventRow, TaskRow } from './evidence.js';
import { DOOMED_ATTEMPTS, LEAVES_MARK, type TaskKind } from './meshes.js';
import type { Notes } from './notes.js';

const TERMINAL = new Set(['COMPLETED', 'FAILED', 'CANCELLED', 'SKIPPED', 'UPSTREAM_FAILED']);
const DEFAULT_MESH = '00000000-0000-7000-8000-000000000000';
/** Losses to crashes after which a task is quarantined instead of run again. */
const CRASHES_MAX = 3;

/** Every broken promise, in words; empty when all are kept. */
export function brokenPromises(evidence: Evidence, notes: Notes): string[] {
  const kinds = kindsOf(evidence, notes);
  return [
    ...notes.surprises,
    ...acknowledgementFaults(evidence, notes),
    ...cancelFaults(evidence, notes),
    ...historyFaults(evidence),
    ...attemptFaults(evidence),
    ...orderFaults(evidence),
    ...endFaults(evidence, notes, kinds),
    ...effectFaults(evidence, kinds),
    ...toldFaults(evidence, notes),
  ];
}

/** The part that needs no word of the clients: history, attempts, order. */
export function brokenBooks(evidence: Evidence): string[] {
  return [...historyFaults(evidence), ...attemptFaults(evidence), ...orderFaults(evidence)];
}

function grouped<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}

/** What every task was to do, by its id. */
function kindsOf(evidence: Evidence, notes: Notes): Map<string, TaskKind> {
  const kinds = new Map(notes.tasks);
  // one whose answer a kill has swallowed is known by its command
  for (const { key, madeId } of evidence.commands) {
    const kind = notes.drawnTasks.get(key);
    if (kind !== undefined) kinds.set(madeId, kind);
  }
  const names = new Map(evidence.meshes.map(({ id, name }) => [id, name]));
  for (const task of evidence.tasks) {
    const kind = notes.drawn.get(names.get(task.meshId) ?? '')?.kinds.get(task.key);
    if (kind !== undefined) kinds.set(task.id, kind);
  }
  return kinds;
}

/** What was acknowledged is there, whole, and once. */
function acknowledgementFaults(evidence: Evidence, notes: Notes): string[] {
  const faults: string[] = [];
  const byName = grouped(evidence.meshes, (mesh) => mesh.name);
  const byMesh = grouped(evidence.tasks, (task) => task.meshId);
  for (const [name, drawn] of notes.drawn) {
    const made = byName.get(name) ?? [];
    if (made.length > 1) faults.push(`${name} was submitted under one key and made ${made.length} times`);
    for (const mesh of made) {
      const keys = (byMesh.get(mesh.id) ?? []).map((task) => task.key).sort();
      if (keys.join() !== [...drawn.kinds.keys()].sort().join())
        faults.push(
          `mesh ${name} was submitted with ${[...drawn.kinds.keys()].join()}, it has ${keys.join()}`,
        );
    }
    const acknowledged = notes.meshes.get(name);
    if (acknowledged !== undefined && made[0]?.id !== acknowledged)
      faults.push(`mesh ${name} was acknowledged as ${acknowledged}, there is ${made[0]?.id ?? 'none'}`);
  }
  const tasks = new Set(evidence.tasks.map((task) => task.id));
  for (const id of notes.tasks.keys()) if (!tasks.has(id)) faults.push(`acknowledged task ${id} is lost`);
  const keys = new Map(evidence.commands.map(({ key, madeId }) => [key, madeId]));
  for (const [name, id] of notes.meshes)
    if (keys.get(name) !== id) faults.push(`key ${name} is remembered for ${keys.get(name)}, not for ${id}`);
  return faults;
}

function cancelFaults(evidence: Evidence, notes: Notes): string[] {
  const faults: string[] = [];
  const cancelledAt = new Map<string, number>();
  for (const { type, taskId, meshId, seq } of evidence.events) {
    if (type === 'MESH_CANCELLED') cancelledAt.set(meshId, seq);
    if (type === 'TASK_CANCELLED' && taskId !== null) cancelledAt.set(taskId, seq);
    if (type === 'TASK_STARTED' && (cancelledAt.has(meshId) || cancelledAt.has(taskId ?? '')))
      faults.push(`event ${seq}: task ${taskId} started after its cancel`);
  }
  const status = new Map([...evidence.tasks, ...evidence.meshes].map((row) => [row.id, row.status]));
  for (const id of [...notes.cancelledMeshes, ...notes.cancelledTasks]) {
    if (status.get(id) !== 'CANCELLED')
      faults.push(`the cancel of ${id} was acknowledged and it is ${status.get(id)}`);
  }
  return faults;
}

/** The history has no gap, replayed it gives the stored state, and nothing leaves a terminal state. */
function historyFaults(evidence: Evidence): string[] {
  const faults: string[] = [];
  const told = new Map<string, string>();
  evidence.events.forEach((event, index) => {
    if (event.seq !== index + 1) faults.push(`event ${event.seq} stands at place ${index + 1}`);
    if (event.to === null) return;
    const id = event.taskId ?? event.meshId;
    const before = told.get(id) ?? null;
    if (event.from !== before && !(before === null && event.from === 'PENDING'))
      faults.push(`event ${event.seq} (${event.type}) says ${id} was ${event.from}, it was ${before}`);
    if (before !== null && TERMINAL.has(before)) faults.push(`event ${event.seq}: ${id} left ${before}`);
    told.set(id, event.to);
  });
  if (evidence.lastEventSeq !== evidence.events.length)
    faults.push(`the last event is said to be ${evidence.lastEventSeq}, there are ${evidence.events.length}`);
  for (const { id, status } of [...evidence.tasks, ...evidence.meshes]) {
    const replayed = told.get(id) ?? (id === DEFAULT_MESH ? 'RUNNING' : 'nothing');
    if (replayed !== status) faults.push(`${id} is ${status}, its history says ${replayed}`);
  }
  return faults;
}

/** Every attempt has one start and one outcome, in the rows and in the history. */
function attemptFaults(evidence: Evidence): string[] {
  const faults: string[] = [];
  const tokens = new Set<number>();
  for (const { taskId, attempt, token, outcome } of evidence.attempts) {
    if (outcome === null) faults.push(`attempt ${taskId}:${attempt} has no outcome`);
    if (tokens.has(token)) faults.push(`token ${token} was given twice`);
    tokens.add(token);
  }
  const starts = new Map<string, number>();
  const ends = new Map<string, number>();
  const current = new Map<string, number>();
  for (const { seq, taskId, attempt, from, to } of evidence.events) {
    if (taskId === null || to === null) continue;
    if (to === 'RUNNING') current.set(taskId, attempt ?? 0);
    else if (from !== 'RUNNING') continue;
    const key = `${taskId}:${attempt ?? current.get(taskId)}`;
    const count = to === 'RUNNING' ? starts : ends;
    count.set(key, (count.get(key) ?? 0) + 1);
    if ((count.get(key) ?? 0) > 1) faults.push(`event ${seq}: attempt ${key} came to ${to} a second time`);
  }
  const own = grouped(evidence.attempts, (attempt) => attempt.taskId);
  for (const { id, attempt } of evidence.tasks) {
    const numbers = (own.get(id) ?? []).map((row) => row.attempt);
    if (numbers.length !== attempt || numbers.some((number, index) => number !== index + 1))
      faults.push(`task ${id} counts ${attempt} attempts, its attempts are ${numbers.join()}`);
    for (const number of numbers) {
      const key = `${id}:${number}`;
      if (starts.get(key) !== 1 || ends.get(key) !== 1)
        faults.push(
          `attempt ${key} has ${starts.get(key) ?? 0} starts, ${ends.get(key) ?? 0} ends in the history`,
        );
    }
  }
  return faults;
}

/** Nothing starts before its dependencies allow it, and RESOURCE neighbours never run at once. */
function orderFaults(evidence: Evidence): string[] {
  const faults: string[] = [];
  const sources = grouped(evidence.edges, (edge) => edge.targetId);
  const neighbours = new Map<string, string[]>();
  for (const { sourceId, targetId, type } of evidence.edges) {
    if (type !== 'RESOURCE') continue;
    neighbours.set(sourceId, [...(neighbours.get(sourceId) ?? []), targetId]);
    neighbours.set(targetId, [...(neighbours.get(targetId) ?? []), sourceId]);
  }
  const status = new Map<string, string>();
  for (const { seq, taskId, to } of evidence.events) {
    if (taskId === null || to === null) continue;
    status.set(taskId, to);
    if (to !== 'RUNNING') continue;
    for (const { sourceId, type } of sources.get(taskId) ?? []) {
      const source = status.get(sourceId) ?? 'PENDING';
      const allows =
        type === 'RESOURCE' || source === 'COMPLETED' || (type === 'SOFT' && TERMINAL.has(source));
      if (!allows)
        faults.push(`event ${seq}: ${taskId} started while its ${type} source ${sourceId} was ${source}`);
    }
    const beside = neighbours.get(taskId)?.find((id) => status.get(id) === 'RUNNING');
    if (beside !== undefined)
      faults.push(`event ${seq}: ${taskId} started beside its RESOURCE neighbour ${beside}`);
  }
  return faults;
}

/** Everything has ended, and as its work, its dependencies and the cancels say. */
function endFaults(evidence: Evidence, notes: Notes, kinds: ReadonlyMap<string, TaskKind>): string[] {
  const faults: string[] = [];
  for (const { id, name, status } of evidence.meshes)
    if (!TERMINAL.has(status) && id !== DEFAULT_MESH) faults.push(`mesh ${name} is still ${status}`);
  const status = new Map(evidence.tasks.map((task) => [task.id, task.status]));
  const sources = grouped(evidence.edges, (edge) => edge.targetId);
  const attempts = grouped(evidence.attempts, (attempt) => attempt.taskId);
  for (const task of evidence.tasks) {
    const outcomes = (attempts.get(task.id) ?? []).map((attempt) => attempt.outcome);
    const isStopped = (sources.get(task.id) ?? []).some(
      ({ sourceId, type }) => (type === 'HARD' || type === 'DATA') && status.get(sourceId) !== 'COMPLETED',
    );
    const kind = kinds.get(task.id);
    const expected = isStopped ? 'UPSTREAM_FAILED' : endOf(kind, outcomes);
    const mayBeCancelled = notes.cancelsSent.has(task.id) || notes.cancelsSent.has(task.meshId);
    if (task.status !== expected && !(task.status === 'CANCELLED' && mayBeCancelled))
      faults.push(
        `${kind} task ${nameOf(task)} ended as ${task.status} after ${outcomes.join()}, not ${expected}`,
      );
  }
  return faults;
}

function nameOf(task: TaskRow): string {
  return `${task.id} (${task.key} of mesh ${task.meshId})`;
}

/** By the outcomes of its attempts; a crash of infrastructure is tried again, and the third one is the last. */
function endOf(kind: TaskKind | undefined, outcomes: readonly (string | null)[]): string {
  const crashed = outcomes.filter((outcome) => outcome === 'CRASHED').length;
  const failed = outcomes.filter((outcome) => outcome === 'FAILED').length;
  if (crashed >= CRASHES_MAX) return 'FAILED';
  if (kind === 'doomed')
    return failed === DOOMED_ATTEMPTS ? 'FAILED' : `FAILED after ${DOOMED_ATTEMPTS} tries`;
  // Only the first try of a flaky task fails, and no try of any other.
  return failed > (kind === 'flaky' ? 1 : 0) ? 'COMPLETED with fewer failures' : 'COMPLETED';
}

/** No work without a committed start, no attempt's work twice, no success without its work. */
function effectFaults(evidence: Evidence, kinds: ReadonlyMap<string, TaskKind>): string[] {
  const faults: string[] = [];
  const outcomes = new Map(evidence.attempts.map((row) => [`${row.taskId}:${row.attempt}`, row.outcome]));
  const seen = new Set<string>();
  for (const key of evidence.effects) {
    if (!outcomes.has(key)) faults.push(`the work of ${key} was done without a committed start`);
    if (seen.has(key)) faults.push(`the work of attempt ${key} was done twice`);
    seen.add(key);
  }
  for (const [key, outcome] of outcomes) {
    const kind = kinds.get(key.split(':')[0] as string);
    if (outcome === 'COMPLETED' && kind !== undefined && LEAVES_MARK.has(kind) && !seen.has(key))
      faults.push(`attempt ${key} (${kind}) is COMPLETED and its work was not done`);
  }
  return faults;
}

/** Whoever watched, over all kills, saw every change of status once, in order, and none that is not in the history. */
function toldFaults(evidence: Evidence, notes: Notes): string[] {
  const lines = (changes: readonly Pick<EventRow, 'seq' | 'taskId' | 'from' | 'to'>[]): string[] =>
    changes.map(({ seq, taskId, from, to }) => `${seq} ${taskId} ${from ?? 'new'} ${to}`);
  const stored = lines(evidence.events.filter(({ taskId, to }) => taskId !== null && to !== null));
  const told = lines(notes.told);
  const at = told.findIndex((line, index) => line !== stored[index]);
  if (at >= 0) return [`a subscriber was told "${told[at]}" where the history has "${stored[at]}"`];
  return told.length === stored.length
    ? []
    : [`a subscriber was told ${told.length} of ${stored.length} changes`];
}
