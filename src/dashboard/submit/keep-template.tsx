/** What was pasted, kept as a template: the first version of a name, or the next. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import {
  ChangeTemplateDocument,
  type CheckMeshFileQuery,
  KeepTemplateDocument,
  VersionOfTemplateDocument,
} from '../../generated/dashboard/graphql.js';
import { go, param } from '../address/address.js';
import { ask, wordsOf } from '../api/client.js';
import { may } from '../api/session.js';
import { say } from '../shell/toasts.jsx';

type Report = CheckMeshFileQuery['checkMeshFile'];
type Draft = Pick<NonNullable<Report['template']>, 'name' | 'description' | 'parameters' | 'definition'>;

/** A mesh without parameters is a template as well. */
function draftOf({ template, input }: Report): Draft | undefined {
  if (template !== null) return template;
  if (input === null) return undefined;
  const name = typeof input['name'] === 'string' ? input['name'] : null;
  return { name, description: null, parameters: [], definition: input };
}

async function keep(name: string, { description, parameters, definition }: Draft): Promise<void> {
  try {
    const text = { description, parameters: [...parameters], definition };
    const { templates } = await ask(VersionOfTemplateDocument, { name });
    const known = templates.nodes.find((one) => one.name === name)?.version;
    const version =
      known === undefined
        ? (await ask(KeepTemplateDocument, { input: { name, ...text } })).createTemplate.version
        : (await ask(ChangeTemplateDocument, { name, input: { expectedVersion: known, ...text } }))
            .updateTemplate.version;
    say({ text: `${name} is kept in version ${version}` });
    go({ page: 'templates', template: name });
  } catch (error) {
    say({ text: wordsOf(error), isFault: true });
  }
}

/** Names of templates stand in addresses. */
function plainName(name: string): string {
  return name.replace(/[^\w.-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '');
}

export function KeepTemplate({ report }: { report: Report }): JSX.Element | null {
  const typed = useSignal<string | undefined>(undefined);
  const draft = draftOf(report);
  if (draft === undefined || !may('createTemplate')) return null;
  const name = typed.value ?? (param('keep') || plainName(draft.name ?? ''));
  return (
    <form
      class="keep-template"
      onSubmit={(event) => {
        event.preventDefault();
        void keep(name, draft);
      }}
    >
      <label for="template-name">As a template called</label>
      <input
        id="template-name"
        type="text"
        value={name}
        onInput={(event) => (typed.value = event.currentTarget.value)}
      />
      <button type="submit" disabled={name === ''}>
        Keep
      </button>
    </form>
  );
}
