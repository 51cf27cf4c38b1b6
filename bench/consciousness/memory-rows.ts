/** The row of episodic memory: processor time of a recall, because wall time of a shared machine says little. */
import { EpisodicMemory } from '../../src/consciousness/memory/episodic-memory.js';
import { SeededRandom } from '../../src/kit/random.js';
import { randomEpisode } from '../../test/support/consciousness/episodes.js';
import type { Row } from './row.js';

const EPISODES = 100_000;
const RECALLS = 2_000;

export function memoryRows(): Record<string, () => Row[]> {
  return { recall: () => [row('the nearest of a type'), row('text alone')] };
}

function row(by: 'the nearest of a type' | 'text alone'): Row {
  const random = new SeededRandom('recall');
  const episodes = Array.from({ length: EPISODES }, (_, id) => randomEpisode(random, id));
  const memory = new EpisodicMemory({ episodesMax: EPISODES, episodes, aggregates: [] });
  const situations = Array.from({ length: 2 * RECALLS }, (_, id) => ({
    ...randomEpisode(random, id),
    signature: 'never seen',
    ...(by === 'text alone' ? { typeKey: 'never seen' } : {}),
  }));
  // The first half warms the compiler up.
  for (const situation of situations.slice(RECALLS)) memory.recall(situation, 10);
  const before = process.cpuUsage();
  for (const situation of situations.slice(0, RECALLS)) memory.recall(situation, 10);
  const { user, system } = process.cpuUsage(before);
  const ms = (user + system) / 1000 / RECALLS;
  return {
    what: `recall of 10 of ${EPISODES} episodes by ${by}`,
    ...{ target: '<= 1 ms', measured: `${ms.toFixed(2)} ms of processor time`, met: ms <= 1 },
  };
}
