/** Stored meshes with parameters: the list of them, and one of them as a form. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { TemplatesDocument } from '../../generated/dashboard/graphql.js';
import { go, linkTo, param } from '../address/address.js';
import { useAsk } from '../api/use-ask.js';
import { Empty, FaultBox, Heading, Tabs } from '../parts/frame.jsx';
import { Glyph } from '../parts/glyph.jsx';
import { Pager, Table } from '../parts/table.jsx';
import { ago, day } from '../parts/words.js';
import { SchedulesView } from './schedules-view.jsx';
import { TemplateView } from './template-view.jsx';
import '../style/forms.css';

const LOOK_MS = 5000;

function Lists(): JSX.Element {
  return (
    <div class="page">
      <Heading title="Templates" says="Meshes with parameters, kept in versions">
        <a class="button primary" href={linkTo({ page: 'submit' })}>
          <Glyph name="add" /> New template
        </a>
      </Heading>
      <Tabs
        label="Which"
        param="view"
        tabs={[
          { id: 'templates', name: 'Templates' },
          { id: 'schedules', name: 'Schedules' },
        ]}
      />
      {param('view') === 'schedules' ? <SchedulesView /> : <Templates />}
    </div>
  );
}

function Templates(): JSX.Element {
  const words = param('q');
  const after = useSignal<readonly string[]>([]);
  const asked = { search: words === '' ? null : words, after: after.value.at(-1) ?? null };
  const { value, fault } = useAsk(TemplatesDocument, asked, LOOK_MS);
  const templates = value.value?.templates;
  return (
    <>
      <div class="search">
        <Glyph name="search" size={14} />
        <input
          type="search"
          placeholder="Search templates"
          aria-label="Search templates"
          value={words}
          onInput={(event) => go({ q: event.currentTarget.value }, { replace: true })}
        />
      </div>
      <FaultBox text={fault.value} />
      {templates?.nodes.length === 0 && (
        <Empty title={words === '' ? 'No template yet' : 'No template is called like that'}>
          Paste a mesh with <code>parameters:</code> as a new one, or run{' '}
          <code>npx taskmesh template save examples/region.template.yaml</code>.
        </Empty>
      )}
      {templates !== undefined && templates.nodes.length > 0 && (
        <Table label="Templates" heads={['Template', 'Asks for', '#Version', 'Changed by', '#When']}>
          {templates.nodes.map((one) => (
            <tr key={one.name}>
              <td class="cell-name">
                <a href={linkTo({ template: one.name })} title={one.description ?? undefined}>
                  {one.name}
                </a>
              </td>
              <td class="muted">{one.parameters.map(({ name }) => name).join(', ') || '–'}</td>
              <td class="cell-number">{one.version}</td>
              <td class="muted">{one.changedBy}</td>
              <td class="cell-number muted" title={day(one.changedAt)}>
                {ago(one.changedAt)}
              </td>
            </tr>
          ))}
        </Table>
      )}
      <Pager
        after={after}
        next={templates?.pageInfo.hasNextPage === true ? templates.pageInfo.endCursor : null}
      />
    </>
  );
}

export function TemplatesPage(): JSX.Element {
  return param('template') === '' ? <Lists /> : <TemplateView />;
}
