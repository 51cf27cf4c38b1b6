/** Random requests: mostly such as can be carried out, aimed at tasks and meshes to which they mean something, and some that cannot. */
import fc from 'fast-check';
import type { EdgeType } from '../../../src/mesh/edge-type.js';
import type { Model } from './model.js';
import { hasEnded, isBeforeStart, isOpen, isUntried, type ModelTask } from './model-state.js';
import { DEFAULT } from './request.js';
import type { Change, EdgeWish, LimitName, MeshVerb, Request, TaskVerb, TaskWish } from './request.js';
import { asked, type Plan, type Step } from './steps.js';

const TYPES: readonly EdgeType[] = ['HARD', 'HARD', 'SOFT', 'DATA', 'RESOURCE', 'RESOURCE'];
const edgeType = fc.constantFrom(...TYPES);
const limit = fc.constantFrom<LimitName | null>(null, null, null, 'k1', 'k1', 'k2');
const priority = fc.constantFrom('NORMAL', 'NORMAL', 'HIGH', 'LOW');
/** True once in so many, and shrinks to false. */
const rarely = (often: number): fc.Arbitrary<boolean> => fc.nat(often - 1).map((n) => n === often - 1);

const wish = fc.record({
  milestone: rarely(8),
  hold: rarely(5),
  later: rarely(10),
  maxAttempts: fc.constantFrom(1, 2, 3),
  limit,
  priority,
});

/** `wild`: anything at all, instead of something that the request is made for. */
interface Pick {
  readonly which: number;
  readonly wild: boolean;
}
const pick: fc.Arbitrary<Pick> = fc.record({ which: fc.nat(99), wild: rarely(6) });

const arrow = fc.record({ from: fc.nat(9), to: fc.nat(9), type: edgeType, wild: rarely(12) });
type Arrow = typeof arrow extends fc.Arbitrary<infer T> ? T : never;

function chosen<T>(all: readonly T[], { which, wild }: Pick, fits: (one: T) => boolean): T | undefined {
  const wanted = wild ? all : all.filter(fits);
  return wanted[which % wanted.length];
}

function tasksIn(model: Model): ModelTask[] {
  return [...model.state.tasks.values()];
}

function meshesIn(model: Model): string[] {
  return [...model.state.meshes.keys()];
}

function openMesh(model: Model, which: Pick): string {
  return chosen(meshesIn(model), which, (name) => isOpen(model.state.mesh(name))) as string;
}

function planned<P>(
  name: string,
  params: fc.Arbitrary<P>,
  request: (model: Model, params: P) => Request | undefined,
): fc.Arbitrary<Plan> {
  return params.map((values) => ({
    text: `${name}(${JSON.stringify(values)})`,
    request: (model) => request(model, values),
  }));
}

/** From earlier to later keys unless it is wild; never a task to itself and no pair twice, which the doors refuse. */
function edgesAmong(keys: readonly string[], arrows: readonly Arrow[], fits: (edge: EdgeWish) => boolean) {
  const edges = new Map<string, EdgeWish>();
  for (const { from, to, type, wild } of arrows) {
    const [low, high] = [from % keys.length, to % keys.length].sort((a, b) => a - b) as [number, number];
    if (low === high) continue;
    const [source, target] = (wild ? [keys[high], keys[low]] : [keys[low], keys[high]]) as [string, string];
    const edge = { source, target, type };
    if (fits(edge)) edges.set(`${source} ${target}`, edge);
  }
  return [...edges.values()];
}

function wishes(keys: readonly string[], partial: readonly Omit<TaskWish, 'key' | 'name'>[]): TaskWish[] {
  return partial.map((one, index) => {
    const key = keys[index] as string;
    return { key, name: key, ...one };
  });
}

const OPEN_MESHES_MAX = 4;

const submission = fc.record({
  tasks: fc.array(wish, { minLength: 1, maxLength: 5, size: 'max' }),
  arrows: fc.array(arrow, { maxLength: 6, size: 'max' }),
  keyed: rarely(3),
});
type Submitted = typeof submission extends fc.Arbitrary<infer T> ? T : never;

/** No more than a few at once: what happens to one mesh is of more interest than many meshes. */
function submitted(model: Model, { tasks, arrows, keyed }: Submitted): Request | undefined {
  const open = meshesIn(model).filter((name) => isOpen(model.state.mesh(name)));
  if (open.length >= OPEN_MESHES_MAX) return undefined;
  const keys = tasks.map((_, index) => `t${index}`);
  return {
    kind: 'submitMesh',
    tasks: wishes(keys, tasks),
    edges: edgesAmong(keys, arrows, () => true),
    once: keyed ? `once ${model.kept.size}` : null,
  };
}

