/** What one server asks of another, as it stands in a relayed request. Written by the relayed commands, read by the inbox. */
import type { Json, JsonObject } from '../../kit/json.js';
import type { Commands } from '../commands.js';

export type CommandName = keyof Commands;

const COMMAND_NAMES: Readonly<Record<CommandName, true>> = {
  submitMesh: true,
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
