/**
 * The two places of the demo: how long each task takes at each, and the least time in which both together can be done with a
 * workflow. Machines are not faster or slower by one factor: each program has its own, as measurements of real ones show.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SeededRandom } from '../../src/kit/random.js';
import { normalQuantile } from '../../src/kit/statistics/normal.js';
import type { DemoTask } from './workflow.js';

export interface DemoPlace {
  readonly name: string;
  readonly slots: number;
  /** Of all its times. */
  pace: number;
}

/** By how much programs differ in what a machine does to them, and runs among themselves: of the logarithm. */
const PROGRAM_SPREAD = 0.25;
const RUN_SPREAD = 0.05;

/** Seconds by place and task. */
export type Times = readonly (readonly number[])[];

export function timesAt(places: readonly DemoPlace[], tasks: readonly DemoTask[], run: number): Times {
  return places.map(({ name, pace }) =>
    tasks.map(({ program, seconds }, at) => {
      const factor = pace * Math.exp(PROGRAM_SPREAD * normal(`${name} ${program}`));
      return seconds * factor * Math.exp(RUN_SPREAD * normal(`${name} ${run} ${at}`));
    }),
  );
}

function normal(seed: string): number {
  return normalQuantile(new SeededRandom(seed).next());
}

/** A file for each task, which the stand-in for its program reads. */
export async function writeTimes(dir: string, times: readonly number[]): Promise<void> {
  await mkdir(dir, { recursive: true });
  await Promise.all(times.map((seconds, at) => writeFile(join(dir, String(at)), seconds.toFixed(3))));
}

/** No order and no choice can take less: neither than the longest path, each task at its best place, nor than all work shared out. */
export function leastSeconds(places: readonly DemoPlace[], tasks: readonly DemoTask[], times: Times): number {
  return Math.max(longestPath(tasks, times), sharedOut(places, times));
}

function longestPath(tasks: readonly DemoTask[], times: Times): number {
  const ends = new Map<string, number>();
  for (const [at, { key, dependsOn }] of tasks.entries()) {
    const begin = Math.max(0, ...dependsOn.map((parent) => ends.get(parent) ?? 0));
    ends.set(key, begin + Math.min(...times.map((own) => own[at] as number)));
  }
  return Math.max(...ends.values());
}

/** Of two places: what the first does relatively best goes there, as much as makes both end at once. */
function sharedOut(places: readonly DemoPlace[], times: Times): number {
  const [first, second] = times as readonly [readonly number[], readonly number[]];
  const [one, other] = places.map(({ slots }) => slots) as [number, number];
  const order = first
    .map((seconds, at) => [seconds / one, (second[at] as number) / other] as const)
    .sort(([a, b], [c, d]) => a / b - c / d);
  let [here, there] = [0, order.reduce((sum, [, seconds]) => sum + seconds, 0)];
  for (const [a, b] of order) {
    if (here + a >= there - b) {
      const share = (there - here) / (a + b);
      return here + share * a;
    }
    here += a;
    there -= b;
  }
  return here;
}
