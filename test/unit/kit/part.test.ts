/** Start bottom first, stop in reverse, and lose no error on the way. */
import { expect, test } from 'vitest';
import { type Part, startAll, stopAll } from '../../../src/kit/part.js';

function parts(log: string[], faults: Record<string, 'start' | 'stop'> = {}): Part[] {
  return ['store', 'layers', 'api'].map((name) => ({
    async start() {
      if (faults[name] === 'start') throw new Error(`${name} cannot start`);
      log.push(`+${name}`);
    },
    async stop() {
      log.push(`-${name}`);
      if (faults[name] === 'stop') throw new Error(`${name} cannot stop`);
    },
  }));
}

test('parts start in the given order and stop in reverse', async () => {
  const log: string[] = [];
  const all = parts(log);
  await startAll(all);
  await stopAll(all);
  expect(log).toEqual(['+store', '+layers', '+api', '-api', '-layers', '-store']);
});

test('when one cannot start, those already started stop in reverse and its error comes out as it is', async () => {
  const log: string[] = [];
  await expect(startAll(parts(log, { api: 'start' }))).rejects.toThrow('api cannot start');
  expect(log).toEqual(['+store', '+layers', '-layers', '-store']);
});

test('when stopping fails as well, both errors come out, the start error first', async () => {
  const log: string[] = [];
  const error: AggregateError = await startAll(parts(log, { api: 'start', layers: 'stop' })).catch((e) => e);
  expect(error).toBeInstanceOf(AggregateError);
  expect(error.errors.map((e: Error) => e.message)).toEqual(['api cannot start', 'layers cannot stop']);
  expect(log).toEqual(['+store', '+layers', '-layers', '-store']);
});

test('a part that cannot stop does not keep the others from stopping', async () => {
  const log: string[] = [];
  const error: AggregateError = await stopAll(parts(log, { layers: 'stop', api: 'stop' })).catch((e) => e);
  expect(error.message).toBe('2 of 3 parts failed to stop');
  expect(error.errors.map((e: Error) => e.message)).toEqual(['api cannot stop', 'layers cannot stop']);
  expect(log).toEqual(['-api', '-layers', '-store']);
});
