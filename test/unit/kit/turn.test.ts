/** Work in stages: others come between them, and the result is the same in one piece. */
import { expect, it } from 'vitest';
import { atOnce, inTurns, type Stages } from '../../../src/kit/turn.js';

function* counting(stages: number, told: (stage: number) => void = () => {}): Stages<number> {
  for (let stage = 1; stage < stages; stage++) {
    told(stage);
    yield;
  }
  told(stages);
  return stages;
}

it('lets others have a turn between the stages', async () => {
  const order: string[] = [];
  const work = inTurns(counting(3, (stage) => order.push(`stage ${stage}`)));
  for (let other = 1; other <= 2; other++) setImmediate(() => order.push(`other ${other}`));
  expect(await work).toBe(3);
  expect(order).toEqual(['stage 1', 'stage 2', 'other 1', 'other 2', 'stage 3']);
});

it('takes no turn where there is one stage', async () => {
  const order: string[] = [];
  setImmediate(() => order.push('other'));
  await inTurns(counting(1));
  expect(order).toEqual([]);
});

it('does all stages at once where that is wanted', () => {
  expect(atOnce(counting(5))).toBe(5);
});

it('passes on what the work throws', async () => {
  function* failing(): Stages<void> {
    yield;
    throw new Error('broken');
  }
  await expect(inTurns(failing())).rejects.toThrow('broken');
});
