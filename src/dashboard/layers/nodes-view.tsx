/** The nodes of the cluster: state, load, labels; cordoned and drained from here by those who may. */
import type { JSX } from 'preact';
import {
  CordonNodeDocument,
  DrainNodeDocument,
  type NodeState,
  type PlacementPolicy,
  type PlacesQuery,
  SetPolicyDocument,
} from '../../generated/dashboard/graphql.js';
import { may } from '../api/session.js';
import { later } from '../mesh/later.js';
import { act } from '../parts/act.js';
import { Cells } from '../parts/cells.jsx';
import { Empty, Meter } from '../parts/frame.jsx';
import { say } from '../shell/toasts.jsx';
import { ago, bytes, day, percent, sentence } from '../parts/words.js';
import { Table } from '../parts/table.jsx';

type Node = PlacesQuery['nodes'][number];

const STATES: Readonly<
  Record<NodeState, { readonly word: string; readonly tone: string; readonly shape: string }>
> = {
  READY: { word: 'Ready', tone: '--completed', shape: 'M8 3.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9' },
  JOINING: { word: 'Joining', tone: '--queued', shape: 'M8 2v12M2 8h12' },
  DRAINING: { word: 'Draining', tone: '--held', shape: 'M3 5h10L8 12z' },
  LOST: { word: 'Lost', tone: '--failed', shape: 'M3.5 3.5l9 9M12.5 3.5l-9 9' },
};

const POLICIES: readonly PlacementPolicy[] = [
  'RESOURCE_BASED',
  'LEAST_CONNECTIONS',
  'ROUND_ROBIN',
  'LEARNED',
];

function StateMark({ node }: { node: Node }): JSX.Element {
  const { word, tone, shape } = STATES[node.state];
  return (
    <span class="status-mark" style={{ '--tone': `var(${tone})` }}>
      <svg class="node-state" viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
        <path d={shape} />
      </svg>
      <span>{word}</span>
      {node.cordoned && <span class="tag">cordoned</span>}
    </span>
  );
}

function Buttons({ node, again }: { node: Node; again: () => void }): JSX.Element | null {
  if (!may('cordonNode') || node.state === 'LOST') return null;
  const cordon = async (cordoned: boolean): Promise<void> => {
    const text = cordoned ? `${node.id} takes nothing new` : `${node.id} takes work again`;
    await act(CordonNodeDocument, { id: node.id, cordoned }, { text, undo: () => void cordon(!cordoned) });
    again();
  };
  /** It cannot be taken back, so it waits a moment for a change of mind. */
  const drain = (): void => {
    const done = { text: `${node.id} finishes what it runs and leaves` };
    const undo = later(() => void act(DrainNodeDocument, { id: node.id }, done).then(again));
    say({ text: `Draining ${node.id} in a moment`, undo });
  };
  return (
    <div class="row-buttons">
      <button type="button" class="toggle" onClick={() => void cordon(!node.cordoned)}>
        {node.cordoned ? 'Uncordon' : 'Cordon'}
      </button>
      <button type="button" class="toggle" disabled={node.state === 'DRAINING'} onClick={drain}>
        Drain
      </button>
    </div>
  );
}

function NodeRow({ node, again }: { node: Node; again: () => void }): JSX.Element {
  const memory = node.memoryBytes === 0 ? 0 : node.load.memoryBytes / node.memoryBytes;
  return (
    <tr>
      <td>
        <StateMark node={node} />
      </td>
      <td class="cell-name">
        <b title={`${node.address}, its life number ${node.incarnation}`}>{node.id}</b>{' '}
        {node.labels.map((label) => (
          <span key={label} class="tag">
            {label}
          </span>
        ))}
      </td>
      <td>
        <Cells busy={node.load.running} slots={node.slots} />
      </td>
      <td class="cell-load">
        <Meter share={node.load.cpu} label={`${percent(node.load.cpu)} of ${node.cores} cores`} />
        <span>{percent(node.load.cpu)}</span>
      </td>
      <td class="cell-load">
        <Meter share={memory} label={`${bytes(node.load.memoryBytes)} of ${bytes(node.memoryBytes)}`} />
        <span>{bytes(node.load.memoryBytes)}</span>
      </td>
      <td class="cell-number muted" title={`joined ${day(node.joinedAt)}, version ${node.version}`}>
        {ago(node.seenAt)}
      </td>
      {may('cordonNode') && (
        <td>
          <Buttons node={node} again={again} />
        </td>
      )}
    </tr>
  );
}

function Policy({ places, again }: { places: PlacesQuery; again: () => void }): JSX.Element {
  const choose = async (policy: PlacementPolicy): Promise<void> => {
    await act(
      SetPolicyDocument,
      { policy },
      { text: `Nodes are chosen ${sentence(policy).toLowerCase()} from now on` },
    );
    again();
  };
  return (
    <label class="fold">
      Nodes are chosen
      <select
        value={places.placementPolicy}
        disabled={!may('setPlacementPolicy')}
        onChange={(event) => void choose(event.currentTarget.value as PlacementPolicy)}
      >
        {POLICIES.map((policy) => (
          <option key={policy} value={policy}>
            {sentence(policy)}
          </option>
        ))}
      </select>
    </label>
  );
}

export function NodesView({ places, again }: { places: PlacesQuery; again: () => void }): JSX.Element {
  return (
    <>
      <div class="toolbar">
        <Policy places={places} again={again} />
      </div>
      {places.nodes.length === 0 ? (
        <Empty title="No node has joined">
          Start one beside this server with <code>npx taskmesh node</code>, or on another machine with what{' '}
          <code>npx taskmesh join-token</code> prints.
        </Empty>
      ) : (
        <Table
          label="Nodes"
          heads={[
            'State',
            'Node',
            'Slots',
            'Processor',
            'Memory',
            '#Last heard',
            ...(may('cordonNode') ? ['Actions'] : []),
          ]}
        >
          {places.nodes.map((node) => (
            <NodeRow key={node.id} node={node} again={again} />
          ))}
        </Table>
      )}
    </>
  );
}
