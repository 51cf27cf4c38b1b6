/** One template: its form, what would run and for how long, its definition and its versions. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import {
  DropTemplateDocument,
  PreviewTemplateDocument,
  RunTemplateDocument,
  SimulateMeshDocument,
  type SubmitMeshInput,
  TemplateFormDocument,
  type TemplateFormQuery,
} from '../../generated/dashboard/graphql.js';
import { go, linkTo, param } from '../address/address.js';
import { ask, wordsOf } from '../api/client.js';
import { may, mayChange } from '../api/session.js';
import { useAsk } from '../api/use-ask.js';
import { act } from '../parts/act.js';
import { TextField } from '../parts/field.jsx';
import { FaultBox, Heading, Section } from '../parts/frame.jsx';
import { Glyph } from '../parts/glyph.jsx';
import { Table } from '../parts/table.jsx';
import { ago, day } from '../parts/words.js';
import { yamlText } from '../parts/yaml-text.js';
import { say } from '../shell/toasts.jsx';
import { keepDraft } from '../submit/draft.js';
import { PlanBars, PlanFigures } from '../submit/plan.jsx';
import { Preview } from '../submit/preview.jsx';
import { Fields, type Typed, valuesOf } from './template-fields.jsx';

type Template = TemplateFormQuery['template'];
type Call = { template: string; version: number; params: Record<string, unknown>; name: string | null };

async function run(call: Call): Promise<void> {
  try {
    const { instantiateTemplate: mesh } = await ask(RunTemplateDocument, {
      input: { ...call, idempotencyKey: crypto.randomUUID() },
    });
    say({ text: `${mesh.name} is submitted` });
    go({ page: 'mesh', mesh: mesh.id });
  } catch (error) {
    say({ text: wordsOf(error), isFault: true });
  }
}

/** The file that it could be made of, put into the field of a new mesh. */
function edit({ name, parameters, definition }: Template): void {
  const listed = parameters.map(({ name: key, required: _, ...rest }) => [
    key,
    Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null)),
  ]);
  const { name: mesh, tasks, ...about } = definition;
  const file = { name: mesh, ...about, parameters: Object.fromEntries(listed), tasks };
  keepDraft(`# the template ${name}\n${yamlText(file)}`);
  go({ page: 'submit', keep: name });
}

function Simulated({ input }: { input: SubmitMeshInput }): JSX.Element {
  const { value, fault } = useAsk(SimulateMeshDocument, { input });
  const plan = value.value?.simulateMesh;
  return (
    <>
      <FaultBox text={fault.value} />
      <Preview input={input} critical={plan?.criticalPath.keys ?? []} />
      {plan !== undefined && (
        <Section title="If it ran now" says="Simulated on the places as they are.">
          <PlanFigures plan={plan} />
          <PlanBars plan={plan} />
        </Section>
      )}
    </>
  );
}

function Versions({ template }: { template: Template }): JSX.Element {
  return (
    <Table label="Versions" heads={['Version', 'Changed by', '#When']} isDense>
      {template.versions.map(({ version, changedBy, changedAt }) => (
        <tr key={version}>
          <td>
            <a
              href={linkTo({ version: version === template.latest ? null : String(version) })}
              aria-current={version === template.version ? 'true' : undefined}
            >
              {version}
            </a>
          </td>
          <td class="muted">{changedBy}</td>
          <td class="cell-number muted" title={day(changedAt)}>
            {ago(changedAt)}
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Form({ template }: { template: Template }): JSX.Element {
  const typed = useSignal<Typed>({});
  const title = useSignal('');
  const { name, version } = template;
  const params = valuesOf(template.parameters, typed.value);
  const call = { template: name, version, params, name: title.value === '' ? null : title.value };
  const { value, fault } = useAsk(PreviewTemplateDocument, { input: call });
  const report = value.value?.previewTemplate;
  const input = report?.input as SubmitMeshInput | null | undefined;
  const others = report?.faults.filter(({ path }) => !path.startsWith('params') && path !== 'name') ?? [];
  return (
    <div class="submit">
      <form
        class="submit-side form"
        onSubmit={(event) => {
          event.preventDefault();
          if (input != null) void run(call);
        }}
      >
        <Fields
          parameters={template.parameters}
          typed={typed.value}
          faults={report?.faults ?? []}
          onTyped={(next) => (typed.value = next)}
        />
        <TextField
          name="Name of the mesh"
          path="name"
          faults={report?.faults ?? []}
          value={title.value}
          placeholder={String(template.definition['name'])}
          onValue={(next) => (title.value = next)}
        />
        <FaultBox text={fault.value} />
        {others.length > 0 && (
          <ul class="faults" aria-label="What is wrong">
            {others.map(({ path, message }, index) => (
              <li key={index}>
                <span>
                  <code>{path}</code> {message}
                </span>
              </li>
            ))}
          </ul>
        )}
        {may('instantiateTemplate') && (
          <button type="submit" class="primary fit" disabled={input == null}>
            <Glyph name="play" /> Run
          </button>
        )}
        <Versions template={template} />
      </form>
      <div class="submit-side">{input != null && <Simulated input={input} />}</div>
    </div>
  );
}

export function TemplateView(): JSX.Element {
  const name = param('template');
  const version = param('version') === '' ? null : Number(param('version'));
  const { value, fault } = useAsk(TemplateFormDocument, { name, version });
  const template = value.value?.template;
  const isNewest = template?.version === template?.latest;
  return (
    <div class="page is-wide">
      <Heading
        title={name}
        says={
          template && `version ${template.version}${isNewest ? '' : `, the newest is ${template.latest}`}`
        }
      >
        <a class="button" href={linkTo({ page: 'templates' })}>
          <Glyph name="back" /> All
        </a>
        {template !== undefined && (
          <button type="button" onClick={() => edit(template)}>
            Edit as file
          </button>
        )}
        {template !== undefined && mayChange('deleteTemplate', template.createdBy) && (
          <button
            type="button"
            onClick={() =>
              void act(DropTemplateDocument, { name }, { text: `${name} is deleted` }).then((done) => {
                if (done) go({ page: 'templates' });
              })
            }
          >
            Delete
          </button>
        )}
      </Heading>
      <FaultBox text={fault.value} />
      {template?.description != null && <p class="muted">{template.description}</p>}
      {template !== undefined && <Form key={`${template.name} ${template.version}`} template={template} />}
    </div>
  );
}
