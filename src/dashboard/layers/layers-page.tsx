/** Where attempts run: the layers with their slots and flow, the nodes of the cluster, and the quantum layer at work. */
import type { JSX } from 'preact';
import { NodeChangesDocument, PlacesDocument, type PlacesQuery } from '../../generated/dashboard/graphql.js';
import { useAsk } from '../api/use-ask.js';
import { useHeard } from '../api/use-heard.js';
import { FaultBox, Heading, Tabs } from '../parts/frame.jsx';
import { count, plural } from '../parts/words.js';
import { param } from '../address/address.js';
import '../style/insight.css';
import '../style/layers.css';
import { LayersView } from './layers-view.jsx';
import { NodesView } from './nodes-view.jsx';
import { QuantumView } from './quantum-view.jsx';

const LOOK_MS = 1500;
const PAUSE_MS = 250;
const TABS = [
  { id: 'layers', name: 'Layers' },
  { id: 'nodes', name: 'Nodes' },
  { id: 'quantum', name: 'Quantum' },
];

function words({ layers, nodes }: PlacesQuery): string {
  const slots = layers.reduce((sum, layer) => sum + layer.slots, 0);
  const running = layers.reduce((sum, layer) => sum + layer.running, 0);
  const members = nodes.filter(({ state }) => state !== 'LOST');
  return `${count(running)} of ${plural(slots, 'slot')} busy on ${plural(layers.length, 'layer')} · ${plural(members.length, 'node')}`;
}

export function LayersPage(): JSX.Element {
  const { value, fault, again } = useAsk(PlacesDocument, {}, LOOK_MS);
  useHeard(NodeChangesDocument, {}, again, PAUSE_MS);
  const places = value.value;
  const part = param('part') || 'layers';
  return (
    <div class="page">
      <Heading title="Layers and nodes" says={places === undefined ? '…' : words(places)} />
      <Tabs label="Places" param="part" tabs={TABS} />
      <FaultBox text={fault.value} />
      {places !== undefined && part === 'layers' && <LayersView places={places} />}
      {places !== undefined && part === 'nodes' && <NodesView places={places} again={again} />}
      {part === 'quantum' && <QuantumView />}
    </div>
  );
}
