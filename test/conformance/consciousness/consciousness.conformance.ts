/** The promises of `ConsciousnessStore`, for every implementation; a database of its own per test. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConsciousnessStore } from '../../../src/store/consciousness.js';
import {
  AT,
  decision,
  episode,
  external,
  insight,
  outcome,
  pattern,
} from '../../support/consciousness/rows.js';
import { uuid } from '../../support/store/batches.js';

export interface ConsciousnessWorld {
  readonly consciousness: ConsciousnessStore;
  close(): Promise<void>;
}

const ALL = { limit: 100 };
const FOLD = { seq: 12, snapshot: '{"known":[1,2]}' };

export function consciousnessConformance(name: string, makeWorld: () => Promise<ConsciousnessWorld>): void {
  describe(name, () => {
    let world: ConsciousnessWorld;
    let store: ConsciousnessStore;
    beforeEach(async () => {
      world = await makeWorld();
      store = world.consciousness;
    });
    afterEach(() => world.close());

    it('is empty at first', async () => {
      expect(await store.state()).toEqual({ fold: undefined, standing: undefined });
      expect(await store.decisions({}, ALL)).toEqual([]);
      expect(await store.episodes(10)).toEqual([]);
    });

    it('keeps fold and standing apart, each until the next of its kind', async () => {
      expect(await store.write(1, { fold: FOLD, standing: '{"level":1}' })).toBe(true);
      expect(await store.write(1, { standing: '{"level":2}' })).toBe(true);
      expect(await store.state()).toEqual({ fold: FOLD, standing: '{"level":2}' });
    });

    it('takes nothing from a leader of an older epoch', async () => {
      await store.write(5, { standing: '{"of":5}' });
      expect(await store.write(4, { standing: '{"of":4}', decisions: [decision(1)] })).toBe(false);
      expect(await store.forget(4)).toBe(false);
      expect(await store.state()).toEqual({ fold: undefined, standing: '{"of":5}' });
      expect(await store.decisions({}, ALL)).toEqual([]);
    });

    it('writes all or nothing', async () => {
      const impossible = decision(1, { propensity: 0 });
      const both = async () => store.write(1, { insights: [insight('i')], decisions: [impossible] });
      await expect(both()).rejects.toThrow();
      expect(await store.insights({}, ALL)).toEqual([]);
      await store.write(1, { events: [external('e')] });
      expect(await store.events(ALL)).toEqual([{ ...external('e'), number: expect.any(Number) }]);
    });

    it('numbers rows in the order of writing, and reads them behind a number, before one, and newest first', async () => {
      await store.write(1, { insights: [insight('a'), insight('b')] });
      await store.write(1, { insights: [insight('b', { text: 'again' }), insight('c', { kind: 'ALERT' })] });
      const all = await store.insights({}, ALL);
      expect(all.map(({ id, text }) => [id, text])).toEqual([
        ['a', 'seen'],
        ['b', 'seen'],
        ['c', 'seen'],
      ]);
      const [a, b, c] = all.map(({ number }) => number) as [number, number, number];
      expect(a < b && b < c).toBe(true);
      const ids = async (slice: object) =>
        (await store.insights({}, { ...ALL, ...slice })).map(({ id }) => id);
      expect(await ids({ after: a })).toEqual(['b', 'c']);
      expect(await ids({ newestFirst: true })).toEqual(['c', 'b', 'a']);
      expect(await ids({ before: c, newestFirst: true, limit: 1 })).toEqual(['b']);
      expect(await store.insights({ kind: 'ALERT' }, ALL)).toHaveLength(1);
    });

    it('keeps patterns as they were found and adds their end', async () => {
      await store.write(1, {
        patterns: [pattern('p'), pattern('q', { kind: 'BURST', subject: 'x\u0000y' })],
      });
      await store.write(1, { patterns: [pattern('p', { endedAt: AT, text: 'otherwise' })] });
      const [p] = await store.patterns({ kind: 'PERIOD' }, ALL);
      expect(p).toEqual({ ...pattern('p', { endedAt: AT }), number: expect.any(Number) });
      const holding = await store.patterns({ holds: true }, ALL);
      expect(holding.map(({ subject }) => subject)).toEqual(['x\u0000y']);
      expect(await store.patterns({ holds: false, subject: 'command:sync' }, ALL)).toHaveLength(1);
      expect(await store.patterns({ subject: 'x\u0000y' }, ALL)).toHaveLength(1);
    });

    it('adds to a decision what came of it and how it was rated, and leaves it as it was made', async () => {
      await store.write(1, { decisions: [decision(1), decision(2, { kind: 'ALERT', mode: 'SHADOW' })] });
      expect((await store.decisions({ open: true }, ALL)).map(({ id }) => id)).toEqual([
        uuid(501),
        uuid(502),
      ]);
      const ended = {
        outcome: outcome({ by: 'ann', why: 'no', ended: 'VETOED' }),
        rating: -1,
        ratedBy: 'ann',
      };
      await store.write(1, { decisions: [decision(1, { ...ended, reason: 'otherwise' })] });
      const [one] = await store.decisions({ id: uuid(501) }, ALL);
      expect(one).toEqual({ ...decision(1, ended), number: expect.any(Number) });
      expect(await store.decisions({ open: true }, ALL)).toHaveLength(1);
      expect(await store.decisions({ open: false, kind: 'HOLD' }, ALL)).toHaveLength(1);
      expect(await store.decisions({ mode: 'SHADOW' }, ALL)).toHaveLength(1);
      expect(await store.decisions({ subject: 'command:sync', kind: 'LAYER' }, ALL)).toEqual([]);
    });

    it('takes neither from a decision when it is written again by who knew of neither', async () => {
      await store.write(1, { decisions: [decision(1)] });
      await store.write(1, { decisions: [decision(1, { rating: 0.5, ratedBy: 'ann' })] });
      await store.write(1, { decisions: [decision(1, { outcome: outcome() }), decision(1)] });
      const [one] = await store.decisions({ id: uuid(501) }, ALL);
      const known = { rating: 0.5, ratedBy: 'ann', outcome: outcome() };
      expect(one).toEqual({ ...decision(1, known), number: expect.any(Number) });
    });

    it('keeps an outcome whose costs cannot be known', async () => {
      const unknown = outcome({ cost: null, staticCost: null, regret: null, pit: null, covered: null });
      await store.write(1, { decisions: [decision(1, { outcome: unknown })] });
      expect((await store.decisions({}, ALL))[0]?.outcome).toEqual(unknown);
    });

    it('keeps the ledger by its own numbers, and what changed the level with its input when observations are pruned', async () => {
      const line = (number: number, kind: string) => ({ number, at: AT, kind, entry: { kind } });
      const kinds = ['STARTED', 'OBSERVED', 'OBSERVED', 'PROMOTED', 'OBSERVED'];
      await store.write(1, { lines: kinds.map((kind, at) => line(at, kind)) });
      await store.write(1, { lines: [line(1, 'FORCED')] });
      expect(await store.lines({}, ALL)).toEqual(kinds.map((kind, at) => line(at, kind)));
      expect(await store.lines({ kinds: ['PROMOTED'] }, { ...ALL, after: 2 })).toEqual([line(3, 'PROMOTED')]);
      await store.prune({ patterns: 9, insights: 9, events: 9, observations: 1, decisions: 9 });
      expect((await store.lines({}, ALL)).map(({ number }) => number)).toEqual([0, 2, 3, 4]);
    });

    it('keeps episodes by the event they come from, the newest oldest first, and forgets those it is told to', async () => {
      await store.write(1, { episodes: [episode(5), episode(3), episode(9)] });
      await store.write(1, { episodes: [episode(9, { failed: false })], forgotten: [3] });
      expect(await store.episodes(10)).toEqual([episode(5), episode(9)]);
      expect(await store.episodes(1)).toEqual([episode(9)]);
      expect(await store.episodesBySeq([9, 3])).toEqual([episode(9)]);
    });

    it('forgets of the fold what it would make again, and nothing else', async () => {
      const rows = { patterns: [pattern('p')], episodes: [episode(1)], decisions: [decision(1)] };
      await store.write(1, { fold: FOLD, standing: '{}', ...rows, events: [external('e')] });
      expect(await store.forget(1)).toBe(true);
      expect(await store.state()).toEqual({ fold: undefined, standing: '{}' });
      expect(await store.patterns({}, ALL)).toEqual([]);
      expect(await store.episodes(10)).toEqual([]);
      expect(await store.decisions({}, ALL)).toHaveLength(1);
      expect(await store.events(ALL)).toHaveLength(1);
    });

    it('is cut to the newest rows', async () => {
      const three = [1, 2, 3];
      await store.write(1, {
        patterns: three.map((at) => pattern(`p${at}`)),
        insights: three.map((at) => insight(`i${at}`)),
        events: three.map((at) => external(`e${at}`)),
        decisions: three.map((at) => decision(at)),
      });
      await store.prune({ patterns: 1, insights: 2, events: 3, observations: 1, decisions: 2 });
      expect((await store.patterns({}, ALL)).map(({ id }) => id)).toEqual(['p3']);
      expect((await store.insights({}, ALL)).map(({ id }) => id)).toEqual(['i2', 'i3']);
      expect(await store.events(ALL)).toHaveLength(3);
      expect((await store.decisions({}, ALL)).map(({ id }) => id)).toEqual([uuid(502), uuid(503)]);
    });
  });
}
