/** Every committed event, the newest first, page by page. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { type EventType, MeshAuditDocument, type MeshAuditQuery } from '../../generated/dashboard/graphql.js';
import { useAsk } from '../api/use-ask.js';
import { Empty, FaultBox } from '../parts/frame.jsx';
import { StatusMark } from '../parts/status-mark.jsx';
import { WORD, type StatusName } from '../parts/statuses.js';
import { clock, count, day, sentence } from '../parts/words.js';
import { go, linkTo, param } from '../place/place.js';
import { Pager, Table } from '../parts/table.jsx';

const HEADS = ['#No.', '#At', 'What', 'Of', 'Now'];
type Event = MeshAuditQuery['events']['nodes'][number];

const PAGE = 50;
const LOOK_MS = 3000;
const KINDS: readonly (readonly [string, string, readonly EventType[]])[] = [
  ['', 'everything', []],
  [
    'mesh',
    'meshes',
    [
      'MESH_SUBMITTED',
      'MESH_EXTENDED',
      'MESH_PAUSED',
      'MESH_RESUMED',
      'MESH_COMPLETED',
      'MESH_FAILED',
      'MESH_CANCELLED',
    ],
  ],
  [
    'failed',
    'failures',
    ['TASK_FAILED', 'TASK_UPSTREAM_FAILED', 'MESH_FAILED', 'TASK_RETRYING', 'LATE_OUTCOME_REFUSED'],
  ],
  [
    'people',
    'what people did',
    [
      'TASK_HELD',
      'TASK_RELEASED',
      'TASK_CANCELLED',
      'MESH_PAUSED',
      'MESH_RESUMED',
      'MESH_CANCELLED',
      'TASK_UPDATED',
      'TASK_DELETED',
      'EDGE_ADDED',
      'EDGE_REMOVED',
    ],
  ],
];

function isStatus(text: string | null): text is StatusName {
  return text !== null && text in WORD;
}

function EventRow({ event }: { event: Event }): JSX.Element {
  const { seq, at, type, meshId, mesh, task, to } = event;
  return (
    <tr>
      <td class="cell-number muted">{count(seq)}</td>
      <td class="cell-number" title={day(at)}>
        {clock(at)}
      </td>
      <td>{sentence(type)}</td>
      <td class="cell-name">
        <a href={linkTo({ page: 'mesh', mesh: meshId })}>{mesh?.name ?? 'a mesh'}</a>
        {task !== null && <a href={linkTo({ page: 'mesh', mesh: meshId, task: task.id })}>{task.name}</a>}
      </td>
      <td>{isStatus(to) && <StatusMark status={to} />}</td>
    </tr>
  );
}

export function Events(): JSX.Element {
  const after = useSignal<readonly string[]>([]);
  const kind = KINDS.find(([id]) => id === param('kind')) ?? KINDS[0]!;
  const cursor = after.value.at(-1) ?? null;
  const types = kind[2].length === 0 ? null : [...kind[2]];
  const { value, fault } = useAsk(
    MeshAuditDocument,
    { first: PAGE, after: cursor, types },
    cursor === null ? LOOK_MS : undefined,
  );
  const events = value.value?.events;
  return (
    <>
      <div class="toolbar-tools">
        <label class="fold">
          Show
          <select
            value={kind[0]}
            onChange={(event) => {
              after.value = [];
              go({ kind: event.currentTarget.value });
            }}
          >
            {KINDS.map(([id, name]) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </div>
      <FaultBox text={fault.value} />
      {events !== undefined && events.nodes.length === 0 && (
        <Empty title="Nothing of the kind has happened" />
      )}
      {events !== undefined && events.nodes.length > 0 && (
        <Table label="Events" heads={HEADS} isDense>
          {events.nodes.map((event) => (
            <EventRow key={event.seq} event={event} />
          ))}
        </Table>
      )}
      <Pager after={after} next={events?.pageInfo.hasNextPage === true ? events.pageInfo.endCursor : null} />
    </>
  );
}
