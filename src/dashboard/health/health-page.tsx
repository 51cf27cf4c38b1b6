/** Health: the checks, the servers, and what the metrics say, now as it comes and over the last hours as it was stored. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import {
  HealthPageDocument,
  type HealthPageQuery,
  MetricsNowDocument,
  RecentMetricsDocument,
} from '../../generated/dashboard/graphql.js';
import { listen } from '../api/socket.js';
import { useAsk } from '../api/use-ask.js';
import { Chart, type Line } from '../parts/chart.jsx';
import { Empty, FaultBox, FigureTile, Heading, Section } from '../parts/frame.jsx';
import { StatusIcon } from '../parts/status-mark.jsx';
import { bytes, count, day, duration, figure, milliseconds, sentence } from '../parts/words.js';
import { labelled, quantileOf, ratesOf, type Sample, sumOf, timesOf } from './samples.js';

const LOOK_MS = 3000;
const KEPT_MAX = 150;
const HOURS_MS = 6 * 3600 * 1000;

function useSamples(): readonly Sample[] {
  const samples = useSignal<readonly Sample[]>([]);
  useEffect(
    () =>
      listen(
        MetricsNowDocument,
        {},
        {
          next: ({ metricsSampled: { at, metrics } }) =>
            (samples.value = [...samples.peek(), { at: Date.parse(at), metrics }].slice(-KEPT_MAX)),
        },
      ),
    [],
  );
  return samples.value;
}

interface Graph {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly rows: (samples: readonly Sample[]) => readonly (readonly (number | null)[])[];
  readonly words: (value: number) => string;
}

const pick = (samples: readonly Sample[], of: (sample: Sample) => number | null): (number | null)[] =>
  samples.map(of);

const GRAPHS: readonly Graph[] = [
  {
    title: 'Events a second',
    lines: [{ name: 'events', tone: '--accent', filled: true }],
    rows: (all) => [ratesOf(all, 'events_total')],
    words: figure,
  },
  {
    title: 'Running and queued',
    lines: [
      { name: 'running', tone: '--running', filled: true },
      { name: 'queued', tone: '--held' },
    ],
    rows: (all) => [
      pick(all, ({ metrics }) => labelled(metrics['tasks'], 'running')),
      pick(all, ({ metrics }) => labelled(metrics['tasks'], 'queued')),
    ],
    words: figure,
  },
  {
    title: 'Commit and event lag, p95',
    lines: [
      { name: 'commit', tone: '--accent' },
      { name: 'event lag', tone: '--retrying' },
    ],
    rows: (all) => [
      pick(all, ({ metrics }) => quantileOf(metrics['commit_seconds'], 'p95')),
      pick(all, ({ metrics }) => quantileOf(metrics['event_lag_seconds'], 'p95')),
    ],
    words: (value) => milliseconds(value * 1000),
  },
  {
    title: 'Memory of this server',
    lines: [{ name: 'resident', tone: '--completed', filled: true }],
    rows: (all) => [pick(all, ({ metrics }) => sumOf(metrics['process_resident_memory_bytes']))],
    words: bytes,
  },
];

function Checks({ health }: { health: HealthPageQuery['health'] }): JSX.Element {
  return (
    <Section
      title="Checks"
      says={health.ready ? 'A change would be carried out now.' : 'Changes are not carried out now.'}
    >
      <ul class="checks">
        {health.checks.map(({ name, ok, detail }) => (
          <li key={name}>
            <StatusIcon status={ok ? 'COMPLETED' : 'FAILED'} />
            <b>{name}</b>
            <span>{ok ? 'good' : 'failing'}</span>
            <span class="muted">{detail}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Servers({ status }: { status: HealthPageQuery['status'] }): JSX.Element {
  return (
    <Section title="Servers" says="All on this database; one leads, the others answer and stand by.">
      <div class="table-frame" tabIndex={0} role="region" aria-label="Servers">
        <table class="table is-dense">
          <thead>
            <tr>
              <th scope="col">State</th>
              <th scope="col">Server</th>
              <th scope="col">Version</th>
              <th scope="col" class="cell-number">
                Started
              </th>
              <th scope="col" class="cell-number">
                Heard of
              </th>
              <th scope="col" class="cell-number">
                Events behind
              </th>
            </tr>
          </thead>
          <tbody>
            {status.servers.map(
              ({ id, state, instanceName, version, startedAt, silentSeconds, lagEvents, url }) => (
                <tr key={id}>
                  <td class="cell-status">
                    <StatusIcon
                      status={state === 'LEADING' ? 'RUNNING' : state === 'SILENT' ? 'FAILED' : 'COMPLETED'}
                    />
                    <span>{sentence(state)}</span>
                  </td>
                  <td class="cell-name">
                    <b>{instanceName}</b> <span class="muted">{url ?? id}</span>
                    {id === status.serverId && <span class="tag">this one</span>}
                  </td>
                  <td>{version}</td>
                  <td class="cell-number">{day(startedAt)}</td>
                  <td class="cell-number">{duration(silentSeconds)} ago</td>
                  <td class="cell-number">{count(lagEvents)}</td>
                </tr>
              ),
            )}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function Stored(): JSX.Element {
  const since = useSignal(new Date(Date.now() - HOURS_MS).toISOString());
  const { value } = useAsk(RecentMetricsDocument, { since: since.value }, 30_000);
  const samples = (value.value?.metricHistory ?? []).map(({ at, metrics }) => ({
    at: Date.parse(at),
    metrics,
  }));
  const lines = [
    { name: 'completed a second', tone: '--completed', filled: true },
    { name: 'running', tone: '--running' },
  ];
  const completed = samples.map(({ metrics }) => ({ total: labelled(metrics['tasks'], 'completed') }));
  const rates = samples.map((sample, index) => {
    const before = samples[index - 1];
    const grown = (completed[index]?.total ?? 0) - (completed[index - 1]?.total ?? 0);
    return before === undefined || grown < 0 ? null : grown / Math.max(1, (sample.at - before.at) / 1000);
  });
  const running = samples.map(({ metrics }) => labelled(metrics['tasks'], 'running'));
  return (
    <Section title="The last six hours" says="As stored by the servers.">
      {samples.length < 2 ? (
        <Empty title="Too little is stored yet" />
      ) : (
        <Chart
          label="Tasks over the last six hours"
          lines={lines}
          points={[timesOf(samples), rates, running]}
          words={figure}
          height={170}
        />
      )}
    </Section>
  );
}

export function HealthPage(): JSX.Element {
  const { value, fault } = useAsk(HealthPageDocument, {}, LOOK_MS);
  const samples = useSamples();
  const times = timesOf(samples);
  const page = value.value;
  return (
    <div class="page">
      <Heading
        title="Health"
        says={
          page === undefined
            ? '…'
            : `${sentence(page.health.status)}, version ${page.status.version}, ${page.status.environment}`
        }
      />
      <FaultBox text={fault.value} />
      {page !== undefined && (
        <dl class="figures">
          <FigureTile
            name="Health"
            value={sentence(page.health.status)}
            says={page.health.ready ? 'ready' : 'not ready'}
          />
          <FigureTile
            name="Up for"
            value={duration(page.status.uptimeSeconds)}
            says={`since ${day(page.status.startedAt)}`}
          />
          <FigureTile
            name="Leadership"
            value={page.status.leader ? 'Leads' : 'Follows'}
            says={`epoch ${page.status.epoch ?? '–'}`}
          />
          <FigureTile name="Events" value={count(page.status.lastEventSeq)} says="committed, without a gap" />
          <FigureTile
            name="Subscriptions"
            value={count(page.status.subscriptions)}
            says={page.status.database}
          />
        </dl>
      )}
      <div class="columns">
        {GRAPHS.map(({ title, lines, rows, words }) => (
          <Section key={title} title={title}>
            {samples.length < 2 ? (
              <Empty title="Listening…" />
            ) : (
              <Chart
                label={title}
                lines={lines}
                points={[times, ...rows(samples)]}
                words={words}
                height={120}
              />
            )}
          </Section>
        ))}
      </div>
      <Stored />
      {page !== undefined && <Checks health={page.health} />}
      {page !== undefined && <Servers status={page.status} />}
    </div>
  );
}
