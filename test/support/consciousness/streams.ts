/** Streams of events with known causes, from seeds: what recognisers are measured on, by tests and by the bench. */
import type { SeededRandom } from '../../../src/kit/random.js';

export function exponential(random: SeededRandom): number {
  return -Math.log(1 - random.next());
}

export function normal(random: SeededRandom): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/** Ascending times with a mean gap of `gapMs`. */
export function poissonTimes(random: SeededRandom, count: number, gapMs = 60_000): number[] {
  let at = Math.floor(random.next() * 1e9);
  return Array.from({ length: count }, () => (at += gapMs * exponential(random)));
}

/** Bursts of a geometric number of events, five on average, ten times as dense as those between them. */
export function burstyTimes(random: SeededRandom, count: number, gapMs = 60_000): number[] {
  const times: number[] = [];
  let at = Math.floor(random.next() * 1e9);
  while (times.length < count) {
    at += 5 * gapMs * exponential(random);
    do {
      times.push(at);
      at += 0.1 * gapMs * exponential(random);
    } while (random.next() < 0.8);
  }
  return times.slice(0, count);
}

export interface PeriodicStream {
  readonly periodMs: number;
  /** Standard deviation, as a part of the period. */
  readonly jitter: number;
  /** Share of occurrences that do not come. */
  readonly missed: number;
  /** Other events expected in a period. */
  readonly background: number;
}

/** The stream of the target. */
export const TYPICAL: PeriodicStream = { periodMs: 3_600_000, jitter: 0.02, missed: 0.1, background: 0.3 };

export interface Periodic {
  readonly times: number[];
  /** Of the periodic ones, whether they came or not. */
  readonly due: number[];
}

export function periodicTimes(random: SeededRandom, count: number, stream: PeriodicStream): Periodic {
  const { periodMs, jitter, missed, background } = stream;
  const start = Math.floor(random.next() * 1e9);
  const periods = 3 * count;
  const due = Array.from({ length: periods }, (_, k) => start + periodMs * (k + jitter * normal(random)));
  const times = due.filter(() => random.next() >= missed);
  if (background > 0) {
    let at = start;
    while (at < start + periods * periodMs) {
      at += (periodMs / background) * exponential(random);
      times.push(at);
    }
  }
  times.sort((a, b) => a - b);
  return { times: times.slice(0, count), due };
}
