/** Compares what the model expects with what is stored and what runs, in words, after every step. */
import type { Expected, Model } from './model.js';
import { hasEnded, type ModelTask } from './model-state.js';
import type { StoredRows, StoredTask } from './model-world.js';
import type { Answer, Seen, System } from './system.js';
import type { Made, TaskWish } from './request.js';

export class Disagreement extends Error {
  constructor(model: Model, faults: readonly string[]) {
    const story = model.story.map((line, index) => `  ${index + 1}. ${line}`);
    const found = faults.map((fault) => `  ${fault}`);
    super(['after', ...story, 'the model and the system disagree:', ...found].join('\n'));
    this.name = 'Disagreement';
  }
}

/** What the step before made, by the model and by the system. */
export interface Both {
  readonly expected: Made;
  readonly actual: Made;
}

export async function agree(model: Model, system: System, made?: Both): Promise<void> {
  const seen = await system.look();
  const faults = made === undefined ? [] : system.learn(seen, made.expected, made.actual);
  faults.push(...model.start(newStarts(model, system, seen)));
  faults.push(...differences(model, system, seen));
  if (faults.length > 0) throw new Disagreement(model, faults);
}

/** One of the refusals that the rules give reason for, or none. */
export function answerFaults(expected: Expected, answer: Answer): string[] {
  const right = expected.refused ?? new Set();
  const agreed = answer.refused === null ? right.size === 0 : right.has(answer.refused);
  if (agreed) return [];
  return [right.size === 0 ? 'it should be carried out' : `it should be refused: ${[...right].join(' or ')}`];
}

export function differences(model: Model, system: System, seen: Seen): string[] {
  const expected = pictureOfModel(model);
  const actual = new Set(pictureOfSystem(system, seen));
  const faults = expected.filter((line) => !actual.has(line)).map((line) => `only the model has: ${line}`);
  for (const line of expected) actual.delete(line);
  return [...faults, ...[...actual].map((line) => `only the system has: ${line}`)];
}

/** Attempts that the model does not know yet, in the order of their starts. */
export function newStarts(model: Model, system: System, { rows }: Seen): string[] {
  const names = system.names(rows);
  return [...rows.attempts]
    .sort((a, b) => a.token - b.token)
    .map(({ taskId, attempt }) => ({ name: names.get(taskId) ?? taskId, attempt }))
    .filter(({ name, attempt }) => attempt > (model.state.tasks.get(name)?.attempts.length ?? 0))
    .map(({ name }) => name);
}

function pictureOfModel({ state }: Model): string[] {
  const tasks = [...state.tasks.values()];
  return [
    ...[...state.meshes.values()].map(({ name, status }) => `mesh ${name} ${status}`),
    ...tasks.map(({ name, status, deleted, attempts, wish }) =>
      taskLine({ name, status, deleted, attempts, wish: wishLine(wish) }),
    ),
    ...state.edges.map(({ source, target, type }) => `edge ${source} -${type}-> ${target}`),
    ...tasks.filter(({ busy }) => busy).map((task) => attemptLine(model(task))),
  ];
  function model(task: ModelTask) {
    const feeding = state.into(task).filter(({ type }) => type === 'DATA');
    const inputs = feeding.map(({ source }) => state.task(source).wish.key);
    return { name: task.name, attempt: task.attempts.length, stopping: hasEnded(task), inputs };
  }
}

function pictureOfSystem(system: System, { rows, atLayer }: Seen): string[] {
  const names = system.names(rows);
  const name = (id: string): string => names.get(id) ?? `task ${id}`;
  return [
    ...rows.meshes.map(({ id, status }) => `mesh ${system.meshName(id)} ${status}`),
    ...rows.tasks.map((task) => taskLine({ ...task, name: name(task.id), ...attemptsOf(task, rows) })),
    ...rows.edges.map(
      ({ sourceId, targetId, type }) => `edge ${name(sourceId)} -${type}-> ${name(targetId)}`,
    ),
    ...atLayer.map((attempt) => attemptLine({ ...attempt, name: name(attempt.taskId) })),
  ];
}

function attemptsOf({ id, attempt, spec }: StoredTask, rows: StoredRows) {
  const own = rows.attempts.filter(({ taskId }) => taskId === id).sort((a, b) => a.attempt - b.attempt);
  const gap = own.findIndex((one, index) => one.attempt !== index + 1);
  const wish = wishLine({
    name: spec.name,
    milestone: spec.work === null,
    maxAttempts: spec.retryPolicy.maxAttempts,
    limit: (spec.concurrency?.key ?? null) as TaskWish['limit'],
    priority: spec.priority,
  });
  const counted = own.length === attempt && gap < 0 ? '' : ` but counts ${attempt} attempts`;
  return { attempts: own.map(({ outcome }) => outcome), wish: wish + counted };
}

function taskLine(task: {
  name: string;
  status: string;
  deleted: boolean;
  attempts: readonly (string | null)[];
  wish: string;
}): string {
  if (task.deleted) return `task ${task.name} ${task.status}, deleted`;
  const attempts = task.attempts.map((outcome) => outcome ?? 'not over').join(', ');
  return `task ${task.name} ${task.status} [${attempts}] ${task.wish}`;
}

function wishLine(wish: Omit<TaskWish, 'key' | 'hold' | 'later'>): string {
  const { name, milestone, maxAttempts, limit, priority } = wish;
  return `"${name}" ${priority} ${milestone ? 'milestone' : 'work'} ${maxAttempts} ${limit ?? 'free'}`;
}

function attemptLine(attempt: {
  name: string;
  attempt: number;
  stopping: boolean;
  inputs: readonly string[];
}): string {
  const inputs = [...attempt.inputs].sort().join(', ');
  return `attempt ${attempt.attempt} of ${attempt.name} runs${attempt.stopping ? ', told to stop' : ''}, inputs [${inputs}]`;
}
