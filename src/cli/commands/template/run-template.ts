/** `taskmesh template run NAME --param k=v`: a mesh of a template, stayed with until it ends. */
import {
  GetTemplateDocument,
  InstantiateTemplateDocument,
  type TemplateFieldsFragment,
} from '../../../generated/graphql/graphql.js';
import { CliError, EXIT } from '../../cli-error.js';
import { connect } from '../../client/connect.js';
import { counted } from '../../output/counted.js';
import { plainText } from '../../output/plain-text.js';
import type { Verb } from '../../verb.js';
import { attend } from '../../watch/attend.js';
import { lastSeq } from '../../watch/follow-mesh.js';

export interface RunTemplateOptions {
  readonly param?: Readonly<Record<string, string>>;
  readonly versionNumber?: number;
  readonly name?: string;
  readonly idempotencyKey?: string;
  readonly detach?: boolean;
}

export async function runTemplate(
  verb: Verb,
  template: string,
  { param = {}, versionNumber, name, idempotencyKey, detach }: RunTemplateOptions,
): Promise<number> {
  const client = await connect(verb.settings());
  try {
    const found = await client.request(GetTemplateDocument, { name: template, version: versionNumber });
    const params = readParams(found.template.parameters, param);
    const after = await lastSeq(client);
    const input = { template, version: versionNumber, params, name, idempotencyKey };
    const { instantiateTemplate: mesh } = await client.request(InstantiateTemplateDocument, { input });
    if (detach !== true)
      return await attend({ verb, client, meshId: mesh.id, after, fromStart: true, inProcess: false });
    const tasks = counted(mesh.counts.total, 'task');
    verb.answer(
      mesh,
      `${plainText(mesh.name)} submitted: ${tasks}\n${mesh.id}\n\ntaskmesh watch ${mesh.id}\n`,
    );
    return EXIT.ok;
  } finally {
    await client.close();
  }
}

/** Texts as they are; what is no text is written as JSON. The server judges the rest. */
export function readParams(
  parameters: TemplateFieldsFragment['parameters'],
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
  const types = new Map(parameters.map(({ name, type }) => [name, type]));
  return Object.fromEntries(
    Object.entries(given).map(([name, text]) => {
      const type = types.get(name);
      const isText = type === undefined || type === 'STRING' || type === 'ENUM';
      return [name, isText ? text : parsed(name, text, type)];
    }),
  );
}

function parsed(name: string, text: string, type: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CliError(`--param ${name} must be ${type === 'JSON' ? 'JSON' : `a ${type.toLowerCase()}`}`, {
      exitCode: EXIT.usage,
      code: 'INVALID_INPUT',
    });
  }
}
