/** Where attempts run: layers, the nodes of the cluster and what one may do to them, and the quantum layer. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import {
  NodeChangesDocument,
  PlacesDocument,
  type PlacementPolicy,
  type PlacesQuery,
  SetPolicyDocument,
} from '../../generated/dashboard/graphql.js';
import { ask, wordsOf } from '../api/client.js';
import { mayAct } from '../api/session.js';
import { listen } from '../api/socket.js';
import { useAsk } from '../api/use-ask.js';
import { Empty, FaultBox, Heading, Meter, Section } from '../parts/frame.jsx';
import { bytes, count, figure, milliseconds, percent, plural, sentence } from '../parts/words.js';
import { say } from '../shell/toasts.jsx';
import { Nodes } from './nodes.jsx';
import { Quantum } from './quantum.jsx';

type Layer = PlacesQuery['layers'][number];
type Stats = PlacesQuery['executionStats'][number];

const LOOK_MS = 2000;
const POLICIES: readonly PlacementPolicy[] = [
  'RESOURCE_BASED',
  'LEAST_CONNECTIONS',
  'ROUND_ROBIN',
  'LEARNED',
];

const SAYS: Readonly<Record<string, string>> = {
  LOCAL: 'on the server that leads',
  CLUSTER: 'on nodes, on whatever machine',
  QUANTUM_SIM: 'circuits, simulated',
};

function LayerCard({ layer, stats }: { layer: Layer; stats: Stats | undefined }): JSX.Element {
  const load = layer.slots === 0 ? 0 : layer.running / layer.slots;
  return (
    <Section title={sentence(layer.name)} says={SAYS[layer.name]}>
      <div class="slots" role="img" aria-label={`${layer.running} of ${plural(layer.slots, 'slot')} in use`}>
        {layer.slots <= 64 ? (
          Array.from({ length: layer.slots }, (_, slot) => (
            <i key={slot} class={slot < layer.running ? 'is-used' : ''} />
          ))
        ) : (
          <Meter share={load} tone="--running" label={percent(load)} />
        )}
      </div>
      <dl class="facts is-wide">
        <div>
          <dt>In use</dt>
          <dd>
            <b>{count(layer.running)}</b> of {count(layer.slots)}
          </dd>
        </div>
        <div>
          <dt>Attempts a second</dt>
          <dd>{figure(stats?.throughputPerSecond ?? 0)}</dd>
        </div>
        <div>
          <dt>Ran, p50 and p95</dt>
          <dd>
            {milliseconds(stats?.runMsP50)}, {milliseconds(stats?.runMsP95)}
          </dd>
        </div>
        <div>
          <dt>Failed of the last 5 minutes</dt>
          <dd>
            {stats === undefined || stats.attempts === 0 ? '–' : percent(stats.failed / stats.attempts, 1)}
          </dd>
        </div>
        <div>
          <dt>Since the start</dt>
          <dd>
            {count(layer.completed)} completed, {count(layer.failed)} failed
          </dd>
        </div>
        <div>
          <dt>Offers</dt>
          <dd>
            {figure(layer.cores)} cores, {bytes(layer.memoryBytes)}
          </dd>
        </div>
      </dl>
    </Section>
  );
}

async function setPolicy(policy: PlacementPolicy, before: PlacementPolicy, again: () => void): Promise<void> {
  try {
    await ask(SetPolicyDocument, { policy });
    say({
      text: `Nodes are chosen by ${sentence(policy)}`,
      undo: () => void setPolicy(before, policy, again),
    });
  } catch (error) {
    say({ text: wordsOf(error), isFault: true });
  }
  again();
}

export function PlacesPage(): JSX.Element {
  const { value, fault, again } = useAsk(PlacesDocument, {}, LOOK_MS);
  useEffect(() => listen(NodeChangesDocument, {}, { next: again }), []);
  const places = value.value;
  return (
    <div class="page">
      <Heading title="Layers and nodes" says="Where attempts run, and how much of it is in use">
        {places !== undefined && (
          <label class="fold">
            Nodes are chosen by
            <select
              disabled={!mayAct.value}
              value={places.placementPolicy}
              onChange={(event) =>
                void setPolicy(event.currentTarget.value as PlacementPolicy, places.placementPolicy, again)
              }
            >
              {POLICIES.map((policy) => (
                <option key={policy} value={policy}>
                  {sentence(policy)}
                </option>
              ))}
            </select>
          </label>
        )}
      </Heading>
      <FaultBox text={fault.value} />
      <div class="columns is-three">
        {places?.layers.map((layer) => (
          <LayerCard
            key={layer.name}
            layer={layer}
            stats={places.executionStats.find(({ group }) => group === layer.name)}
          />
        ))}
      </div>
      <Section title="Nodes" says="Worker processes of the layer Cluster.">
        {places !== undefined && places.nodes.length === 0 ? (
          <Empty title="No node">
            Start one beside this server with <code>npx taskmesh node</code>.
          </Empty>
        ) : (
          <Nodes nodes={places?.nodes ?? []} again={again} />
        )}
      </Section>
      <Quantum layer={places?.layers.find(({ quantum }) => quantum !== null)} />
    </div>
  );
}
