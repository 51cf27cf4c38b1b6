/** The nodes of the cluster: load, labels, and the way to take them out of work. */
import type { JSX } from 'preact';
import {
  CordonNodeDocument,
  DrainNodeDocument,
  type PlacesQuery,
} from '../../generated/dashboard/graphql.js';
import { ask, wordsOf } from '../api/client.js';
import { mayAct } from '../api/session.js';
import { later } from '../mesh/later.js';
import { Meter } from '../parts/frame.jsx';
import { StatusIcon } from '../parts/status-mark.jsx';
import type { StatusName } from '../parts/statuses.js';
import { ago, bytes, percent, sentence } from '../parts/words.js';
import { say } from '../shell/toasts.jsx';

type Node = PlacesQuery['nodes'][number];

const ICON: Readonly<Record<Node['state'], StatusName>> = {
  READY: 'COMPLETED',
  JOINING: 'QUEUED',
  DRAINING: 'HELD',
  LOST: 'FAILED',
};

async function cordon(id: string, cordoned: boolean, again: () => void): Promise<void> {
  try {
    await ask(CordonNodeDocument, { id, cordoned });
    say({
      text: cordoned ? `${id} takes nothing new` : `${id} takes work again`,
      undo: () => void cordon(id, !cordoned, again),
    });
  } catch (error) {
    say({ text: wordsOf(error), isFault: true });
  }
  again();
}

function drain(id: string, again: () => void): void {
  const undo = later(() => {
    ask(DrainNodeDocument, { id }).then(again, (error: unknown) =>
      say({ text: wordsOf(error), isFault: true }),
    );
  });
  say({ text: `${id} finishes what it runs and leaves`, undo });
}

function Row({ node, again }: { node: Node; again: () => void }): JSX.Element {
  const { id, state, load, cordoned } = node;
  return (
    <tr>
      <td class="cell-status">
        <StatusIcon status={ICON[state]} />
        <span>
          {sentence(state)}
          {cordoned && ', cordoned'}
        </span>
      </td>
      <td class="cell-name">
        <b>{id}</b> <span class="muted">{node.address}</span>{' '}
        {node.labels.map((label) => (
          <span key={label} class="tag">
            {label}
          </span>
        ))}
      </td>
      <td class="cell-bar">
        <Meter
          share={load.running / Math.max(1, node.slots)}
          tone="--running"
          label={`${load.running} of ${node.slots} slots`}
        />
      </td>
      <td class="cell-number">
        {load.running} / {node.slots}
      </td>
      <td class="cell-number">{percent(load.cpu)}</td>
      <td class="cell-number">
        {bytes(load.memoryBytes)} / {bytes(node.memoryBytes)}
      </td>
      <td class="cell-number muted">{ago(node.seenAt)}</td>
      <td class="cell-actions">
        {mayAct.value && state === 'READY' && (
          <>
            <button type="button" onClick={() => void cordon(id, !cordoned, again)}>
              {cordoned ? 'Uncordon' : 'Cordon'}
            </button>
            <button type="button" onClick={() => drain(id, again)}>
              Drain
            </button>
          </>
        )}
      </td>
    </tr>
  );
}

export function Nodes({ nodes, again }: { nodes: readonly Node[]; again: () => void }): JSX.Element | null {
  if (nodes.length === 0) return null;
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label="Nodes">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">Node</th>
            <th scope="col">Slots</th>
            <th scope="col" class="cell-number">
              In use
            </th>
            <th scope="col" class="cell-number">
              CPU
            </th>
            <th scope="col" class="cell-number">
              Memory
            </th>
            <th scope="col" class="cell-number">
              Heard
            </th>
            <td />
          </tr>
        </thead>
        <tbody>
          {nodes.map((node) => (
            <Row key={node.id} node={node} again={again} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
