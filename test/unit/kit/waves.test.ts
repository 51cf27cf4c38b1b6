/** Many who are woken together: in order, each few to the end before the next, and everything else has its turns. */
import { expect, it } from 'vitest';
import { Waves } from '../../../src/kit/waves.js';
import { until } from '../../support/until.js';

const COUNT = 1000;

/** Takes several steps before it is done, as a reader does. */
async function steps(): Promise<void> {
  for (let step = 0; step < 20; step++) await Promise.resolve();
}

/** The clock moves on with each look at it. */
async function woken(msPerLook: number) {
  let now = 0;
  const waves = new Waves({ monotonic: () => (now += msPerLook) });
  const begun: number[] = [];
  const done: number[] = [];
  const begunWhenDone: number[] = [];
  let turns = 0;
  const turn = (): void => {
    turns++;
    if (done.length < COUNT) setImmediate(turn);
  };
  setImmediate(turn);
  for (let index = 0; index < COUNT; index++)
    waves.wake(() => {
      begun.push(index);
      void steps().then(() => {
        done.push(index);
        begunWhenDone.push(begun.length);
      });
    });
  const atOnce = begun.length;
  await until('all are done', () => done.length === COUNT);
  return { begun, done, begunWhenDone, atOnce, turns };
}

it('wakes the first few at once and the others in their order', async () => {
  const { begun, done, atOnce } = await woken(0);
  expect(atOnce).toBe(32);
  expect(begun).toEqual(Array.from({ length: COUNT }, (_, index) => index));
  expect(done).toEqual(begun);
});

it('finishes a few before it wakes more', async () => {
  const { begunWhenDone } = await woken(0);
  expect(Math.max(...begunWhenDone.map((begun, done) => begun - done))).toBeLessThanOrEqual(32);
});

it('lets everything else have its turn when it has taken long', async () => {
  expect((await woken(1000)).turns).toBeGreaterThan(COUNT / 32 - 2);
  expect((await woken(0)).turns).toBeLessThan(5);
});

it('wakes those at once who come when nobody waits any more', async () => {
  const waves = new Waves({ monotonic: () => 0 });
  for (let index = 0; index < 40; index++) waves.wake(() => undefined);
  await waves.turn();
  await new Promise((resolve) => setImmediate(resolve));
  let isWoken = false;
  waves.wake(() => (isWoken = true));
  expect(isWoken).toBe(true);
});
