/**
 * Which episodes are forgotten when there are too many: the least surprising and the oldest. Called by episodic memory,
 * and by the store's own sweep. What they add up to is kept per type.
 */
import type { Episode } from './episode.js';

/** The worth of an episode halves in this time: a month. */
const HALF_LIFE_MS = 30 * 24 * 3_600_000;
/** What an episode without any surprise is worth, in bits. */
const PLAIN = 0.5;

/** Of pruned episodes: how many, how many failed, and sums of seconds and of bits. */
export interface Aggregate {
  readonly count: number;
  readonly failed: number;
  readonly seconds: number;
  readonly surprise: number;
}

export const NOTHING_PRUNED: Aggregate = { count: 0, failed: 0, seconds: 0, surprise: 0 };

export function worthOf({ surprise, atMs }: Episode, nowMs: number): number {
  return (PLAIN + surprise) * 2 ** (-Math.max(0, nowMs - atMs) / HALF_LIFE_MS);
}

/** The `count` that are worth least, the older of equals first. */
export function prune(episodes: readonly Episode[], count: number, nowMs: number): Episode[] {
  return episodes
    .map((episode) => ({ episode, worth: worthOf(episode, nowMs) }))
    .sort((a, b) => a.worth - b.worth || a.episode.id - b.episode.id)
    .slice(0, count)
    .map(({ episode }) => episode);
}
