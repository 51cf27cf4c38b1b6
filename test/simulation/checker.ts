/** Judges a finished simulation from the stored rows and the history alone; it shares no code with the core. */
import type { MemoryDatabase, MemoryTask } from '../../src/store/memory/memory-database.js';
import type { WorkLog } from './sim-process.js';

const TERMINAL = new Set(['COMPLETED', 'FAILED', 'CANCELLED', 'SKIPPED', 'UPSTREAM_FAILED']);
const DEFAULT_MESH = '00000000-0000-7000-8000-000000000000';

export interface Acknowledged {
  readonly meshes: readonly { readonly id: string; readonly tasks: number }[];
  readonly cancelledTasks: readonly string[];
  readonly cancelledMeshes: readonly string[];
}

/** Every broken promise, in words; empty when all are kept. */
export function brokenPromises(
  database: MemoryDatabase,
  acknowledged: Acknowledged,
  works: readonly WorkLog[],
): string[] {
  return [
    ...historyFaults(database),
    ...attemptFaults(database),
    ...orderFaults(database),
    ...acknowledgementFaults(database, acknowledged),
    ...endFaults(database),
    ...workFaults(database, works),
  ];
}

/** The history, replayed, gives the stored state; nothing leaves a terminal state; seq has no gap. */
function historyFaults(database: MemoryDatabase): string[] {
  const faults: string[] = [];
  const status = new Map<string, string>();
  const meshStatus = new Map<string, string>();
  database.events.forEach((event, index) => {
    if (event.seq !== index + 1) faults.push(`event ${event.seq} stands at place ${index + 1}`);
    if (event.to === null) return;
    const states = event.taskId === null ? meshStatus : status;
    const id = event.taskId ?? event.meshId;
    const before = states.get(id) ?? (event.taskId === null ? null : 'PENDING');
    if (event.from !== null && event.from !== before)
      faults.push(`event ${event.seq} (${event.type}) says ${id} was ${event.from}, it was ${before}`);
    if (before !== null && TERMINAL.has(before) && event.to !== before)
      faults.push(`event ${event.seq}: ${id} left ${before} for ${event.to}`);
    states.set(id, event.to);
  });
  for (const task of database.tasks.values()) {
    const told = status.get(task.id) ?? 'PENDING';
    if (told !== task.status) faults.push(`task ${task.id} is ${task.status}, its history says ${told}`);
  }
  for (const mesh of database.meshes.values()) {
    const told = meshStatus.get(mesh.id) ?? 'RUNNING';
    if (told !== mesh.status) faults.push(`mesh ${mesh.id} is ${mesh.status}, its history says ${told}`);
  }
  return faults;
}

function attemptFaults(database: MemoryDatabase): string[] {
  const faults: string[] = [];
  const tokens = new Set<number>();
  const numbers = new Map<string, number[]>();
  for (const attempt of database.attempts.values()) {
    if (tokens.has(attempt.token)) faults.push(`token ${attempt.token} was given twice`);
    tokens.add(attempt.token);
    numbers.set(attempt.taskId, [...(numbers.get(attempt.taskId) ?? []), attempt.attempt]);
    if (attempt.outcome === null)
      faults.push(`attempt ${attempt.attempt} of ${attempt.taskId} has no outcome`);
  }
  for (const task of database.tasks.values()) {
    const own = (numbers.get(task.id) ?? []).sort((a, b) => a - b);
    if (own.some((number, index) => number !== index + 1) || own.length !== task.attempt) {
      faults.push(`task ${task.id} counts ${task.attempt} attempts, has ${own.join(',')}`);
    }
    const outcomes = own.map((number) => database.attempts.get(`${task.id}:${number}`)?.outcome?.outcome);
    const spent = outcomes.filter((outcome) => outcome === 'FAILED' || outcome === 'TIMED_OUT').length;
    if (spent > task.spec.retryPolicy.maxAttempts)
      faults.push(`task ${task.id} spent ${spent} attempts of ${task.spec.retryPolicy.maxAttempts}`);
    const completed = outcomes.filter((outcome) => outcome === 'COMPLETED').length;
    if (completed > 1 || (completed === 1 && task.status !== 'COMPLETED'))
      faults.push(`task ${task.id} is ${task.status} with outcomes ${outcomes.join(',')}`);
  }
  return faults;
}

