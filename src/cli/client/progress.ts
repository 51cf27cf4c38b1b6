/** How far a mesh is. An estimate is a courtesy: where none is to be had the answer is null, and the caller goes on. */
import { CliEtaDocument } from '../../generated/graphql/graphql.js';
import { CliError } from '../cli-error.js';
import type { Client } from './client.js';
import type { Progress } from './nouns.js';

export async function progressOf(client: Client, id: string, signal?: AbortSignal): Promise<Progress | null> {
  try {
    const { mesh } = await client.request(CliEtaDocument, { id }, signal);
    return mesh?.progress ?? null;
  } catch (error) {
    if (error instanceof CliError || signal?.aborted === true) return null;
    throw error;
  }
}
