/** Each layer: its slots, what passes through it, how long that waits and runs; and the same over time. */
import type { JSX } from 'preact';
import { LayersInTimeDocument, type LayerName, type PlacesQuery } from '../../generated/dashboard/graphql.js';
import { useAsk } from '../api/use-ask.js';
import { Cells } from '../parts/cells.jsx';
import { Chart } from '../parts/chart.jsx';
import { Empty, Section } from '../parts/frame.jsx';
import { Legend } from '../parts/legend.jsx';
import { overTime, picked, summed } from '../parts/over-time.js';
import { spanSince, SpanTabs } from '../parts/span.jsx';
import { bytes, count, figure, milliseconds } from '../parts/words.js';

type Layer = PlacesQuery['layers'][number];

const LOOK_MS = 5000;
const NAMES: Readonly<
  Record<LayerName, { readonly name: string; readonly says: string; readonly tone: string }>
> = {
  LOCAL: { name: 'Local', says: 'processes and threads of the server that leads', tone: '--running' },
  CLUSTER: { name: 'Cluster', says: 'nodes, on whatever machine', tone: '--completed' },
  QUANTUM_SIM: { name: 'Quantum', says: 'circuits, simulated by state vector', tone: '--accent' },
};

const ORDER = Object.keys(NAMES) as LayerName[];

function LayerCard({ layer, places }: { layer: Layer; places: PlacesQuery }): JSX.Element {
  const { name, says } = NAMES[layer.name];
  const stats = places.executionStats.find(({ group }) => group === layer.name);
  const facts: readonly (readonly [string, string])[] = [
    ['throughput', `${figure(stats?.throughputPerSecond ?? 0)} /s`],
    ['runs, median', milliseconds(stats?.runMsP50)],
    ['runs, p95', milliseconds(stats?.runMsP95)],
    ['waits, median', milliseconds(stats?.waitMsP50)],
    ['failed', stats === undefined ? '–' : `${count(stats.failed)} of ${count(stats.attempts)}`],
  ];
  return (
    <article class="section layer-card" aria-label={`Layer ${name}`}>
      <header>
        <h2>{name}</h2>
        <span class="muted">{says}</span>
      </header>
      <div class="layer-slots">
        <b>
          {count(layer.running)}
          <small> of {count(layer.slots)} slots</small>
        </b>
        {layer.slots === 0 ? (
          <span class="muted">no node has joined</span>
        ) : (
          <Cells busy={layer.running} slots={layer.slots} />
        )}
      </div>
      <dl class="pairs">
        {facts.map(([fact, words]) => (
          <div key={fact}>
            <dt>{fact}</dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
      <footer class="muted">
        {layer.slots === 0
          ? 'npx taskmesh node'
          : `${figure(layer.cores)} cores · ${bytes(layer.memoryBytes)} · ${count(layer.started)} started since the start`}
      </footer>
    </article>
  );
}

function Flow(): JSX.Element {
  const { value } = useAsk(LayersInTimeDocument, { since: spanSince() }, LOOK_MS);
  const samples = value.value?.metricHistory ?? [];
  const layers = ORDER;
  const lines = layers.map((layer) => ({ name: NAMES[layer].name, tone: NAMES[layer].tone }));
  const flow = overTime(
    samples,
    layers.map((layer) => ({ of: summed('attempts_total', { layer: layer.toLowerCase() }), counts: true })),
  );
  const load = overTime(
    samples,
    layers.map((layer) => ({ of: picked('attempts_running', layer.toLowerCase()) })),
  );
  if (value.value !== undefined && (flow[0]?.length ?? 0) < 3)
    return (
      <Empty title="No samples yet">
        A sample is taken every <code>observability.metrics.collection_interval</code> seconds (60 unless said
        otherwise); the charts begin with the third.
      </Empty>
    );
  return (
    <div class="columns">
      <Section title="Throughput" says="attempts that end each second">
        <Legend lines={lines} />
        <Chart
          label="Attempts that end each second, by layer"
          lines={lines}
          points={flow}
          words={(value) => `${figure(value)} /s`}
        />
      </Section>
      <Section title="Load" says="attempts that run at once">
        <Legend lines={lines} />
        <Chart
          label="Attempts that run at once, by layer"
          lines={lines.map((line) => ({ ...line, stepped: true }))}
          points={load}
          words={count}
        />
      </Section>
    </div>
  );
}

export function LayersView({ places }: { places: PlacesQuery }): JSX.Element {
  return (
    <>
      <div class="layer-cards">
        {ORDER.flatMap((name) => places.layers.filter((layer) => layer.name === name)).map((layer) => (
          <LayerCard key={layer.name} layer={layer} places={places} />
        ))}
      </div>
      <div class="toolbar">
        <p class="muted">Figures are those of the last 5 minutes.</p>
        <SpanTabs />
      </div>
      <Flow />
    </>
  );
}
