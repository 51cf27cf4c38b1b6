/** `taskmesh submit FILE`: hands a mesh to a running server and returns at once. */
import { CliSubmitDocument } from '../../generated/graphql/graphql.js';
import { counted } from '../output/counted.js';
import { loadMesh, taskDefaults } from '../mesh-source.js';
import { connect } from '../client/connect.js';
import { plainText } from '../output/plain-text.js';
import type { Verb } from '../verb.js';

export interface SubmitOptions {
  readonly speed?: number;
  readonly idempotencyKey?: string;
}

export async function submit(
  verb: Verb,
  file: string,
  { speed, idempotencyKey }: SubmitOptions,
): Promise<void> {
  const settings = verb.settings();
  const defaults = taskDefaults(settings.config);
  const { input } = await loadMesh(file, { cwd: verb.shell.cwd, speed, defaults });
  const client = await connect(settings);
  const keyed = idempotencyKey === undefined ? input : { ...input, idempotencyKey };
  const { submitMesh: mesh } = await client.request(CliSubmitDocument, {
    input: keyed,
  });
  verb.answer(
    mesh,
    `${plainText(mesh.name)} submitted: ${counted(mesh.counts.total, 'task')}\n${mesh.id}\n\ntaskmesh watch ${mesh.id}\n`,
  );
}
