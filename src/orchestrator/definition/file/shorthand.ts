/**
 * The short forms that mesh files allow, written out to the one shape of the API: tasks as a map, a kind of work
 * straight in the task, `wait: 2s`, dependencies as bare keys. Called for every mesh file that is not WfFormat. It
 * judges nothing: what it does not know it hands on, for `check-mesh.ts` to refuse.
 */
import { isRecord } from '../check/checks.js';
import type { Step } from '../check/inspection.js';
import { showText } from '../check/show-value.js';
import type { FileFault, Tree } from './tree.js';

export interface Expanded {
  readonly input: unknown;
  readonly faults: readonly FileFault[];
  /** Where in the file the value at a path of `input` was written. */
  filePathOf(path: readonly Step[]): readonly Step[];
}

type Fields = Readonly<Record<string, unknown>>;

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `500`, `2s`, `1.5h`; what is no duration stays as it is. */
function milliseconds(value: unknown): unknown {
  const found = typeof value === 'string' ? /^(\d{1,9}(?:\.\d{1,3})?) ?(ms|s|m|h|d)$/.exec(value) : null;
  return found === null ? value : Math.round(Number(found[1]) * (units[found[2] ?? ''] ?? 1));
}

/** The field that a kind of work gives its short form. */
const shortForms = {
  command: { field: 'argv', isShort: (value: unknown) => !isRecord(value) },
  module: { field: 'path', isShort: (value: unknown) => !isRecord(value) },
  http: { field: 'url', isShort: (value: unknown) => !isRecord(value) },
  circuit: { field: 'source', isShort: (value: unknown) => !isRecord(value) },
  wait: { field: 'durationMs', isShort: (value: unknown) => !isRecord(value) },
} as const;
type Kind = keyof typeof shortForms;
const kinds = Object.keys(shortForms) as readonly Kind[];

/** In YAML `[sleep, 1.10]` means the text as it stands there, not the number. */
function asText(value: unknown, path: readonly Step[], tree: Tree): unknown {
  return typeof value === 'number' || typeof value === 'boolean' ? (tree.plainTextAt(path) ?? value) : value;
}

function textsOf(value: unknown, path: readonly Step[], tree: Tree): unknown {
  if (Array.isArray(value))
    return value.map((entry: unknown, index) => asText(entry, [...path, index], tree));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [name, asText(entry, [...path, name], tree)]),
  );
}

function expandCommand(command: Fields, path: readonly Step[], short: boolean, tree: Tree): Fields {
  const argv = textsOf(command.argv, short ? path : [...path, 'argv'], tree);
  const env = 'env' in command ? { env: textsOf(command.env, [...path, 'env'], tree) } : {};
  return { ...command, argv, ...env };
}

function expandKind(kind: Kind, value: unknown, path: readonly Step[], tree: Tree): unknown {
  const short = shortForms[kind].isShort(value);
  const long: unknown = short
    ? { [shortForms[kind].field]: kind === 'wait' ? milliseconds(value) : value }
    : value;
  return kind === 'command' && isRecord(long) ? expandCommand(long, path, short, tree) : long;
}

function expandDependencies(value: unknown): unknown {
  if (typeof value === 'string') return [{ task: value }];
  if (!Array.isArray(value)) return value;
  return value.map((entry: unknown) => (typeof entry === 'string' ? { task: entry } : entry));
}

function expandTask(key: string | undefined, task: unknown, path: readonly Step[], tree: Tree): unknown {
  const given = task === null && key !== undefined ? {} : task;
  if (!isRecord(given)) return given;
  const used = kinds.filter((kind) => kind in given);
  const rest = Object.entries(given).filter(([name]) => !used.includes(name as Kind));
  const work = used.map((kind) => [kind, expandKind(kind, given[kind], [...path, kind], tree)]);
  const expanded: [string, unknown][] = [...rest];
  if (key !== undefined) expanded.unshift(['key', key]);
  if (used.length > 0)
    expanded.push(['work', { ...(isRecord(given.work) ? given.work : {}), ...Object.fromEntries(work) }]);
  if ('dependsOn' in given) expanded.push(['dependsOn', expandDependencies(given.dependsOn)]);
  return Object.fromEntries(expanded);
}

/** In a map the key stands before the colon; writing it again is at best confusing. */
function repeatedKeys(tasks: Fields, tree: Tree): FileFault[] {
  const repeated = Object.entries(tasks).filter(
    ([key, task]) => isRecord(task) && 'key' in task && task.key !== key,
  );
  return repeated.map(([key]) => ({
    path: `tasks.${key}.key`,
    message: `must not differ from the name before the colon, ${showText(key)}; leave it out`,
    ...tree.positionOf(['tasks', key, 'key']),
  }));
}

/** From the long form back: `work.command.argv[0]` was written as `command[0]`. */
function workPath(task: Fields, [, kind, field, ...rest]: readonly Step[]): readonly Step[] {
  if (kind === undefined) return [kinds.find((known) => known in task) ?? 'work'];
  if (!Object.hasOwn(task, kind) || !Object.hasOwn(shortForms, kind))
    return ['work', kind, ...(field === undefined ? [] : [field]), ...rest];
  const short = shortForms[kind as Kind];
  const skipped = field === short.field && short.isShort(task[kind]);
  return skipped || field === undefined ? [kind, ...rest] : [kind, field, ...rest];
}

function dependencyPath(task: Fields, path: readonly Step[]): readonly Step[] {
  const [, index, field] = path;
  const written = task.dependsOn;
  if (typeof written === 'string') return ['dependsOn'];
  const entry: unknown = Array.isArray(written) && typeof index === 'number' ? written[index] : undefined;
  return field === 'task' && typeof entry === 'string' ? path.slice(0, 2) : path;
}

function taskPath(task: unknown, path: readonly Step[], keyed: boolean): readonly Step[] {
  if (!isRecord(task)) return path;
  if (path[0] === 'work') return workPath(task, path);
  if (path[0] === 'dependsOn') return dependencyPath(task, path);
  return path[0] === 'key' && keyed ? [] : path;
}

export function expandShorthand(tree: Tree): Expanded {
  const given = tree.value;
  if (!isRecord(given) || given.tasks === undefined || given.tasks === null) {
    return { input: given, faults: [], filePathOf: (path) => path };
  }
  const keyed = isRecord(given.tasks) ? given.tasks : undefined;
  const keys = keyed === undefined ? undefined : Object.keys(keyed);
  const written: readonly unknown[] | undefined = keyed === undefined ? undefined : Object.values(keyed);
  const listed: unknown = written ?? given.tasks;
  const tasks: unknown = !Array.isArray(listed)
    ? listed
    : listed.map((task: unknown, index) =>
        expandTask(keys?.[index], task, ['tasks', keys?.[index] ?? index], tree),
      );
  return {
    input: { ...given, tasks },
    faults: keyed === undefined ? [] : repeatedKeys(keyed, tree),
    filePathOf: ([first, index, ...rest]) => {
      if (first !== 'tasks' || typeof index !== 'number')
        return [first, index, ...rest].filter((step) => step !== undefined);
      const task: unknown = Array.isArray(listed) ? listed[index] : undefined;
      return ['tasks', keys?.[index] ?? index, ...taskPath(task, rest, keys !== undefined)];
    },
  };
}
