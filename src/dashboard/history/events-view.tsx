/** Everything that was committed, the newest first: filtered by kind and by mesh, read on page by page. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import {
  type EventType,
  WhatHappenedDocument,
  type WhatHappenedQuery,
} from '../../generated/dashboard/graphql.js';
import { useAsk } from '../api/use-ask.js';
import { Empty, FaultBox } from '../parts/frame.jsx';
import { Pager, Table } from '../parts/table.jsx';
import { clock, count, day, lower, sentence } from '../parts/words.js';
import { go, linkTo, param } from '../address/address.js';

type Event = WhatHappenedQuery['events']['nodes'][number];

const LOOK_MS = 3000;
const PAGE = 50;
const GROUPS: Readonly<Record<string, readonly EventType[]>> = {
  failures: ['TASK_FAILED', 'TASK_RETRYING', 'TASK_UPSTREAM_FAILED', 'MESH_FAILED', 'LATE_OUTCOME_REFUSED'],
  meshes: [
    'MESH_SUBMITTED',
    'MESH_COMPLETED',
    'MESH_FAILED',
    'MESH_CANCELLED',
    'MESH_PAUSED',
    'MESH_RESUMED',
    'MESH_EXTENDED',
  ],
  people: [
    'TASK_HELD',
    'TASK_RELEASED',
    'TASK_CANCELLED',
    'TASK_UPDATED',
    'TASK_DELETED',
    'MESH_PAUSED',
    'MESH_RESUMED',
    'MESH_CANCELLED',
    'EDGE_ADDED',
    'EDGE_REMOVED',
  ],
};

function detailOf({ payload }: Event): string {
  const { failure, by, node, layer } = payload as {
    failure?: { code?: string; message?: string } | null;
    by?: string;
    node?: string;
    layer?: string;
  };
  return [
    failure?.message ?? failure?.code,
    by === undefined ? undefined : `by ${by}`,
    layer === undefined ? undefined : lower(layer),
    node,
  ]
    .filter((text) => text !== undefined)
    .join(' · ');
}

function EventRow({ event }: { event: Event }): JSX.Element {
  return (
    <tr>
      <td class="cell-number muted">{count(event.seq)}</td>
      <td class="muted" title={day(event.at)}>
        <time dateTime={event.at}>{clock(event.at)}</time>
      </td>
      <td>
        <b>{sentence(event.type)}</b>
        {event.from !== null && event.to !== null && <span class="muted"> from {lower(event.from)}</span>}
      </td>
      <td>{event.task === null ? '' : <a href={linkTo({ task: event.task.id })}>{event.task.name}</a>}</td>
      <td>
        <a class="quiet" href={linkTo({ page: 'mesh', mesh: event.meshId })}>
          {event.mesh?.name ?? event.meshId.slice(0, 8)}
        </a>
      </td>
      <td class="cell-detail" title={detailOf(event)}>
        {detailOf(event)}
      </td>
    </tr>
  );
}

export function EventsView(): JSX.Element {
  const group = param('kind');
  const meshId = param('of') || null;
  const after = useSignal<readonly string[]>([]);
  const isFirst = after.value.length === 0;
  const variables = { first: PAGE, after: after.value.at(-1) ?? null, meshId, types: GROUPS[group] ?? null };
  const { value, fault } = useAsk(WhatHappenedDocument, variables, isFirst ? LOOK_MS : undefined);
  const events = value.value?.events;
  const choose = (kind: string): void => {
    after.value = [];
    go({ kind });
  };
  return (
    <>
      <div class="toolbar">
        <label class="fold">
          Show
          <select value={group} onChange={(event) => choose(event.currentTarget.value)}>
            <option value="">everything</option>
            <option value="failures">what failed or was retried</option>
            <option value="meshes">meshes</option>
            <option value="people">what people changed</option>
          </select>
        </label>
        {meshId !== null && (
          <a class="button" href={linkTo({ of: null })}>
            Of all meshes
          </a>
        )}
      </div>
      <FaultBox text={fault.value} />
      {events?.nodes.length === 0 && <Empty title="Nothing of that kind has happened" />}
      {events !== undefined && events.nodes.length > 0 && (
        <Table label="Events" isDense heads={['#Seq', 'Time', 'What', 'Task', 'Mesh', 'Detail']}>
          {events.nodes.map((event) => (
            <EventRow key={event.seq} event={event} />
          ))}
        </Table>
      )}
      <Pager after={after} next={events?.pageInfo.hasNextPage === true ? events.pageInfo.endCursor : null} />
    </>
  );
}
