/** Recall by signature, features and text; forgetting by worth; the same bytes after a restore. */
import { describe, expect, it } from 'vitest';
import { EpisodicMemory } from '../../../../src/consciousness/memory/episodic-memory.js';
import type { MemoryState } from '../../../../src/consciousness/memory/episodic-memory.js';
import { surpriseOf } from '../../../../src/consciousness/memory/episode.js';
import type { Episode } from '../../../../src/consciousness/memory/episode.js';
import { TermIndex } from '../../../../src/consciousness/memory/term-index.js';
import { SeededRandom } from '../../../../src/kit/random.js';
import { randomEpisode } from '../../../support/consciousness/episodes.js';

const DAY = 24 * 3_600_000;

function episode(id: number, given: Partial<Episode> = {}): Episode {
  return { ...randomEpisode(new SeededRandom(id), id), ...given };
}

function memoryOf(episodes: readonly Episode[], episodesMax = 1_000): EpisodicMemory {
  const memory = new EpisodicMemory({ episodesMax, episodes: [], aggregates: [] });
  for (const one of episodes) memory.remember(one);
  return memory;
}

describe('surprise', () => {
  const expected = { failure: 0.25, logMean: Math.log(10), logSd: 0.5 };

  it('is counted in bits', () => {
    expect(surpriseOf({ failed: true, seconds: 1 }, expected)).toBeCloseTo(2, 9);
    expect(surpriseOf({ failed: false, seconds: 10 }, { ...expected, failure: 0.5 })).toBeCloseTo(1, 9);
  });

  it('grows with the distance from what was expected, both ways, and is bounded', () => {
    const of = (seconds: number): number => surpriseOf({ failed: false, seconds }, expected);
    expect(of(20)).toBeGreaterThan(of(12));
    expect(of(5)).toBeCloseTo(of(20), 9);
    expect(of(1e9)).toBe(20);
    // P(|Z| > 2) = 0.0455 is 4.46 bits.
    expect(of(10 * Math.E) - of(10)).toBeCloseTo(4.46, 0);
  });
});

describe('recall', () => {
  const target = episode(1, { signature: 'etl/extract/7', typeKey: 'extract', features: [1, 1] });

  it('is by the exact situation first, the latest first', () => {
    const memory = memoryOf(
      [episode(2, target), episode(3, target), episode(4)].map((one, i) => ({ ...one, id: i })),
    );
    const found = memory.recall(target, 2);
    expect(found.map(({ episode: { id }, by }) => [id, by])).toEqual([
      [1, 'SIGNATURE'],
      [0, 'SIGNATURE'],
    ]);
  });

  it('then by nearness within the type, then by text', () => {
    const far = episode(2, { typeKey: 'extract', features: [5, 5] });
    const near = episode(3, { typeKey: 'extract', features: [1, 1.1] });
    const alike = episode(4, { typeKey: 'load', terms: target.terms });
    const found = memoryOf([far, near, alike, episode(5, { terms: [['nothing', 1]] })]).recall(target, 3);
    expect(found.map(({ episode: { id }, by }) => [id, by])).toEqual([
      [3, 'FEATURES'],
      [2, 'FEATURES'],
      [4, 'TEXT'],
    ]);
    expect(found[0]?.likeness).toBeCloseTo(1 / 1.1, 9);
    expect(found[2]?.likeness).toBeCloseTo(1, 9);
  });

  it('names nothing twice, and no more than was asked for', () => {
    const random = new SeededRandom('twice');
    const memory = memoryOf(Array.from({ length: 400 }, (_, id) => randomEpisode(random, id)));
    for (let i = 0; i < 50; i++) {
      const found = memory.recall(randomEpisode(random, i), 8);
      expect(found.length).toBe(8);
      expect(new Set(found.map((one) => one.episode.id)).size).toBe(8);
    }
  });
});

describe('the index of words', () => {
  const cosine = (a: Episode, b: Episode): number => {
    const weights = new Map(a.terms);
    return b.terms.reduce((sum, [term, weight]) => sum + weight * (weights.get(term) ?? 0), 0);
  };

  it('finds what a search through all texts finds, as long as no word is common', () => {
    const random = new SeededRandom('index');
    const episodes = Array.from({ length: 500 }, (_, id) => randomEpisode(random, id));
    const index = new TermIndex();
    for (const one of episodes) index.add(one.id, one.terms);
    for (let i = 0; i < 20; i++) {
      const sought = randomEpisode(random, 0);
      const best = episodes
        .map((one) => ({ id: one.id, score: cosine(sought, one) }))
        .sort((a, b) => b.score - a.score || b.id - a.id);
      const found = index.search(sought.terms, 5);
      expect(found.map(({ score }) => score)).toEqual(
        best.slice(0, 5).map(({ score }) => expect.closeTo(score, 9)),
      );
    }
  });

  it('forgets what was removed', () => {
    const index = new TermIndex();
    for (let id = 0; id < 10; id++) index.add(id, [['word', 1]]);
    for (let id = 0; id < 8; id++) index.remove(id);
    expect(index.search([['word', 1]], 20).map(({ id }) => id)).toEqual([9, 8]);
    expect(index.size).toBe(2);
  });
});

describe('forgetting', () => {
  it('takes the plain and the old, keeps the surprising, and what the forgotten add up to', () => {
    const plain = Array.from({ length: 10 }, (_, id) =>
      episode(id, {
        surprise: 0,
        atMs: id * DAY,
        typeKey: 'extract',
        outcome: { failed: id === 0, seconds: 5 },
      }),
    );
    const memory = memoryOf([episode(100, { surprise: 12, atMs: 0, typeKey: 'extract' }), ...plain], 10);
    expect(memory.size).toBe(10);
    expect(memory.snapshot().episodes.map(({ id }) => id)).toEqual([100, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(memory.aggregate('extract')).toEqual({ count: 1, failed: 1, seconds: 5, surprise: 0 });
    expect(memory.aggregate('other').count).toBe(0);
  });

  it('never holds more than it may, and answers what went', () => {
    const random = new SeededRandom('bounded');
    const memory = memoryOf([], 100);
    let gone = 0;
    for (let id = 0; id < 1_000; id++) {
      gone += memory.remember(randomEpisode(random, id)).length;
      expect(memory.size).toBeLessThanOrEqual(100);
    }
    expect(gone + memory.size).toBe(1_000);
  });
});

it('memory goes on from a snapshot as if it had never stopped, byte for byte', () => {
  const random = new SeededRandom('memory');
  const episodes = Array.from({ length: 300 }, (_, id) => randomEpisode(random, id));
  const whole = memoryOf(episodes.slice(0, 150), 100);
  const restored = new EpisodicMemory(JSON.parse(JSON.stringify(whole.snapshot())) as MemoryState);
  for (const one of episodes.slice(150)) expect(restored.remember(one)).toEqual(whole.remember(one));
  expect(JSON.stringify(restored.snapshot())).toBe(JSON.stringify(whole.snapshot()));
  for (const one of episodes.slice(0, 30)) expect(restored.recall(one, 5)).toEqual(whole.recall(one, 5));
});
