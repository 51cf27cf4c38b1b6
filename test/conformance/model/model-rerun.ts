/**
 * The model's idea of a rerun: a new mesh with the same tasks. What was chosen runs again, and all that hangs on it, and
 * of what those need whatever had not completed. The rest is kept: completed, or skipped.
 */
import type { ModelEdge, ModelState, ModelTask } from './model-state.js';
import { DEFAULT, type Rerun } from './request.js';

export interface RerunPlan {
  readonly tasks: readonly ModelTask[];
  /** Between those tasks. */
  readonly edges: readonly ModelEdge[];
  /** Names of tasks that run again. */
  readonly again: ReadonlySet<string>;
}

export function planOf(state: ModelState, { mesh, strategy, from }: Rerun): RerunPlan {
  const tasks = state.tasksOf(mesh);
  if (strategy === 'FROM_TASK') return plan(state, tasks, from === null ? [] : [from]);
  const chosen = tasks.filter(
    ({ status }) => strategy === 'ALL' || (status !== 'COMPLETED' && status !== 'SKIPPED'),
  );
  return plan(state, tasks, chosen.map(nameOf));
}

/** Of one ended task: `execute` takes only what feeds it directly along, `retry` its whole mesh. The default mesh has no whole. */
export function planOfTask(state: ModelState, task: ModelTask, verb: 'executeTask' | 'retryTask'): RerunPlan {
  if (verb === 'retryTask' && task.mesh !== DEFAULT)
    return plan(state, state.tasksOf(task.mesh), [task.name]);
  const feeding = state.into(task).filter(({ type }) => type !== 'RESOURCE');
  const names = new Set([task.name, ...feeding.map(({ source }) => source)]);
  const tasks = state.tasksOf(task.mesh).filter(({ name }) => names.has(name));
  return plan(state, tasks, [task.name]);
}

function plan(state: ModelState, tasks: readonly ModelTask[], chosen: readonly string[]): RerunPlan {
  const names = new Set(tasks.map(nameOf));
  const edges = state.edges.filter(({ source, target }) => names.has(source) && names.has(target));
  const again = new Set(chosen);
  const needs = edges.filter(({ type }) => type !== 'RESOURCE');
  untilNothingChanges(again, () => {
    for (const { source, target } of needs) if (again.has(source)) again.add(target);
  });
  untilNothingChanges(again, () => {
    for (const { source, target } of needs) {
      if (again.has(target) && state.task(source).status !== 'COMPLETED') again.add(source);
    }
  });
  return { tasks, edges, again };
}

function untilNothingChanges(set: ReadonlySet<string>, act: () => void): void {
  for (let before = -1; before !== set.size; ) {
    before = set.size;
    act();
  }
}

function nameOf(task: ModelTask): string {
  return task.name;
}
