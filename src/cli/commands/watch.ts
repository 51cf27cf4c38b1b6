/** `taskmesh watch MESH`: shows a mesh until it ends; leaving changes nothing. */
import { connect } from '../client/connect.js';
import { resolveMesh } from '../client/resolve-target.js';
import type { Verb } from '../verb.js';
import { attend } from '../watch/attend.js';
import { lastSeq } from '../watch/follow-mesh.js';

export async function watch(verb: Verb, mesh: string): Promise<number> {
  const client = await connect(verb.settings());
  try {
    const after = await lastSeq(client);
    const { id } = await resolveMesh(client, mesh);
    return await attend({ verb, client, meshId: id, after, fromStart: false, inProcess: false });
  } finally {
    await client.close();
  }
}
