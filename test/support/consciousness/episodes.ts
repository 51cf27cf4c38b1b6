/** Episodes of seeded tasks, with words as frequent as words are: for tests of memory and for the bench. */
import type { Episode } from '../../../src/consciousness/memory/episode.js';
import type { SeededRandom } from '../../../src/kit/random.js';

const WORDS = 5_000;
const WORDS_EACH = 12;

/** Word ranks follow Zipf's law, as the error texts of a server do. */
function terms(random: SeededRandom): [string, number][] {
  const words = new Set<number>();
  while (words.size < WORDS_EACH) words.add(Math.floor(WORDS ** random.next()));
  const weights = [...words].map((word) => Math.log(1 + word));
  const length = Math.hypot(...weights);
  return [...words].map((word, i) => [`w${word}`, (weights[i] as number) / length]);
}

export function randomEpisode(random: SeededRandom, id: number): Episode {
  const type = random.int(200);
  return {
    ...{ id, atMs: id * 60_000, kind: 'TASK_FAILED', decisionId: null },
    signature: `type ${type}/${random.int(100)}`,
    typeKey: `type ${type}`,
    features: [random.next(), random.next(), random.next(), random.next()],
    terms: terms(random),
    outcome: { failed: random.next() < 0.1, seconds: 100 * random.next() },
    surprise: 10 * random.next() ** 3,
  };
}
