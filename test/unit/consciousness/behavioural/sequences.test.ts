/** What follows what: against a search through everything, and against chance. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atOnce } from '../../../../src/kit/turn.js';
import { frequentSequencesInStages } from '../../../../src/consciousness/patterns/behavioural/prefix-span.js';
import {
  SequenceFinder,
  significantSequences,
} from '../../../../src/consciousness/patterns/behavioural/sequence-finder.js';
import type { SequenceState } from '../../../../src/consciousness/patterns/behavioural/sequence-finder.js';
import { taskGroups } from '../../../../src/consciousness/patterns/behavioural/task-groups.js';
import type { TypeProfile } from '../../../../src/consciousness/patterns/behavioural/task-groups.js';
import { SeededRandom } from '../../../../src/kit/random.js';
import { normal } from '../../../support/consciousness/streams.js';

const SIMULATIONS = Number(process.env.SIMULATIONS ?? 25);

function contains(sequence: readonly string[], items: readonly string[]): boolean {
  let at = 0;
  for (const item of sequence) if (item === items[at]) at++;
  return at === items.length;
}

describe('frequent sequences', () => {
  it('are all there are, with their support', () => {
    const sequence = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 6 });
    const all = ['a', 'b', 'c'].flatMap((x) => [[x], ...['a', 'b', 'c'].map((y) => [x, y])]);
    fc.assert(
      fc.property(fc.array(sequence, { maxLength: 12 }), (sequences) => {
        const found = atOnce(
          frequentSequencesInStages(sequences, { supportMin: 2, lengthMax: 2, sequencesMax: 1_000 }),
        );
        const expected = all
          .map((items) => ({ items, support: sequences.filter((one) => contains(one, items)).length }))
          .filter(({ support }) => support >= 2);
        expect(new Set(found.map((one) => JSON.stringify(one)))).toEqual(
          new Set(expected.map((one) => JSON.stringify(one))),
        );
      }),
    );
  });

  it('stop at the length and the number that they may have', () => {
    const sequences = Array.from({ length: 5 }, () => ['a', 'b', 'c', 'd', 'e', 'f', 'g']);
    const limits = { supportMin: 5, lengthMax: 5, sequencesMax: 10_000 };
    const found = atOnce(frequentSequencesInStages(sequences, limits));
    expect(Math.max(...found.map(({ items }) => items.length))).toBe(5);
    expect(atOnce(frequentSequencesInStages(sequences, { ...limits, sequencesMax: 7 }))).toEqual(
      found.slice(0, 7),
    );
  });
});

/** Lives of tasks: always queued and started, some held, some slow, most completed; failures follow a deploy or not. */
function lives(random: SeededRandom, count: number, afterDeploy: number): string[][] {
  return Array.from({ length: count }, () => {
    const deployed = random.next() < 0.2;
    const failed = random.next() < (deployed ? afterDeploy : 0.1);
    const maybe = (item: string): string[] => (random.next() < 0.3 ? [item] : []);
    return [
      'QUEUED',
      ...maybe('HELD'),
      ...(deployed ? ['DEPLOY'] : []),
      'STARTED',
      ...maybe('SLOW'),
      failed ? 'FAILED' : 'COMPLETED',
      ...maybe('LOGGED'),
    ];
  });
}

describe('what follows what', () => {
  it('is found where it is so, in its shortest form, and what always happens is not', () => {
    const found = significantSequences(lives(new SeededRandom('planted'), 300, 0.7));
    expect(found[0]?.items).toEqual(['DEPLOY', 'FAILED']);
    expect(found[0]?.lift).toBeGreaterThan(2);
    for (const { items } of found) {
      expect(items.at(-1)).toBe('FAILED');
      expect(items).toContain('DEPLOY');
    }
  });

  it('is found in at most 5 % of the lives in which nothing follows from anything', () => {
    let wrong = 0;
    for (let run = 0; run < SIMULATIONS; run++)
      if (significantSequences(lives(new SeededRandom(`null ${run}`), 200, 0.1)).length > 0) wrong++;
    expect(wrong / SIMULATIONS).toBeLessThanOrEqual(0.05 + 2 * Math.sqrt((0.05 * 0.95) / SIMULATIONS));
  });

  it('is the same after a restore, and of a bounded past', () => {
    const whole = new SequenceFinder();
    let restored = new SequenceFinder();
    lives(new SeededRandom('restore'), 1_100, 0.7).forEach((life, at) => {
      for (const item of [...life, ...life.slice(-1)]) {
        whole.happened(`task ${at}`, item);
        restored.happened(`task ${at}`, item);
      }
      if (at === 550)
        restored = new SequenceFinder(JSON.parse(JSON.stringify(whole.snapshot())) as SequenceState);
    });
    expect(JSON.stringify(restored.snapshot())).toBe(JSON.stringify(whole.snapshot()));
    expect(whole.snapshot().sequences).toHaveLength(1_000);
    expect(restored.findings()).toEqual(whole.findings());
  });
});

describe('groups of alike types', () => {
  const KINDS = [
    { text: 'align reads to the genome with bwa', features: [10, 1], logSeconds: 6 },
    { text: 'quality report of sequencing lanes', features: [1, 8], logSeconds: 2 },
    { text: 'exportar tabelas para o armazém de dados', features: [4, 4], logSeconds: 4 },
  ];

  function profiles(random: SeededRandom, related: boolean): TypeProfile[] {
    return KINDS.flatMap(({ text, features, logSeconds }, kind) =>
      Array.from({ length: 6 }, (_, i) => ({
        typeKey: `k${kind}.t${i}`,
        text: `${text} ${['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta'][i]}`,
        features: features.map((value) => value + 0.3 * normal(random)),
        logSeconds: (related ? logSeconds : 4) + 0.5 * normal(random),
      })),
    );
  }

  it('are found by words and numbers, with the words that they share', () => {
    const found = taskGroups(profiles(new SeededRandom('kinds'), true));
    expect(found.map(({ typeKeys }) => typeKeys)).toEqual(
      [0, 1, 2].map((kind) => [0, 1, 2, 3, 4, 5].map((i) => `k${kind}.t${i}`)),
    );
    expect(found[0]?.words).toContain('genom');
    for (const { spread, spreadOfAll } of found) expect(spread).toBeLessThan(spreadOfAll / 2);
  });

  it('do not depend on the order in which types are given', () => {
    const given = profiles(new SeededRandom('kinds'), true);
    expect(taskGroups([...given].reverse())).toEqual(taskGroups(given));
  });

  it('are not told of when likeness says nothing of run times', () => {
    let told = 0;
    const runs = Math.max(10, SIMULATIONS >> 1);
    for (let run = 0; run < runs; run++)
      told += taskGroups(profiles(new SeededRandom(`none ${run}`), false)).length > 0 ? 1 : 0;
    expect(told / runs).toBeLessThanOrEqual(0.05 + 2.5 * Math.sqrt((0.05 * 0.95) / runs));
  });

  it('are none of no types', () => {
    expect(taskGroups([])).toEqual([]);
  });
});
