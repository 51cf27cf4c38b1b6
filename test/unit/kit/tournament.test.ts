import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Tournament } from '../../../src/kit/tournament.js';

describe('a tournament', () => {
  it('has no winner where nobody plays', () => {
    const nobody = new Tournament(0, () => true);
    expect(nobody.winner).toBeUndefined();
    expect(nobody.best(3)).toEqual([]);
    expect(new Tournament(5, () => true).best(1)).toEqual([]);
  });

  it('knows the best, the best few and how many play, after any changes', () => {
    const change = fc.record({ player: fc.nat(20), plays: fc.boolean(), strength: fc.nat(1000) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 80 }), fc.integer({ min: 1, max: 25 }), (changes, count) => {
        const strengths = new Array<number>(21).fill(0);
        const playing = new Set<number>();
        const strongest = (a: number, b: number): number =>
          (strengths[b] as number) - (strengths[a] as number) || a - b;
        const tree = new Tournament(21, (a, b) => strongest(a, b) < 0);
        for (const { player, plays, strength } of changes) {
          strengths[player] = strength;
          if (plays) playing.add(player);
          else playing.delete(player);
          tree.set(player, plays);
          const order = [...playing].sort(strongest);
          expect(tree.winner).toBe(order[0]);
          expect(tree.players).toBe(order.length);
          expect(tree.best(count)).toEqual(order.slice(0, count));
        }
      }),
    );
  });

  it('asks for a logarithm of the players, not for all of them', () => {
    let games = 0;
    const strengths = Array.from({ length: 1024 }, (_, at) => at);
    const tree = new Tournament(1024, (a, b) => {
      games++;
      return (strengths[a] as number) < (strengths[b] as number);
    });
    for (const at of strengths) tree.set(at, true);
    games = 0;
    strengths[700] = -1;
    tree.set(700, true);
    expect(games).toBeLessThanOrEqual(10);
    games = 0;
    expect(tree.best(5)).toEqual([700, 0, 1, 2, 3]);
    expect(games).toBeLessThan(5 * 10 * 6);
  });
});
