/** `taskmesh run FILE`: submits a mesh and stays with it until it ends. */
import { CliSubmitDocument } from '../../generated/graphql/graphql.js';
import { loadMesh, taskDefaults } from '../mesh-source.js';
import { serverFor } from '../client/server-for.js';
import type { Verb } from '../verb.js';
import { attend } from '../watch/attend.js';
import { lastSeq } from '../watch/follow-mesh.js';

export interface RunOptions {
  readonly speed?: number;
  readonly concurrency?: number;
}

export async function run(verb: Verb, file: string, { speed, concurrency }: RunOptions): Promise<number> {
  const settings = verb.settings(
    concurrency === undefined ? {} : { execution: { maxParallelTasks: concurrency } },
  );
  const defaults = taskDefaults(settings.config);
  const { input } = await loadMesh(file, { cwd: verb.shell.cwd, speed, defaults });
  const { client, inProcess, close } = await serverFor(verb, settings);
  try {
    if (!inProcess && concurrency !== undefined)
      verb.note(`--concurrency is set by the server at ${client.url} and was ignored`);
    const after = await lastSeq(client);
    const { submitMesh } = await client.request(CliSubmitDocument, { input });
    return await attend({ verb, client, meshId: submitMesh.id, after, fromStart: true, inProcess });
  } finally {
    await close();
  }
}
