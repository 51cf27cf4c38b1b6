/** How soon and how falsely the temporal recognisers speak, over many seeded streams; called by their tests and the bench. */
import { BurstFinder } from '../../../src/consciousness/patterns/temporal/burst-finder.js';
import { ChangeFinder } from '../../../src/consciousness/patterns/temporal/change-finder.js';
import type { ChangeKind } from '../../../src/consciousness/patterns/temporal/change-finder.js';
import { PeriodFinder } from '../../../src/consciousness/patterns/temporal/period-finder.js';
import { nextWindow } from '../../../src/consciousness/patterns/temporal/period.js';
import { SeededRandom } from '../../../src/kit/random.js';
import { burstyTimes, exponential, normal, periodicTimes, poissonTimes } from './streams.js';
import type { PeriodicStream } from './streams.js';

/** Share of streams of `events` in which something periodic was claimed. */
export function falsePeriods(kind: 'poisson' | 'bursty', streams: number, events = 200): number {
  const seeds = new SeededRandom(`false periods, ${kind}`);
  const draw = kind === 'poisson' ? poissonTimes : burstyTimes;
  let alarmed = 0;
  for (let stream = 0; stream < streams; stream++) {
    const finder = new PeriodFinder();
    if (draw(seeds.fork(String(stream)), events).some((at) => finder.event(at) !== null)) alarmed++;
  }
  return alarmed / streams;
}

export interface PeriodTrials {
  /** Events of every kind until the period was found, ascending; Infinity: not within 60. */
  readonly events: number[];
  /** Share found with a period within 5 % of the true one. */
  readonly right: number;
  /** Share of next occurrences inside the window of 90 % that was foretold when the period was found. */
  readonly covered: number;
}

export function periodTrials(of: PeriodicStream, streams: number): PeriodTrials {
  const seeds = new SeededRandom(`periods ${JSON.stringify(of)}`);
  const events: number[] = [];
  let [right, covered] = [0, 0];
  for (let stream = 0; stream < streams; stream++) {
    const { times, due } = periodicTimes(seeds.fork(String(stream)), 60, of);
    const finder = new PeriodFinder();
    const after = times.findIndex((at) => finder.event(at) !== null) + 1;
    const found = finder.found;
    events.push(after === 0 || found === null ? Number.POSITIVE_INFINITY : after);
    if (found === null || Math.abs(found.periodMs / of.periodMs - 1) > 0.05) continue;
    right++;
    const now = found.timesMs.at(-1) as number;
    const { fromMs, toMs } = nextWindow(found, now + found.periodMs / 2);
    if (due.some((at) => at >= fromMs && at <= toMs)) covered++;
  }
  events.sort((a, b) => a - b);
  return { events, right: right / streams, covered: covered / right };
}

export function quantileOf(ascending: readonly number[], share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(share * ascending.length))] as number;
}

/** False alarms per 1,000 events of a steady Poisson stream. */
export function falseBursts(events: number): number {
  const finder = new BurstFinder();
  const times = poissonTimes(new SeededRandom('false bursts'), events);
  return (1000 * times.filter((at) => finder.event(at) !== null).length) / events;
}

/** Events of the burst until it was seen, ascending. 60 to 160 quiet events come first. */
export function burstTrials(bursts: number, factor = 5): number[] {
  const seeds = new SeededRandom('bursts');
  const delays = Array.from({ length: bursts }, (_, burst) => {
    const random = seeds.fork(String(burst));
    const finder = new BurstFinder();
    const quiet = poissonTimes(random, 60 + random.int(100));
    for (const at of quiet) finder.event(at);
    // A false alarm just before would end in the burst: it counts as seen at once nowhere.
    if (finder.bursting) return Number.POSITIVE_INFINITY;
    const last = quiet.at(-1) as number;
    const start = poissonTimes(random, 200, 60_000 / factor);
    const seen = start.findIndex((at) => finder.event(last + at - (start[0] as number) + 1) !== null);
    return seen === -1 ? Number.POSITIVE_INFINITY : seen + 1;
  });
  return delays.sort((a, b) => a - b);
}

function changeValue(kind: ChangeKind, random: SeededRandom, factor: number): number {
  return kind === 'GAPS' ? factor * exponential(random) : Math.log(factor) + 0.3 * normal(random);
}

export function falseChanges(kind: ChangeKind, observations: number): number {
  const finder = new ChangeFinder({ kind, values: [] });
  const random = new SeededRandom(`false changes ${kind}`);
  let alarms = 0;
  for (let i = 0; i < observations; i++) if (finder.observe(changeValue(kind, random, 1)) !== null) alarms++;
  return (1000 * alarms) / observations;
}

export interface ChangeTrials {
  /** Observations after the change until it was seen, ascending. */
  readonly delays: number[];
  /** Median of |estimated - true| place. */
  readonly placeError: number;
}

/** After 60 to 160 observations everything takes `factor` times as long. */
export function changeTrials(kind: ChangeKind, factor: number, changes: number): ChangeTrials {
  const seeds = new SeededRandom(`changes ${kind} ${factor}`);
  const delays: number[] = [];
  const errors: number[] = [];
  for (let change = 0; change < changes; change++) {
    const random = seeds.fork(String(change));
    const finder = new ChangeFinder({ kind, values: [] });
    const before = 60 + random.int(100);
    for (let i = 0; i < before; i++) finder.observe(changeValue(kind, random, 1));
    let delay = Number.POSITIVE_INFINITY;
    for (let i = 1; i <= 300 && delay === Number.POSITIVE_INFINITY; i++) {
      const found = finder.observe(changeValue(kind, random, factor));
      if (found === null) continue;
      delay = i;
      errors.push(Math.abs(found.ago - i));
    }
    delays.push(delay);
  }
  delays.sort((a, b) => a - b);
  errors.sort((a, b) => a - b);
  return { delays, placeError: quantileOf(errors, 0.5) };
}