function freshKeys(had: readonly ModelTask[], count: number): string[] {
  const taken = new Set(had.map((task) => task.wish.key));
  const all = Array.from({ length: taken.size + count }, (_, index) => `t${index}`);
  return all.filter((key) => !taken.has(key)).slice(0, count);
}

const addition = fc.record({
  mesh: pick,
  tasks: fc.array(wish, { maxLength: 3, size: 'max' }),
  arrows: fc.array(arrow, { maxLength: 5, size: 'max' }),
  keyed: rarely(3),
  /** A key that the mesh has already. */
  clash: rarely(12),
  /** An end that the mesh does not have. */
  stranger: rarely(12),
});
type Added = typeof addition extends fc.Arbitrary<infer T> ? T : never;

function extended(model: Model, added: Added): Request | undefined {
  const mesh = openMesh(model, added.mesh);
  const had = tasksIn(model).filter((task) => task.mesh === mesh);
  const keys = freshKeys(had, added.tasks.length);
  if (added.clash && had.length > 0 && keys.length > 0) keys[0] = (had[0] as ModelTask).wish.key;
  const names = [...new Set([...had.map((task) => task.wish.key), ...keys])];
  if (added.stranger) names.push('stranger');
  const tried = new Set(had.filter((task) => !isUntried(task)).map((task) => task.wish.key));
  const mayTake = ({ target }: EdgeWish): boolean => added.mesh.wild || !tried.has(target);
  const edges = names.length === 0 ? [] : edgesAmong(names, added.arrows, mayTake);
  if (keys.length + edges.length === 0) return undefined;
  const once = added.keyed ? `once ${model.kept.size}` : null;
  return { kind: 'extendMesh', mesh, tasks: wishes(keys, added.tasks), edges, once };
}

const creation = fc.record({
  mesh: pick,
  task: wish,
  sources: fc.array(fc.record({ from: fc.nat(9), type: edgeType }), { maxLength: 3 }),
  keyed: rarely(3),
});
type Created = typeof creation extends fc.Arbitrary<infer T> ? T : never;

function created(model: Model, { mesh: which, task, sources, keyed }: Created): Request {
  const mesh = which.wild ? openMesh(model, which) : DEFAULT;
  const had = tasksIn(model).filter((other) => other.mesh === mesh);
  const [key] = freshKeys(had, 1) as [string];
  const names = had.map((task) => task.wish.key);
  const edges = new Map<string, EdgeWish>();
  for (const { from, type } of names.length === 0 ? [] : sources) {
    const source = names[from % names.length] as string;
    edges.set(source, { source, target: key, type });
  }
  const once = keyed ? `once ${model.kept.size}` : null;
  return { kind: 'createTask', mesh, tasks: wishes([key], [task]), edges: [...edges.values()], once };
}

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ name: fc.constantFrom('one', 'two') }),
  fc.record({ priority }),
  fc.record({ maxAttempts: fc.constantFrom(1, 2, 3) }),
  fc.record({ milestone: fc.boolean() }),
  fc.record({ later: fc.boolean() }),
  fc.record({ limit }),
);

/** To whom a verb means something. */
const FITTING: Readonly<Record<TaskVerb, (task: ModelTask) => boolean>> = {
  cancelTask: (task) => !hasEnded(task),
  holdTask: isBeforeStart,
  releaseTask: (task) => task.status === 'HELD',
  executeTask: (task) => task.status !== 'RUNNING' && task.status !== 'QUEUED',
  retryTask: (task) => task.status === 'RETRYING' || hasEnded(task),
  deleteTask: (task) => task.attempts.length === 0 || task.mesh === DEFAULT,
};

const taskVerbs = (Object.keys(FITTING) as TaskVerb[]).map((kind) =>
  planned(kind, pick, (model, which) => {
    const task = chosen(tasksIn(model), which, (one) => !one.deleted && FITTING[kind](one));
    return task && { kind, task: task.name };
  }),
);

const meshVerbs = (['cancelMesh', 'pauseMesh', 'resumeMesh'] as MeshVerb[]).map((kind) =>
  planned(kind, pick, (model, which) => {
    const wanted = kind === 'resumeMesh' ? 'PAUSED' : 'RUNNING';
    const fits = (name: string): boolean =>
      model.state.mesh(name).status === wanted && (kind !== 'cancelMesh' || name !== DEFAULT);
    const mesh = chosen(meshesIn(model), which, fits);
    return mesh === undefined ? undefined : { kind, mesh };
  }),
);

