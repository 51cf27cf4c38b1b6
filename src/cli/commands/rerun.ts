/** `taskmesh rerun MESH`: runs a mesh, or the part of it that is asked for, again as a new mesh, and stays with it. */
import { didYouMean } from '../../kit/nearest-word.js';
import { CliRerunDocument } from '../../generated/graphql/graphql.js';
import type { RerunStrategy } from '../../lifecycle/vocabulary.js';
import type { Client } from '../client/client.js';
import { allTasks } from '../client/pages.js';
import { resolveMesh } from '../client/resolve-target.js';
import { serverFor } from '../client/server-for.js';
import type { MeshSummary } from '../client/nouns.js';
import { CliError, EXIT, usageError } from '../cli-error.js';
import { showText } from '../../orchestrator/definition/check/show-value.js';
import type { Verb } from '../verb.js';
import { attend } from '../watch/attend.js';
import { lastSeq } from '../watch/follow-mesh.js';

export interface RerunOptions {
  readonly fromFailure?: boolean;
  readonly fromTask?: string;
  readonly all?: boolean;
  readonly detach?: boolean;
}

function strategyOf({ fromFailure, fromTask, all }: RerunOptions): RerunStrategy {
  const chosen = [fromFailure === true, fromTask !== undefined, all === true].filter(Boolean).length;
  if (chosen > 1)
    throw usageError('--from-failure, --from-task and --all exclude each other', 'write one of them');
  if (fromTask !== undefined) return 'FROM_TASK';
  return all === true ? 'ALL' : 'FROM_FAILURE';
}

async function taskIdOf(client: Client, meshId: string, key: string): Promise<string> {
  const tasks = await allTasks(client, meshId);
  const found = tasks.find((task) => task.key === key || task.id === key);
  if (found !== undefined) return found.id;
  const next =
    didYouMean(
      key,
      tasks.map((task) => task.key),
    ) ?? `list its tasks with \`taskmesh status ${meshId}\``;
  throw new CliError(`the mesh has no task ${showText(key)}`, {
    exitCode: EXIT.usage,
    code: 'NOT_FOUND',
    next,
  });
}

async function startRerun(client: Client, mesh: string, options: RerunOptions): Promise<MeshSummary> {
  const { id } = await resolveMesh(client, mesh);
  const fromTaskId = options.fromTask === undefined ? null : await taskIdOf(client, id, options.fromTask);
  const variables = { id, strategy: strategyOf(options), fromTaskId };
  return (await client.request(CliRerunDocument, variables)).rerunMesh;
}

export async function rerun(verb: Verb, mesh: string, options: RerunOptions): Promise<number> {
  strategyOf(options);
  const { client, inProcess, close } = await serverFor(verb, verb.settings());
  try {
    const after = await lastSeq(client);
    const rerunMesh = await startRerun(client, mesh, options);
    if (options.detach !== true || inProcess)
      return await attend({ verb, client, meshId: rerunMesh.id, after, fromStart: true, inProcess });
    verb.answer(rerunMesh, `${rerunMesh.id}\n\ntaskmesh watch ${rerunMesh.id}\n`);
    return EXIT.ok;
  } finally {
    await close();
  }
}
