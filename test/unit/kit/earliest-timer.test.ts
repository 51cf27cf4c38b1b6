import { expect, it } from 'vitest';
import { EarliestTimer } from '../../../src/kit/earliest-timer.js';
import { VirtualClock } from '../../../src/kit/clock.js';

function timer() {
  const clock = new VirtualClock();
  const rang: number[] = [];
  return { clock, rang, timer: new EarliestTimer(clock, () => rang.push(clock.monotonic())) };
}

it('rings once, at the earliest of the times it was asked for', () => {
  const { clock, rang, timer: one } = timer();
  one.by(50);
  one.by(20);
  one.by(30);
  clock.advance(100);
  expect(rang).toEqual([20]);
  one.by(130);
  clock.advance(100);
  expect(rang).toEqual([20, 130]);
  expect(clock.timerCount).toBe(0);
});

it('rings at once for a time that has passed, and not at all after it was cancelled', () => {
  const { clock, rang, timer: one } = timer();
  clock.advance(10);
  one.by(5);
  clock.advance(0);
  expect(rang).toEqual([10]);
  one.by(40);
  one.cancel();
  clock.advance(100);
  expect(rang).toEqual([10]);
  one.by(120);
  clock.advance(100);
  expect(rang).toEqual([10, 120]);
});

it('takes what it is asked for while it rings', () => {
  const clock = new VirtualClock();
  let left = 3;
  const one: EarliestTimer = new EarliestTimer(clock, () => {
    if (--left > 0) one.by(clock.monotonic() + 10);
  });
  one.by(10);
  clock.advance(25);
  expect(left).toBe(1);
});
