/** `taskmesh template list|show|save|delete`. */
import {
  CreateTemplateDocument,
  DeleteTemplateDocument,
  GetTemplateDocument,
  type GetTemplateQuery,
  type TemplateFieldsFragment,
  TemplateListDocument,
  type TemplateParameterInput,
  UpdateTemplateDocument,
} from '../../../generated/graphql/graphql.js';
import { asTemplate } from '../../../orchestrator/template/definition-file.js';
import { CliError, EXIT } from '../../cli-error.js';
import type { Client } from '../../client/client.js';
import { connect } from '../../client/connect.js';
import { faulty, inspectDefinition, taskDefaults } from '../../mesh-source.js';
import { counted } from '../../output/counted.js';
import { table } from '../../output/table.js';
import type { Verb } from '../../verb.js';

export interface ShowOptions {
  readonly versionNumber?: number;
}

export interface SaveOptions {
  readonly name?: string;
  readonly expected?: number;
}

export async function listTemplates(verb: Verb, { search }: { search?: string }): Promise<void> {
  const client = await connect(verb.settings());
  const all: TemplateFieldsFragment[] = [];
  for (let after: string | null | undefined; after !== null; ) {
    const { templates } = await client.request(TemplateListDocument, { search, first: 100, after });
    all.push(...templates.nodes);
    after = templates.pageInfo.hasNextPage ? (templates.pageInfo.endCursor ?? null) : null;
  }
  verb.answer(all, () =>
    table([
      ['NAME', 'VERSION', 'CHANGED', 'BY', 'PARAMETERS'],
      ...all.map(({ name, version, changedAt, changedBy, parameters }) => [
        ...[name, String(version), changedAt, changedBy],
        parameters.map((one) => one.name + (one.required ? '' : '?')).join(' ') || '-',
      ]),
    ]),
  );
}

export async function showTemplate(verb: Verb, name: string, { versionNumber }: ShowOptions): Promise<void> {
  const client = await connect(verb.settings());
  const { template } = await client.request(GetTemplateDocument, { name, version: versionNumber });
  verb.answer(template, () => textOf(template));
}

function textOf({ name, version, latest, isDeleted, ...about }: GetTemplateQuery['template']): string {
  const state = isDeleted ? ', deleted' : version === latest ? '' : `, the newest is ${latest}`;
  const parameters = about.parameters.map((one) => [
    ...[
      one.name,
      one.type.toLowerCase(),
      one.required ? 'required' : `default ${JSON.stringify(one.default)}`,
    ],
    one.description ?? '',
  ]);
  const versions = about.versions.map((one) => [String(one.version), one.changedAt, one.changedBy]);
  const head = `${name}, version ${version}${state}\n${about.description ? `${about.description}\n` : ''}`;
  const asked = parameters.length === 0 ? '' : `\n${table([['PARAMETER', 'TYPE', '', ''], ...parameters])}`;
  return `${head}${asked}\n${table([['VERSION', 'CHANGED', 'BY'], ...versions])}`;
}

/** A new version of what has the name already; which one that is, is looked up unless it was said. */
export async function saveTemplate(verb: Verb, file: string, options: SaveOptions): Promise<void> {
  const settings = verb.settings();
  const read = await inspectDefinition(file, {
    cwd: verb.shell.cwd,
    defaults: taskDefaults(settings.config),
  });
  if (!read.ok) throw faulty(file, read.faults);
  const { name: named, description, parameters, definition } = asTemplate(read);
  const name = options.name ?? named;
  if (name === null)
    throw new CliError('the name of the mesh has parameters in it', {
      ...{ exitCode: EXIT.usage, code: 'INVALID_INPUT' },
      next: 'say how the template is called: --name NAME',
    });
  const client = await connect(settings);
  const text = { description, parameters: parameters as readonly TemplateParameterInput[], definition };
  const expected = options.expected ?? (await versionOf(client, name));
  const saved =
    expected === undefined
      ? (await client.request(CreateTemplateDocument, { input: { name, ...text } })).createTemplate
      : (
          await client.request(UpdateTemplateDocument, {
            name,
            input: { expectedVersion: expected, ...text },
          })
        ).updateTemplate;
  verb.answer(
    saved,
    `${saved.name} is in version ${saved.version}, with ${counted(saved.parameters.length, 'parameter')}\n`,
  );
}

async function versionOf(client: Client, name: string): Promise<number | undefined> {
  try {
    return (await client.request(GetTemplateDocument, { name })).template.version;
  } catch (error) {
    if (error instanceof CliError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}

export async function deleteTemplate(verb: Verb, name: string): Promise<void> {
  const client = await connect(verb.settings());
  const { deleteTemplate: id } = await client.request(DeleteTemplateDocument, { name });
  verb.answer({ id, name }, `${name} is deleted\n`);
}
