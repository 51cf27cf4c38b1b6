/** All meshes, the newest first: how each is, how far, how long. Looked at again every two seconds. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { MeshListDocument, type MeshListQuery, type MeshStatus } from '../../generated/dashboard/graphql.js';
import { mayAct } from '../api/session.js';
import { useAsk } from '../api/use-ask.js';
import { Empty, FaultBox, Heading } from '../parts/frame.jsx';
import { Glyph } from '../parts/glyph.jsx';
import { CountsBar, listOf, StatusIcon } from '../parts/status-mark.jsx';
import { WORD } from '../parts/statuses.js';
import { ago, count, day, duration, plural } from '../parts/words.js';
import { go, linkTo, param } from '../address/address.js';
import { useKeys } from '../shell/keyboard.js';
import { Pager, Table } from '../parts/table.jsx';

const HEADS = ['Status', 'Mesh', 'Tasks', '#Ended', '#Now', '#Took', '#Started'];
type Row = MeshListQuery['meshes']['nodes'][number];

const LOOK_MS = 2000;
const PAGE = 50;
const STATUSES: readonly MeshStatus[] = ['RUNNING', 'PAUSED', 'COMPLETED', 'FAILED', 'CANCELLED'];

function took({ createdAt, finishedAt }: Row): string {
  const end = finishedAt === null ? Date.now() : Date.parse(finishedAt);
  return duration((end - Date.parse(createdAt)) / 1000);
}

function ended({ counts }: Row): number {
  return counts.completed + counts.failed + counts.cancelled + counts.skipped + counts.upstreamFailed;
}

function MeshRow({ mesh }: { mesh: Row }): JSX.Element {
  const { counts } = mesh;
  return (
    <tr>
      <td class="cell-status">
        <StatusIcon status={mesh.status} />
        <span>{WORD[mesh.status]}</span>
      </td>
      <td class="cell-name">
        <a href={linkTo({ page: 'mesh', mesh: mesh.id })}>{mesh.name}</a>
        {mesh.parentMeshId !== null && <span class="tag">rerun</span>}
        {mesh.tags.map((tag) => (
          <span key={tag} class="tag">
            {tag}
          </span>
        ))}
      </td>
      <td class="cell-bar">
        <CountsBar counts={listOf(counts)} />
      </td>
      <td class="cell-number">
        {count(ended(mesh))} / {count(counts.total)}
      </td>
      <td class="cell-number">
        {counts.running > 0
          ? `${count(counts.running)} running`
          : counts.failed > 0
            ? `${count(counts.failed)} failed`
            : ''}
      </td>
      <td class="cell-number">{took(mesh)}</td>
      <td class="cell-number muted" title={day(mesh.createdAt)}>
        {ago(mesh.createdAt)}
      </td>
    </tr>
  );
}

function Filters(): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  const status = param('is');
  useKeys([{ key: '/', says: 'Search meshes', run: () => field.current?.focus() }], []);
  return (
    <div class="toolbar">
      <nav class="tabs" aria-label="Which meshes">
        <a href={linkTo({ is: null, more: null })} aria-current={status === '' ? 'page' : undefined}>
          All
        </a>
        {STATUSES.map((one) => (
          <a
            key={one}
            href={linkTo({ is: one, more: null })}
            aria-current={status === one ? 'page' : undefined}
          >
            {WORD[one]}
          </a>
        ))}
      </nav>
      <div class="toolbar-tools">
        <div class="search">
          <Glyph name="search" size={14} />
          <input
            ref={field}
            type="search"
            placeholder="Search meshes  /"
            aria-label="Search meshes"
            value={param('q')}
            onInput={(event) => go({ q: event.currentTarget.value }, { replace: true })}
          />
        </div>
      </div>
    </div>
  );
}

export function MeshesPage(): JSX.Element {
  const status = param('is') as MeshStatus | '';
  const words = param('q');
  const after = useSignal<readonly string[]>([]);
  const filter = { ...(status !== '' && { statuses: [status] }), ...(words !== '' && { search: words }) };
  const { value, fault } = useAsk(
    MeshListDocument,
    { first: PAGE, filter, after: after.value.at(-1) ?? null },
    LOOK_MS,
  );
  const meshes = value.value?.meshes;
  return (
    <div class="page">
      <Heading title="Meshes" says={meshes === undefined ? '…' : plural(meshes.totalCount, 'mesh')}>
        <a class="button primary" href={linkTo({ page: 'submit' })}>
          <Glyph name="add" /> {mayAct.value ? 'New mesh' : 'Try a mesh'}
        </a>
      </Heading>
      <Filters />
      <FaultBox text={fault.value} />
      {meshes !== undefined && meshes.nodes.length === 0 && (
        <Empty title={words === '' && status === '' ? 'No mesh yet' : 'No mesh is like that'}>
          Submit one here, or run <code>npx taskmesh run examples/release.mesh.yaml</code>.
        </Empty>
      )}
      {meshes !== undefined && meshes.nodes.length > 0 && (
        <Table label="Meshes" heads={HEADS}>
          {meshes.nodes.map((mesh) => (
            <MeshRow key={mesh.id} mesh={mesh} />
          ))}
        </Table>
      )}
      <Pager after={after} next={meshes?.pageInfo.hasNextPage === true ? meshes.pageInfo.endCursor : null} />
    </div>
  );
}
