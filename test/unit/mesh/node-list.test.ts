/** The order-maintenance list against a plain array, and where labels run out of room. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NodeList } from '../../../src/mesh/node-list.js';

const move = fc.record({
  after: fc.boolean(),
  anchor: fc.nat(),
  picks: fc.array(fc.nat(), { maxLength: 5, size: 'max' }),
});

function expectOrder(list: NodeList, model: readonly number[]): void {
  expect(Array.from(list.toArray())).toEqual(model);
  for (let i = 1; i < model.length; i++)
    expect(list.label(model[i - 1] as number)).toBeLessThan(list.label(model[i] as number));
}

test('after any moves, the list is in the order of the model and its labels grow', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.array(move, { maxLength: 60, size: 'max' }),
      (count, moves) => {
        const list = new NodeList();
        let model = Array.from({ length: count }, (_, node) => node);
        for (const node of model) list.append(node);
        for (const { after, anchor, picks } of moves) {
          const to = anchor % count;
          const nodes = [...new Set(picks.map((pick) => pick % count))].filter((node) => node !== to);
          if (after) list.moveAfter(nodes, to);
          else list.moveBefore(nodes, to);
          model = model.filter((node) => !nodes.includes(node));
          model.splice(model.indexOf(to) + Number(after), 0, ...nodes);
          expectOrder(list, model);
        }
      },
    ),
  );
});

test('thousands of moves to the same place make room for themselves', () => {
  const list = new NodeList();
  for (let node = 0; node < 3_000; node++) list.append(node);
  for (let node = 2_999; node > 1; node--) list.moveAfter([node], 0);
  expectOrder(list, [0, ...Array.from({ length: 2_998 }, (_, i) => i + 2), 1]);
  for (let node = 2; node < 3_000; node++) list.moveBefore([node], 0);
  expectOrder(list, [...Array.from({ length: 2_998 }, (_, i) => i + 2), 0, 1]);
});

test('labels do not run out at the end of a list that is appended to and shed for ever', () => {
  const list = new NodeList();
  for (let node = 0; node < 3; node++) list.append(node);
  for (let i = 0; i < 9_000_000; i++) {
    list.remove(i % 3);
    list.append(i % 3);
  }
  expectOrder(list, [0, 1, 2]);
});
