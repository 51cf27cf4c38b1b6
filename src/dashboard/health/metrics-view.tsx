/** Metrics over time, of all servers together: work, commits, requests, machine. */
import type { JSX } from 'preact';
import { MetricsInTimeDocument } from '../../generated/dashboard/graphql.js';
import { useAsk } from '../api/use-ask.js';
import { Chart, type Line } from '../parts/chart.jsx';
import { Empty, FaultBox, Section } from '../parts/frame.jsx';
import { Legend } from '../parts/legend.jsx';
import { overTime, type Pick, picked, type Sample, summed } from '../parts/over-time.js';
import { spanSince, SpanTabs } from '../parts/span.jsx';
import { bytes, count, duration, figure, percent } from '../parts/words.js';

const LOOK_MS = 5000;
const SAMPLES_MIN = 3;

interface Panel {
  readonly title: string;
  readonly says: string;
  readonly names: readonly string[];
  readonly lines: readonly (Line & { readonly pick: Pick })[];
  readonly words: (value: number) => string;
}

const perSecond = (value: number): string => `${figure(value)} /s`;
const outcome = (name: string): Pick => ({ of: summed('attempts_total', { outcome: name }), counts: true });

const PANELS: readonly Panel[] = [
  {
    title: 'Tasks now',
    says: 'waiting and running',
    names: ['tasks'],
    lines: [
      {
        name: 'running',
        tone: '--running',
        filled: true,
        pick: { of: picked('tasks', 'running'), highest: true },
      },
      { name: 'queued', tone: '--queued', pick: { of: picked('tasks', 'queued'), highest: true } },
      { name: 'retrying', tone: '--retrying', pick: { of: picked('tasks', 'retrying'), highest: true } },
    ],
    words: count,
  },
  {
    title: 'Attempts that end',
    says: 'each second',
    names: ['attempts_total'],
    lines: [
      { name: 'completed', tone: '--completed', filled: true, pick: outcome('completed') },
      { name: 'failed', tone: '--failed', pick: outcome('failed') },
    ],
    words: perSecond,
  },
  {
    title: 'Commits',
    says: 'and how long events are under way',
    names: ['commit_seconds', 'event_lag_seconds'],
    lines: [
      { name: 'commit, p95', tone: '--accent', pick: { of: picked('commit_seconds', 'p95'), highest: true } },
      {
        name: 'event lag, p95',
        tone: '--held',
        pick: { of: picked('event_lag_seconds', 'p95'), highest: true },
      },
    ],
    words: duration,
  },
  {
    title: 'Requests',
    says: 'of the API, each second',
    names: ['http_requests_total'],
    lines: [
      {
        name: 'answered',
        tone: '--running',
        filled: true,
        pick: { of: summed('http_requests_total'), counts: true },
      },
      {
        name: 'of them faults of the server',
        tone: '--failed',
        pick: { of: summed('http_requests_total', { status: '500' }), counts: true },
      },
    ],
    words: perSecond,
  },
  {
    title: 'Event loop',
    says: 'how long a turn was late',
    names: ['nodejs_eventloop_lag_p50_seconds', 'nodejs_eventloop_lag_p99_seconds'],
    lines: [
      {
        name: 'p99',
        tone: '--retrying',
        pick: { of: picked('nodejs_eventloop_lag_p99_seconds'), highest: true },
      },
      {
        name: 'median',
        tone: '--accent',
        pick: { of: picked('nodejs_eventloop_lag_p50_seconds'), highest: true },
      },
    ],
    words: duration,
  },
  {
    title: 'Processor',
    says: 'cores that the servers keep busy',
    names: ['process_cpu_seconds_total'],
    lines: [
      {
        name: 'cores',
        tone: '--accent',
        filled: true,
        pick: { of: picked('process_cpu_seconds_total'), counts: true },
      },
    ],
    words: figure,
  },
  {
    title: 'Memory',
    says: 'of the servers, resident and heap in use',
    names: ['process_resident_memory_bytes', 'nodejs_heap_size_used_bytes'],
    lines: [
      { name: 'resident', tone: '--running', pick: { of: picked('process_resident_memory_bytes') } },
      { name: 'heap', tone: '--accent', filled: true, pick: { of: picked('nodejs_heap_size_used_bytes') } },
    ],
    words: bytes,
  },
  {
    title: 'Learning',
    says: 'median error of what was predicted, and coverage of its intervals',
    names: ['learning_error_median', 'learning_coverage'],
    lines: [
      {
        name: 'median error',
        tone: '--accent',
        filled: true,
        pick: { of: picked('learning_error_median'), highest: true },
      },
      { name: 'coverage', tone: '--completed', pick: { of: picked('learning_coverage'), highest: true } },
    ],
    words: (value) => percent(value),
  },
];

const NAMES = [...new Set(PANELS.flatMap(({ names }) => names))];

function PanelChart({ panel, samples }: { panel: Panel; samples: readonly Sample[] }): JSX.Element {
  const points = overTime(
    samples,
    panel.lines.map(({ pick }) => pick),
  );
  const last = panel.lines.map((line, index) => ({
    ...line,
    now: points[index + 1]?.findLast((value) => value !== null) ?? null,
  }));
  return (
    <Section title={panel.title} says={panel.says}>
      <Legend
        lines={last.map(({ name, tone, now }) => ({
          name,
          tone,
          words: now === null ? '–' : panel.words(now),
        }))}
      />
      <Chart
        label={`${panel.title}: ${panel.says}`}
        height={140}
        lines={panel.lines}
        points={points}
        words={panel.words}
      />
    </Section>
  );
}

export function MetricsView(): JSX.Element {
  const { value, fault } = useAsk(MetricsInTimeDocument, { names: NAMES, since: spanSince() }, LOOK_MS);
  const samples = value.value?.metricHistory;
  return (
    <>
      <div class="toolbar">
        <p class="muted">
          The same in words for Prometheus: <a href="/metrics/prometheus">/metrics/prometheus</a>
        </p>
        <SpanTabs />
      </div>
      <FaultBox text={fault.value} />
      {samples !== undefined && samples.length < SAMPLES_MIN && (
        <Empty title="No samples yet">
          One is taken every <code>observability.metrics.collection_interval</code> seconds (60 unless said
          otherwise); the charts begin with the third. Or look further back.
        </Empty>
      )}
      {samples !== undefined && samples.length >= SAMPLES_MIN && (
        <div class="panels">
          {PANELS.map((panel) => (
            <PanelChart key={panel.title} panel={panel} samples={samples} />
          ))}
        </div>
      )}
    </>
  );
}
