/**
 * What has to be done to a mesh so that it becomes what its file says now: the difference of two files, both as the server reads
 * them, as operations of the API in an order in which they can be carried out. What cannot be done is said with its reason;
 * the server has the last word when it is carried out.
 */
import type { SubmitMeshInput, TaskStatus } from '../../generated/dashboard/graphql.js';
import type { Task } from './mesh-text.js';

type TaskInput = SubmitMeshInput['tasks'][number];
type Fields = Readonly<Record<string, unknown>>;

export interface Wired {
  readonly source: string;
  readonly target: string;
  readonly type: string;
  readonly weight: number;
}

export type Operation = { readonly says: string; readonly why?: string } & (
  | { readonly kind: 'removeEdge'; readonly source: string; readonly target: string }
  | { readonly kind: 'deleteTask'; readonly key: string }
  | { readonly kind: 'extend'; readonly tasks: readonly TaskInput[]; readonly edges: readonly Wired[] }
  | { readonly kind: 'updateTask'; readonly key: string; readonly patch: Fields }
  | { readonly kind: 'none' }
);

const LABELS = ['name', 'description', 'tags', 'metadata'];
const WHILE_RUNNING = [
  ...LABELS,
  'priority',
  'fairness',
  'retryPolicy',
  'executionTimeoutMs',
  'heartbeatTimeoutMs',
];
const ENDED: ReadonlySet<TaskStatus> = new Set<TaskStatus>([
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'SKIPPED',
  'UPSTREAM_FAILED',
]);
const MASK = '"***"';

function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const members = Object.entries(value).filter(([, member]) => member !== undefined && member !== null);
  return `{${members
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${name}:${canonical(member)}`)
    .join(',')}}`;
}

function wiresOf({ tasks, edges }: SubmitMeshInput): Map<string, Wired> {
  const wired = [
    ...tasks.flatMap(({ key: target, dependsOn }) =>
      (dependsOn ?? []).map(({ task: source, ...rest }) => ({ source, target, ...rest })),
    ),
    ...(edges ?? []),
  ];
  return new Map(
    wired.map(({ source, target, type, weight }) => [
      `${source}\0${target}`,
      { source, target, type: type ?? 'HARD', weight: weight ?? 0 },
    ]),
  );
}

/** Null takes a field back to what it is without being said. */
function patchOf(before: TaskInput, after: TaskInput): Fields {
  const [old, now] = [before as Fields, after as Fields];
  const names = new Set([...Object.keys(old), ...Object.keys(now)]);
  const changed = [...names].filter(
    (name) => name !== 'key' && name !== 'dependsOn' && canonical(old[name]) !== canonical(now[name]),
  );
  return Object.fromEntries(
    changed.map((name) => [name, now[name] ?? (name === 'name' ? now['key'] : null)]),
  );
}

function whyNot(patch: Fields, status: TaskStatus): string | undefined {
  if (canonical(patch['work']).includes(MASK))
    return 'secrets are masked here: sign in as somebody who may see them, or leave its work as it is';
  const allowed = ENDED.has(status) ? LABELS : status === 'RUNNING' ? WHILE_RUNNING : undefined;
  const fixed = allowed && Object.keys(patch).filter((name) => !allowed.includes(name));
  if (fixed === undefined || fixed.length === 0) return undefined;
  const state = ENDED.has(status) ? `has ended (${status})` : 'runs';
  return `it ${state}: ${fixed.join(', ')} stays as it is; only ${allowed?.join(', ')} may change`;
}

function reasoned(why: string | undefined): { why?: string } {
  return why === undefined ? {} : { why };
}

/** `tasks`: as they are in the mesh now. */
export function meshEdit(
  before: SubmitMeshInput,
  after: SubmitMeshInput,
  tasks: readonly Task[],
): Operation[] {
  const known = new Map(tasks.map((task) => [task.key, task]));
  const [old, now] = [
    new Map(before.tasks.map((one) => [one.key, one])),
    new Map(after.tasks.map((one) => [one.key, one])),
  ];
  const gone = before.tasks.filter(({ key }) => !now.has(key));
  const added = after.tasks.filter(({ key }) => !old.has(key));
  const [wiresBefore, wiresAfter] = [wiresOf(before), wiresOf(after)];
  const isSame = (id: string): boolean => canonical(wiresBefore.get(id)) === canonical(wiresAfter.get(id));
  const cut = [...wiresBefore].filter(([id, { target }]) => !isSame(id) && now.has(target));
  const drawn = [...wiresAfter]
    .filter(([id, { target }]) => !isSame(id) && old.has(target))
    .map(([, wire]) => wire);
  return [
    ...ofMesh(before, after),
    ...cut.map(([, { source, target }]) => ({
      ...{ kind: 'removeEdge' as const, source, target, says: `${target} does not depend on ${source}` },
      ...reasoned(startedWhy(known.get(target), 'its dependencies are history')),
    })),
    ...gone.map(({ key }) => ({
      ...{ kind: 'deleteTask' as const, key, says: `${key} is deleted` },
      ...reasoned(startedWhy(known.get(key), 'it is part of the history of this mesh')),
    })),
    ...extension(added, drawn),
    ...after.tasks.flatMap((task): Operation[] => {
      const was = old.get(task.key);
      const patch = was === undefined ? {} : patchOf(was, task);
      if (Object.keys(patch).length === 0) return [];
      const why = whyNot(patch, known.get(task.key)?.status ?? 'PENDING');
      const says = `${task.key}: ${Object.keys(patch).join(', ')}`;
      return [{ kind: 'updateTask', key: task.key, patch, says, ...reasoned(why) }];
    }),
  ];
}

function startedWhy(task: Task | undefined, what: string): string | undefined {
  if (task === undefined) return undefined;
  return task.attempt > 0 ? `it has started (${task.status}): ${what}` : undefined;
}

function ofMesh(before: SubmitMeshInput, after: SubmitMeshInput): Operation[] {
  const about = (input: SubmitMeshInput): Fields => ({ ...input, tasks: null, edges: null });
  if (canonical(about(before)) === canonical(about(after))) return [];
  const why =
    'of a mesh that exists only tasks and edges may change; submit the file as a new mesh for the rest';
  return [{ kind: 'none', says: 'what stands above the tasks', why }];
}

/** All that is new goes in at once, or not at all. */
function extension(tasks: readonly TaskInput[], edges: readonly Wired[]): Operation[] {
  if (tasks.length + edges.length === 0) return [];
  const says = [
    ...tasks.map(({ key }) => `${key} is new`),
    ...edges.map(({ source, target, type }) => `${target} depends on ${source} (${type})`),
  ].join(', ');
  return [{ kind: 'extend', tasks, edges, says }];
}
