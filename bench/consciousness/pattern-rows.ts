/** The rows of temporal and causal patterns, on streams and tasks whose causes are known. */
import { causalTrials } from '../../test/support/consciousness/causal-trials.js';
import { TYPICAL } from '../../test/support/consciousness/streams.js';
import type { PeriodicStream } from '../../test/support/consciousness/streams.js';
import {
  burstTrials,
  changeTrials,
  falseBursts,
  falseChanges,
  falsePeriods,
  periodTrials,
  quantileOf,
} from '../../test/support/consciousness/temporal-trials.js';
import { percent } from './row.js';
import type { Row } from './row.js';

const EVENTS_A_SIMULATION = 500;

export function patternRows(simulations: number): Record<string, () => Row[]> {
  return {
    periods: () => periodRows(simulations),
    'false-periods': () => [falsePeriodRow('poisson', simulations), falsePeriodRow('bursty', simulations)],
    bursts: () => burstRows(simulations),
    changes: () => changeRows(simulations),
    causes: () => causeRows(simulations),
  };
}

function periodRows(simulations: number): Row[] {
  const row = (stream: PeriodicStream, isTarget: boolean): Row => {
    const { events, right, covered } = periodTrials(stream, simulations);
    const [p50, p90] = [quantileOf(events, 0.5), quantileOf(events, 0.9)];
    const [jitter, missed] = [percent(stream.jitter), percent(stream.missed)];
    return {
      what: `period of ${stream.periodMs / 60_000} min, jitter ${jitter}, missed ${missed}, ${stream.background} others a period`,
      target: isTarget ? 'p50 <= 6, p90 <= 9' : '',
      measured: `p50 ${p50}, p90 ${p90}; right ${percent(right)}, covered ${percent(covered)}`,
      met: isTarget ? p50 <= 6 && p90 <= 9 : null,
    };
  };
  const harder = [
    { ...TYPICAL, jitter: 0.01, missed: 0, background: 0 },
    { ...TYPICAL, jitter: 0.03, background: 0.5 },
    { ...TYPICAL, jitter: 0.05, missed: 0.2 },
  ];
  const offCalendar = [TYPICAL, ...harder].map((stream) => ({ ...stream, periodMs: 47.3 * 60_000 }));
  return [row(TYPICAL, true), ...[...harder, ...offCalendar].map((stream) => row(stream, false))];
}

function falsePeriodRow(kind: 'poisson' | 'bursty', simulations: number): Row {
  const share = falsePeriods(kind, simulations);
  return {
    what: `false periods in ${kind} streams of 200 failures`,
    ...{ target: '<= 0.5 %', measured: percent(share), met: share <= 0.005 },
  };
}

function burstRows(simulations: number): Row[] {
  const delays = burstTrials(2 * simulations);
  const [p50, p90] = [quantileOf(delays, 0.5), quantileOf(delays, 0.9)];
  const wrong = falseBursts(EVENTS_A_SIMULATION * simulations);
  return [
    {
      what: 'burst of five times the rate, events until it is seen',
      ...{ target: 'median <= 10', measured: `p50 ${p50}, p90 ${p90}`, met: p50 <= 10 },
    },
    {
      what: `false bursts in 1,000 Poisson events (of ${EVENTS_A_SIMULATION * simulations})`,
      ...{ target: '<= 0.2', measured: wrong.toFixed(3), met: wrong <= 0.2 },
    },
  ];
}

function changeRows(simulations: number): Row[] {
  const kinds = [
    ['GAPS', 'rate', 3],
    ['LOGS', 'duration', 2],
  ] as const;
  return kinds.flatMap(([kind, name, factor]) => {
    const { delays, placeError } = changeTrials(kind, factor, simulations);
    const wrong = falseChanges(kind, EVENTS_A_SIMULATION * simulations);
    const found = `p50 ${quantileOf(delays, 0.5)}, p90 ${quantileOf(delays, 0.9)}, place ± ${placeError}`;
    return [
      {
        what: `change of ${name} by a factor of ${factor}, observations`,
        target: '',
        measured: found,
        met: null,
      },
      {
        what: `false changes of ${name} in 1,000`,
        ...{ target: '<= 0.2', measured: wrong.toFixed(3), met: wrong <= 0.2 },
      },
    ];
  });
}

function causeRows(simulations: number): Row[] {
  const row = (tasks: number, stratified: boolean): Row => {
    const { power, falseShare } = causalTrials(tasks, simulations, stratified);
    const isTarget = tasks === 600 && stratified;
    return {
      what: `causes among 24 factors, odds x 3.5, ${tasks} tasks${stratified ? '' : ', types ignored'}`,
      target: isTarget ? '>= 85 %, false <= 5 %' : '',
      measured: `power ${percent(power)}, false ${percent(falseShare)}`,
      met: isTarget ? power >= 0.85 && falseShare <= 0.05 : null,
    };
  };
  return [row(300, true), row(600, true), row(1_200, true), row(600, false)];
}
