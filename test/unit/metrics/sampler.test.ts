/** What the sampler writes, and what it makes of a database that is away. */
import { expect, it } from 'vitest';
import { VirtualClock } from '../../../src/kit/clock.js';
import { Sampler } from '../../../src/metrics/sampler.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('writes a sample an interval, tells of the first failure in a row, and stops', async () => {
  const clock = new VirtualClock();
  const written: unknown[] = [];
  const errors: unknown[] = [];
  let isAway = false;
  const sampler = new Sampler({
    samples: {
      add: async (...sample) => {
        if (isAway) throw new Error('away');
        written.push(sample);
      },
    },
    metrics: { snapshot: async () => ({ tasks: clock.monotonic() }) },
    clock,
    server: 'here',
    everyMs: 1000,
    keepDays: 3,
    onError: (error) => errors.push(error),
  });
  await sampler.start();
  const pass = async (): Promise<void> => {
    clock.advance(1000);
    await turn();
  };
  await pass();
  isAway = true;
  await pass();
  await pass();
  isAway = false;
  await pass();
  isAway = true;
  await pass();
  expect(errors).toHaveLength(2);
  expect(written).toEqual([
    ['here', { tasks: 1000 }, 3],
    ['here', { tasks: 4000 }, 3],
  ]);
  await sampler.stop();
  isAway = false;
  await pass();
  expect(written).toHaveLength(2);
});
