/**
 * What one server asks of another, as it stands in a relayed request: a command, what attempts have come to, or the end of an
 * attempt. Written on the one side and read on the other, perhaps by another version.
 */
import type { Json, JsonObject } from '../../kit/json.js';
import type { AbortReason } from '../../lifecycle/abort-reason.js';
import type { AttemptKey, Outcome } from '../../lifecycle/task.js';
import type { Commands } from '../commands.js';

export type CommandName = keyof Commands;

const COMMAND_NAMES: Readonly<Record<CommandName, true>> = {
  submitMesh: true,
  instantiateTemplate: true,
  extendMesh: true,
  createTask: true,
  updateTask: true,
  deleteTask: true,
  executeTask: true,
  cancelTask: true,
  holdTask: true,
  releaseTask: true,
  retryTask: true,
  addEdge: true,
  removeEdge: true,
  cancelMesh: true,
  pauseMesh: true,
  resumeMesh: true,
  rerunMesh: true,
};

/** All commands, each made by its name. */
export function everyCommand(
  make: (name: CommandName) => (...args: readonly unknown[]) => Promise<unknown>,
): Commands {
  const names = Object.keys(COMMAND_NAMES) as CommandName[];
  return Object.fromEntries(names.map((name) => [name, make(name)])) as unknown as Commands;
}

/** Arguments are JSON by their types; one that is left out at the end is left out here. */
export function commandBody(name: CommandName, args: readonly unknown[]): JsonObject {
  const given = [...args];
  while (given.length > 0 && given.at(-1) === undefined) given.pop();
  return { command: name, arguments: given as Json[] };
}

/** Undefined where this version knows no such command: a newer server sent it. */
export function readCommand(body: Json): { name: CommandName; args: readonly unknown[] } | undefined {
  const { command, arguments: args } = body as { command?: unknown; arguments?: unknown };
  if (typeof command !== 'string' || !Object.hasOwn(COMMAND_NAMES, command) || !Array.isArray(args))
    return undefined;
  return { name: command as CommandName, args };
}

/** What only the server that leads can do, beside the commands: parts above the orchestrator have their own names and arguments. */
export interface LeaderTask {
  readonly task: string;
  readonly arguments: readonly Json[];
}

export function leaderTaskBody({ task, arguments: args }: LeaderTask): JsonObject {
  return { leaderTask: task, arguments: [...args] };
}

export function readLeaderTask(body: Json): LeaderTask | undefined {
  const { leaderTask, arguments: args } = body as { leaderTask?: unknown; arguments?: unknown };
  if (typeof leaderTask !== 'string' || !Array.isArray(args)) return undefined;
  return { task: leaderTask, arguments: args as Json[] };
}

/** From the server that runs the attempts to the one that leads. */
export interface AttemptReport {
  readonly settled: readonly { readonly key: AttemptKey; readonly outcome: Outcome }[];
  readonly progressed: readonly {
    readonly key: AttemptKey;
    readonly fraction: number;
    readonly message: string | null;
  }[];
  readonly alive: readonly AttemptKey[];
}

export function reportBody(report: AttemptReport): JsonObject {
  return { report: report as unknown as Json };
}

export function readReport(body: Json): AttemptReport | undefined {
  const { report } = body as { report?: Partial<AttemptReport> };
  if (typeof report !== 'object' || report === null) return undefined;
  const { settled = [], progressed = [], alive = [] } = report;
  return { settled, progressed, alive };
}

export function abortBody({ token }: AttemptKey, reason: AbortReason): JsonObject {
  return { abort: token, reason };
}

export function readAbort(body: Json): { token: number; reason: AbortReason } | undefined {
  const { abort, reason } = body as { abort?: unknown; reason?: unknown };
  return typeof abort === 'number' ? { token: abort, reason: reason as AbortReason } : undefined;
}

/** From the server that leads to one that ran attempts under the last leader: what of these was never begun there? */
export function inquiryBody(keys: readonly AttemptKey[]): JsonObject {
  return { inquiry: keys.map(({ taskId, attempt, token }) => ({ taskId, attempt, token })) };
}

export function readInquiry(body: Json): readonly AttemptKey[] | undefined {
  const { inquiry } = body as { inquiry?: readonly AttemptKey[] };
  return Array.isArray(inquiry) ? inquiry : undefined;
}
