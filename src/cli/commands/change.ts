/** `taskmesh cancel MESH|TASK` and `taskmesh retry TASK`: one change, told back as the commit left it. */
import {
  CliCancelMeshDocument,
  CliCancelTaskDocument,
  CliRetryDocument,
} from '../../generated/graphql/graphql.js';
import { connect } from '../client/connect.js';
import { resolveTarget, resolveTask } from '../client/resolve-target.js';
import type { MeshSummary, TaskSummary } from '../client/nouns.js';
import { plainText } from '../output/plain-text.js';
import { looks } from '../output/style.js';
import type { Verb } from '../verb.js';

function told(
  name: string,
  { id, status }: { readonly id: string; readonly status: MeshSummary['status'] | TaskSummary['status'] },
): string {
  return `${plainText(name)} ${looks[status].word}\n${id}\n`;
}

export async function cancel(verb: Verb, text: string): Promise<void> {
  const client = await connect(verb.settings());
  const { mesh, task } = await resolveTarget(client, text);
  if (mesh !== undefined) {
    const { cancelMesh } = await client.request(CliCancelMeshDocument, { id: mesh.id });
    return verb.answer(cancelMesh, told(cancelMesh.name, cancelMesh));
  }
  const { cancelTask } = await client.request(CliCancelTaskDocument, { id: task.id });
  verb.answer(cancelTask, told(cancelTask.key, cancelTask));
}

export async function retry(verb: Verb, text: string): Promise<void> {
  const client = await connect(verb.settings());
  const { id } = await resolveTask(client, text);
  const { retryTask } = await client.request(CliRetryDocument, { id });
  verb.answer(retryTask, `${told(retryTask.key, retryTask)}in mesh ${retryTask.meshId}\n`);
}
