/** Predicted against actual run times on two logarithmic axes, and how often what came fell where it was said to. */
import type { JSX } from 'preact';
import {
  PredictedAndActualDocument,
  type PredictedAndActualQuery,
} from '../../generated/dashboard/graphql.js';
import { useAsk } from '../api/use-ask.js';
import { Chart } from '../parts/chart.jsx';
import { Empty, Section } from '../parts/frame.jsx';
import { duration, percent } from '../parts/words.js';

type Scored = PredictedAndActualQuery['predictions']['nodes'][number];

const LOOK_MS = 10_000;
const ERROR_LINES = [
  { name: 'error of each prediction', tone: '--accent', dots: true },
  { name: 'running median', tone: '--completed' },
];
const PAIR_LINES = [
  { name: 'prediction', tone: '--accent', dots: true },
  { name: 'as predicted', tone: '--muted' },
];
const MEDIAN_OF = 15;

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function errorPoints(scored: readonly Scored[]): (number | null)[][] {
  const oldest = [...scored].reverse();
  const errors = oldest.map(({ p50, actual }) =>
    Math.min(2, Math.abs(p50 - (actual as number)) / Math.max(0.001, actual as number)),
  );
  const medians = errors.map((_, index) =>
    median(errors.slice(Math.max(0, index - MEDIAN_OF + 1), index + 1)),
  );
  return [oldest.map((_, index) => index + 1), errors, medians];
}

function pairPoints(scored: readonly Scored[]): (number | null)[][] {
  const sorted = [...scored].sort((a, b) => a.p50 - b.p50);
  const least = (value: number): number => Math.max(0.001, value);
  return [
    sorted.map(({ p50 }) => least(p50)),
    sorted.map(({ actual }) => least(actual as number)),
    sorted.map(({ p50 }) => least(p50)),
  ];
}

/** Shares of what came below the fifth, the fiftieth and the ninety-fifth of a hundred parts. */
function Below({ scored }: { scored: readonly Scored[] }): JSX.Element {
  const share = (pick: (one: Scored) => number): number =>
    scored.filter((one) => (one.actual as number) <= pick(one)).length / scored.length;
  const rows: readonly (readonly [string, number, number])[] = [
    ['below p05', share(({ p05 }) => p05), 0.05],
    ['below p50', share(({ p50 }) => p50), 0.5],
    ['below p95', share(({ p95 }) => p95), 0.95],
  ];
  return (
    <ul class="calibration">
      {rows.map(([name, is, should]) => (
        <li key={name}>
          <span>{name}</span>
          <span
            class="calibration-bar"
            role="img"
            aria-label={`${percent(is)} where ${percent(should)} is right`}
          >
            <i style={{ width: `${is * 100}%` }} />
            <b style={{ left: `${should * 100}%` }} />
          </span>
          <span class="cell-number">
            {percent(is)} <span class="muted">of {percent(should)}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

export function Calibration(): JSX.Element {
  const { value } = useAsk(PredictedAndActualDocument, {}, LOOK_MS);
  const scored = value.value?.predictions.nodes.filter(({ actual }) => actual !== null && actual > 0) ?? [];
  if (scored.length < 3)
    return (
      <Section title="Predicted and actual">
        <Empty title="Too few predictions have met their attempt yet" />
      </Section>
    );
  return (
    <div class="columns">
      <Section
        title="Predicted against actual"
        says={`The last ${scored.length}; on the line is as predicted.`}
      >
        <Chart
          label="Actual run time over predicted run time"
          lines={PAIR_LINES}
          points={pairPoints(scored)}
          isTime={false}
          isLog
          words={duration}
          xWords={duration}
          height={220}
        />
      </Section>
      <Section
        title="Error and calibration"
        says="Errors as shares of what came, in the order of the attempts."
      >
        <Chart
          label="Error of each prediction"
          lines={ERROR_LINES}
          points={errorPoints(scored)}
          isTime={false}
          words={(value) => percent(value)}
          xWords={String}
          height={140}
        />
        <Below scored={scored} />
      </Section>
    </div>
  );
}
