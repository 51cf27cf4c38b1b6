/**
 * Which refusals a request deserves, by the rules as people are told them. Several rules may be broken at once; the real
 * system may then name any of them. An empty set: it must be carried out.
 */
import type { RefusalCode } from '../../../src/lifecycle/refusal.js';
import { hasEnded, haveCycle, isBeforeStart, isOpen, isUntried } from './model-state.js';
import type { ModelEdge, ModelState, ModelTask } from './model-state.js';
import { planOf, planOfTask, type RerunPlan } from './model-rerun.js';
import { type Change, DEFAULT, type Extension, type Request, type TaskVerb } from './request.js';

type Rules = readonly (readonly [broken: boolean, code: RefusalCode])[];

export function refusalsOf(state: ModelState, request: Request): Set<RefusalCode> {
  return new Set(
    rulesOf(state, request)
      .filter(([broken]) => broken)
      .map(([, code]) => code),
  );
}

function rulesOf(state: ModelState, request: Request): Rules {
  switch (request.kind) {
    case 'submitMesh':
      return [[haveCycle(request.edges), 'CYCLE_DETECTED']];
    case 'extendMesh':
    case 'createTask':
      return extensionRules(state, request);
    case 'rerunMesh':
      return rerunMeshRules(state, request);
    case 'updateTask':
      return updateRules(state.task(request.task), request.change);
    case 'addEdge':
      return addEdgeRules(state, request);
    case 'removeEdge':
      return removeEdgeRules(state, request);
    case 'cancelMesh':
      return [[!isOpen(state.mesh(request.mesh)) || request.mesh === DEFAULT, 'CONFLICT']];
    case 'pauseMesh':
    case 'resumeMesh':
      return [[!isOpen(state.mesh(request.mesh)), 'CONFLICT']];
    default:
      return taskRules(state, state.task(request.task), request.kind);
  }
}

function taskRules(state: ModelState, task: ModelTask, verb: TaskVerb): Rules {
  if (task.deleted) return [[true, 'NOT_FOUND']];
  switch (verb) {
    case 'cancelTask':
      return [[hasEnded(task), 'CONFLICT']];
    case 'holdTask':
      return [[!isBeforeStart(task), 'CONFLICT']];
    case 'releaseTask':
      return [[task.status !== 'HELD', 'CONFLICT']];
    case 'executeTask':
      if (hasEnded(task)) return rerunRules(planOfTask(state, task, verb));
      // what waits for other tasks only is not for people to start
      return [[task.status === 'RUNNING' || (task.status === 'PENDING' && !task.delayed), 'CONFLICT']];
    case 'retryTask':
      if (hasEnded(task)) return rerunRules(planOfTask(state, task, verb));
      return [[task.status !== 'RETRYING', 'CONFLICT']];
    case 'deleteTask':
      return [
        [!isBeforeStart(task) && !hasEnded(task), 'CONFLICT'],
        [task.mesh !== DEFAULT && task.attempts.length > 0, 'CONFLICT'],
        [state.outOf(task).some(({ target }) => !hasEnded(state.task(target))), 'CONFLICT'],
      ];
  }
}

function updateRules(task: ModelTask, change: Change): Rules {
  if (task.deleted) return [[true, 'NOT_FOUND']];
  const { name: _note, priority, maxAttempts, ...others } = change;
  return [
    [hasEnded(task) && (priority !== undefined || maxAttempts !== undefined), 'CONFLICT'],
    [!isUntried(task) && Object.keys(others).length > 0, 'CONFLICT'],
  ];
}

function addEdgeRules(state: ModelState, edge: ModelEdge): Rules {
  const source = state.task(edge.source);
  const target = state.task(edge.target);
  if (source.deleted || target.deleted) return [[true, 'NOT_FOUND']];
  if (source.mesh !== target.mesh) return [[true, 'INVALID_INPUT']];
  return [
    [!isOpen(state.mesh(target.mesh)), 'CONFLICT'],
    [!isUntried(target), 'CONFLICT'],
    [state.edge(source.name, target.name) !== undefined, 'CONFLICT'],
    [haveCycle([...state.edges, edge]), 'CYCLE_DETECTED'],
  ];
}

function removeEdgeRules(state: ModelState, edge: { source: string; target: string }): Rules {
  const target = state.task(edge.target);
  if (target.deleted) return [[true, 'NOT_FOUND']];
  return [
    [!isUntried(target), 'CONFLICT'],
    [state.edge(edge.source, edge.target) === undefined, 'NOT_FOUND'],
  ];
}

function extensionRules(state: ModelState, { mesh, tasks, edges }: Extension): Rules {
  const named = edges.map(({ source, target, type }) => ({
    source: `${mesh}/${source}`,
    target: `${mesh}/${target}`,
    type,
  }));
  const own = new Set(tasks.map(({ key }) => `${mesh}/${key}`));
  const isThere = (name: string): boolean => state.tasks.get(name)?.deleted === false;
  const targets = named.filter(({ target }) => !own.has(target) && state.tasks.has(target));
  return [
    [!isOpen(state.mesh(mesh)), 'CONFLICT'],
    [[...own].some((name) => state.tasks.has(name)), 'DUPLICATE_KEY'],
    [named.some(({ source }) => !own.has(source) && !isThere(source)), 'NOT_FOUND'],
    [named.some(({ target }) => !own.has(target) && !isThere(target)), 'NOT_FOUND'],
    [targets.some(({ target }) => !isUntried(state.task(target))), 'CONFLICT'],
    [targets.some(({ source, target }) => state.edge(source, target) !== undefined), 'CONFLICT'],
    [haveCycle([...state.edges, ...named]), 'CYCLE_DETECTED'],
  ];
}

function rerunMeshRules(state: ModelState, request: Extract<Request, { kind: 'rerunMesh' }>): Rules {
  const { mesh, from } = request;
  const unknown = from !== null && !state.tasksOf(mesh).some(({ name }) => name === from);
  if (mesh === DEFAULT) return [[true, 'CONFLICT']];
  return [[unknown, 'NOT_FOUND'], ...rerunRules(planOf(state, request))];
}

function rerunRules({ tasks, again }: RerunPlan): Rules {
  return [[tasks.some((task) => !hasEnded(task)) || again.size === 0, 'CONFLICT']];
}
