/** Order of virtual time, and the two cures of the system's timers (early and very long). */
import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { SystemClock, VirtualClock } from '../../../src/kit/clock.js';

afterEach(() => vi.useRealTimers());

test('timers run by due time, ties in the order they were set, each at its own time', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 40, size: 'max' }), (delays) => {
      const clock = new VirtualClock();
      const ran: { delay: number; i: number; at: number }[] = [];
      delays.forEach((delay, i) =>
        clock.setTimer(delay, () => ran.push({ delay, i, at: clock.monotonic() })),
      );
      clock.advance(20);
      const expected = delays
        .map((delay, i) => ({ delay, i, at: delay }))
        .sort((a, b) => a.delay - b.delay || a.i - b.i);
      expect(ran).toEqual(expected);
      expect([clock.monotonic(), clock.timerCount]).toEqual([20, 0]);
    }),
  );
});

test('a timer set by a timer runs within the same advance when it is due', () => {
  const clock = new VirtualClock();
  const at: number[] = [];
  const tick = (): void => {
    at.push(clock.monotonic());
    clock.setTimer(10, tick);
  };
  clock.setTimer(10, tick);
  clock.advance(35);
  expect(at).toEqual([10, 20, 30]);
});

test('a cancelled timer does not run, and cancelling again is harmless', () => {
  const clock = new VirtualClock();
  const timer = clock.setTimer(5, () => expect.unreachable());
  timer.cancel();
  timer.cancel();
  clock.advance(10);
  expect(clock.advanceToNext()).toBe(false);
});

test('advanceToNext runs one timer and moves time to it', () => {
  const clock = new VirtualClock(1_000);
  const ran: string[] = [];
  clock.setTimer(7.5, () => ran.push('b'));
  clock.setTimer(-3, () => ran.push('a'));
  expect([clock.advanceToNext(), [...ran], clock.monotonic()]).toEqual([true, ['a'], 0]);
  expect([clock.advanceToNext(), [...ran], clock.monotonic(), clock.wall()]).toEqual([
    true,
    ['a', 'b'],
    7.5,
    1_007,
  ]);
  expect(clock.advanceToNext()).toBe(false);
});

test('a timer without end never runs', () => {
  const clock = new VirtualClock();
  clock.setTimer(Infinity, () => expect.unreachable());
  clock.advance(1e15);
  expect([clock.advanceToNext(), clock.timerCount]).toEqual([false, 1]);
});

test('an error of a callback comes out, and the clock goes on from there', () => {
  const clock = new VirtualClock();
  let ran = false;
  clock.setTimer(1, () => {
    throw new Error('task code');
  });
  clock.setTimer(2, () => {
    ran = true;
  });
  expect(() => clock.advance(5)).toThrow('task code');
  expect(clock.monotonic()).toBe(1);
  clock.advance(5);
  expect(ran).toBe(true);
});

test('a callback that advances its own clock is a broken invariant', () => {
  const clock = new VirtualClock();
  clock.setTimer(1, () => clock.advance(1));
  expect(() => clock.advance(1)).toThrow(/must not advance/);
});

test('virtual time does not run backwards, nor for ever', () => {
  for (const ms of [-1, Number.NaN, Infinity])
    expect(() => new VirtualClock().advance(ms)).toThrow(/forward/);
  expect(() => new VirtualClock().setTimer(Number.NaN, () => undefined)).toThrow(/delay/);
});

test('the system clock fires a timer beyond the range of Node at its time, not at once', () => {
  vi.useFakeTimers();
  let fired = 0;
  const days = 24 * 3_600_000;
  new SystemClock().setTimer(60 * days, () => fired++);
  vi.advanceTimersByTime(60 * days - 1);
  expect(fired).toBe(0);
  vi.advanceTimersByTime(1);
  expect(fired).toBe(1);
});

test('a cancelled system timer does not fire, also after it was armed again', () => {
  vi.useFakeTimers();
  const timer = new SystemClock().setTimer(2 ** 31 + 5_000, () => expect.unreachable());
  vi.advanceTimersByTime(2 ** 31);
  timer.cancel();
  vi.advanceTimersByTime(10_000);
  expect(vi.getTimerCount()).toBe(0);
});

test('a real system timer is never early', async () => {
  const clock = new SystemClock({ timersHoldProcess: true });
  const started = clock.monotonic();
  const late = await Promise.all(
    Array.from(
      { length: 20 },
      (_, i) =>
        new Promise<number>((resolve) =>
          clock.setTimer(i / 3, () => resolve(clock.monotonic() - started - i / 3)),
        ),
    ),
  );
  expect(Math.min(...late)).toBeGreaterThan(-1e-6);
});