const updates = planned('updateTask', fc.tuple(pick, change), (model, [which, what]) => {
  const task = chosen(tasksIn(model), which, (one) => !one.deleted && isUntried(one));
  return task && { kind: 'updateTask', task: task.name, change: what };
});

/** `back`: against the edges that are there, so that it closes a cycle. */
const newEdge = fc.record({ to: pick, from: pick, type: edgeType, back: rarely(4) });

const addsEdge = planned('addEdge', newEdge, (model, { to, from, type, back }) => {
  const all = tasksIn(model);
  const target = chosen(all, to, (one) => !one.deleted && isUntried(one));
  if (target === undefined) return undefined;
  const after = new Set(back ? tasksAfter(model, target) : all);
  const fits = (one: ModelTask): boolean => one.mesh === target.mesh && !one.deleted && one !== target;
  const source = chosen(all, from, (one) => fits(one) && after.has(one));
  return source && { kind: 'addEdge', source: source.name, target: target.name, type };
});

function tasksAfter({ state }: Model, first: ModelTask): ModelTask[] {
  const after = new Set([first]);
  for (const task of after) for (const { target } of state.outOf(task)) after.add(state.task(target));
  return [...after];
}

const removesEdge = planned('removeEdge', fc.tuple(pick, pick), (model, [which, other]) => {
  const { state } = model;
  const edge = chosen(state.edges, which, ({ target }) => isUntried(state.task(target)));
  const source = which.wild ? chosen(tasksIn(model), other, () => true)?.name : edge?.source;
  return edge && source !== undefined ? { kind: 'removeEdge', source, target: edge.target } : undefined;
});

const strategies = fc.constantFrom('FROM_FAILURE', 'FROM_TASK', 'ALL');

const reruns = planned('rerunMesh', fc.tuple(pick, strategies, pick), (model, [which, strategy, start]) => {
  const mesh = chosen(meshesIn(model), which, (name) => !isOpen(model.state.mesh(name)));
  if (mesh === undefined) return undefined;
  if (strategy !== 'FROM_TASK') return { kind: 'rerunMesh', mesh, strategy, from: null };
  const from = chosen(tasksIn(model), start, (task) => task.mesh === mesh)?.name;
  return from === undefined ? undefined : { kind: 'rerunMesh', mesh, strategy, from };
});

/** An earlier request with its idempotency key: the same again, or another that took the key. */
const sendsAgain = planned('sendAgain', fc.tuple(fc.nat(9), rarely(4)), (model, [which, altered]) => {
  const kept = [...model.kept.values()];
  const request = kept[which % Math.max(kept.length, 1)]?.request;
  if (request === undefined || !altered) return request;
  const tasks = 'tasks' in request ? request.tasks.map((task) => ({ ...task, hold: !task.hold })) : [];
  return { ...request, tasks } as Request;
});

const repeats = planned('twice', fc.tuple(submission, fc.nat(99)), (model, [what, tag]) => {
  const request = submitted(model, what);
  return request && ({ ...request, once: `twice ${tag} ${model.kept.size}` } as Request);
});

const submits = planned('submitMesh', submission, submitted);
const extendsMesh = planned('extendMesh', addition, extended);
const creates = planned('createTask', creation, created);

/** What changes meshes that are there. What comes more often stands here more often. */
const changes: readonly fc.Arbitrary<Plan>[] = [
  ...[extendsMesh, extendsMesh, extendsMesh, creates, creates],
  ...[addsEdge, addsEdge, addsEdge, addsEdge, removesEdge, removesEdge, updates, updates],
  ...taskVerbs,
  ...meshVerbs,
];

export const requests: readonly fc.Arbitrary<Step>[] = [
  ...[submits, submits, submits, ...changes, reruns, sendsAgain].map((plans) => asked(plans)),
  // two of the same at once are one
  asked(repeats, 2),
];

/** Without idempotency keys: a key that two different requests take at once is refused to one, whatever becomes of the other. */
const unkeyed = fc.oneof(...changes).map(
  ({ text, request }): Plan => ({
    text,
    request: (model) => {
      const made = request(model);
      return made !== undefined && 'once' in made ? { ...made, once: null } : made;
    },
  }),
);

export const pairs = fc.tuple(unkeyed, unkeyed);
