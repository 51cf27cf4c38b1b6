/** What the core asks of the advisor often, it is answered without asking again. */
import { expect, it } from 'vitest';
import type { Advisor } from '../../../src/orchestrator/advisor.js';
import { corePorts } from '../../../src/orchestrator/core-ports.js';
import { CoreHarness, COMMAND } from '../../support/core-harness.js';

it('the memory of an attempt is asked for once for some thirty answers, and anew for the next attempt', () => {
  let asked = 0;
  const ports = corePorts({
    random: { next: () => 0 },
    layers: new Map(),
    advisor: {
      estimate: () => null,
      chooseLayer: () => 'LOCAL',
      observe: () => undefined,
      memoryBytes: () => ++asked,
    },
  });
  const core = new CoreHarness();
  core.mesh('a; b', { a: { work: COMMAND }, b: { work: COMMAND } });
  const [a, b] = [core.state('a'), core.state('b')];
  for (let i = 0; i < 33; i++) expect(ports.memoryOf?.(a)).toBe(1);
  expect(ports.memoryOf?.(b)).toBe(2);
  expect(ports.memoryOf?.(a)).toBe(3);
  a.attempt++;
  expect(ports.memoryOf?.(a)).toBe(4);
});

it('an advisor that knows nothing of memory is not asked', () => {
  const advisor: Advisor = { estimate: () => null, chooseLayer: () => 'LOCAL', observe: () => undefined };
  const ports = corePorts({ random: { next: () => 0 }, layers: new Map(), advisor });
  expect(ports.memoryOf).toBeUndefined();
});

it('asks for the order that decisions have it in while there are such, and never of what is known', () => {
  const order = { isIdle: true, secondsOf: () => 7, weightOf: () => 5 };
  const ports = corePorts({
    random: { next: () => 0 },
    layers: new Map(),
    advisor: {
      ...{
        estimate: () => ({ p10: 1, p50: 2, p90: 3 }),
        chooseLayer: () => 'LOCAL',
        observe: () => undefined,
      },
      order,
    },
  });
  const core = new CoreHarness();
  core.mesh('a; b', { a: { work: COMMAND }, b: { work: { wait: { durationMs: 3000 } } } });
  const [a, b] = [core.state('a'), core.state('b')];
  expect([ports.secondsOf(a), ports.secondsOf(b), ports.weightOf?.(a.mesh)]).toEqual([2, 3, 1]);
  order.isIdle = false;
  expect([ports.secondsOf(a), ports.secondsOf(b), ports.weightOf?.(a.mesh)]).toEqual([7, 3, 5]);
});
