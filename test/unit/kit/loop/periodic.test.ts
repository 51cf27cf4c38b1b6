/** What is done again and again: never twice at once, and not after the stop. */
import { expect, it } from 'vitest';
import { VirtualClock } from '../../../../src/kit/clock.js';
import { Periodic } from '../../../../src/kit/loop/periodic.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('counts the interval from when the last was done, and waits for it when it stops', async () => {
  const clock = new VirtualClock();
  let begun = 0;
  let done: () => void = () => {};
  const periodic = new Periodic({
    clock,
    everyMs: 100,
    run: () => {
      begun++;
      return new Promise((resolve) => (done = resolve));
    },
  });
  await periodic.start();
  clock.advance(99);
  expect(begun).toBe(0);
  clock.advance(1);
  clock.advance(1000);
  expect(begun).toBe(1);
  done();
  await turn();
  clock.advance(100);
  expect(begun).toBe(2);
  let isStopped = false;
  const stopped = periodic.stop().then(() => (isStopped = true));
  await turn();
  expect(isStopped).toBe(false);
  done();
  await stopped;
  clock.advance(1000);
  expect(begun).toBe(2);
});
