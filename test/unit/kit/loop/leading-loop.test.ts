/** Runs of a leader: one at a time, begun anew after a fault, ended when the lead ends. */
import { expect, it } from 'vitest';
import { VirtualClock } from '../../../../src/kit/clock.js';
import { LeadingLoop } from '../../../../src/kit/loop/leading-loop.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function scene(run: (epoch: number, signal: AbortSignal, loop: LeadingLoop) => Promise<void>) {
  const clock = new VirtualClock();
  const failures: unknown[] = [];
  const loop: LeadingLoop = new LeadingLoop({
    clock,
    run: (epoch, signal) => run(epoch, signal, loop),
    failed: (error) => failures.push(error),
  });
  return { clock, failures, loop };
}

it('ends a run before the next begins, also when leads follow each other at once', async () => {
  const story: string[] = [];
  const { loop } = scene(async (epoch, signal) => {
    story.push(`begins ${epoch}`);
    while (!signal.aborted) await turn();
    await turn();
    story.push(`ends ${epoch}`);
  });
  loop.lead(1);
  await turn();
  loop.lead(2);
  loop.lead(3);
  expect(loop.isLeading).toBe(true);
  await turn();
  await loop.follow();
  expect(loop.isLeading).toBe(false);
  expect(story.filter((line) => line.startsWith('begins')).length).toBe(story.length / 2);
  expect(story.slice(0, 2)).toEqual(['begins 1', 'ends 1']);
  expect(story.at(-1)).toMatch(/^ends/);
});

it('begins anew a while after a fault, and not when the lead has ended', async () => {
  let begun = 0;
  const { clock, failures, loop } = scene(async () => {
    begun++;
    throw new Error('away');
  });
  loop.lead(1);
  await turn();
  expect([begun, failures.length]).toEqual([1, 1]);
  clock.advance(2000);
  await turn();
  expect([begun, failures.length]).toEqual([2, 2]);
  await loop.follow();
  clock.advance(10_000);
  await turn();
  expect(begun).toBe(2);
});

it('pauses for so long, until it is woken, or until the lead ends', async () => {
  let looks = 0;
  const { clock, loop } = scene(async (_epoch, signal, own) => {
    while (!signal.aborted) {
      looks++;
      await own.pause(500);
    }
  });
  loop.lead(1);
  await turn();
  clock.advance(499);
  await turn();
  expect(looks).toBe(1);
  clock.advance(1);
  await turn();
  expect(looks).toBe(2);
  loop.wake();
  await turn();
  expect(looks).toBe(3);
  await loop.follow();
  expect(looks).toBe(3);
});