/** No attempt starts before its dependencies allow it; RESOURCE neighbours never run at once (by the history's order). */
function orderFaults(database: MemoryDatabase): string[] {
  const faults: string[] = [];
  const endedAt = new Map<string, { seq: number; status: string }>();
  for (const event of database.events) {
    if (event.taskId !== null && event.to !== null && TERMINAL.has(event.to))
      endedAt.set(event.taskId, { seq: event.seq, status: event.to });
  }
  const sources = new Map<string, { id: string; type: string }[]>();
  for (const edge of database.edges.values())
    sources.set(edge.targetId, [
      ...(sources.get(edge.targetId) ?? []),
      { id: edge.sourceId, type: edge.type },
    ]);
  for (const event of database.events) {
    if (event.type !== 'TASK_STARTED' || event.taskId === null) continue;
    for (const { id, type } of sources.get(event.taskId) ?? []) {
      if (type === 'RESOURCE') continue;
      const end = endedAt.get(id);
      if (end === undefined || end.seq > event.seq)
        faults.push(`task ${event.taskId} started before ${id} had ended`);
      else if (type !== 'SOFT' && end.status !== 'COMPLETED')
        faults.push(`task ${event.taskId} started after ${id} ended as ${end.status}`);
    }
  }
  return faults;
}

function acknowledgementFaults(database: MemoryDatabase, acknowledged: Acknowledged): string[] {
  const faults: string[] = [];
  for (const mesh of acknowledged.meshes) {
    const tasks = [...database.tasks.values()].filter((task) => task.meshId === mesh.id).length;
    if (!database.meshes.has(mesh.id) || tasks < mesh.tasks)
      faults.push(`acknowledged mesh ${mesh.id} has ${tasks} of ${mesh.tasks} tasks`);
  }
  for (const id of acknowledged.cancelledTasks) {
    if (database.tasks.get(id)?.status !== 'CANCELLED')
      faults.push(`task ${id} was cancelled with acknowledgement and is ${database.tasks.get(id)?.status}`);
  }
  for (const id of acknowledged.cancelledMeshes) {
    if (database.meshes.get(id)?.status !== 'CANCELLED')
      faults.push(`mesh ${id} was cancelled with acknowledgement and is ${database.meshes.get(id)?.status}`);
  }
  return faults;
}

function endFaults(database: MemoryDatabase): string[] {
  const open = [...database.tasks.values()].filter((task: MemoryTask) => !TERMINAL.has(task.status));
  const faults = open.map(
    (task) => `after healing task ${task.id} (${task.spec.key}) is still ${task.status}: ${task.reason}`,
  );
  for (const mesh of database.meshes.values()) {
    if (mesh.id !== DEFAULT_MESH && (mesh.status === 'RUNNING' || mesh.status === 'PAUSED'))
      faults.push(`after healing mesh ${mesh.id} is still ${mesh.status}`);
  }
  return faults;
}

/** No start without a committed start, and no attempt started twice. */
function workFaults(database: MemoryDatabase, works: readonly WorkLog[]): string[] {
  const faults: string[] = [];
  const seen = new Set<number>();
  for (const work of works) {
    const attempt = database.attempts.get(`${work.taskId}:${work.attempt}`);
    if (attempt?.token !== work.token)
      faults.push(`work of ${work.taskId}:${work.attempt} began without a committed start`);
    if (seen.has(work.token)) faults.push(`work with token ${work.token} began twice`);
    seen.add(work.token);
  }
  return faults;
}
