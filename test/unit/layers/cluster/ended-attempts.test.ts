import { expect, it } from 'vitest';
import { EndedAttempts } from '../../../../src/layers/cluster/node/ended-attempts.js';
import { completed, ranFor } from '../../../../src/work/outcome.js';

it('remembers the last 10,000 attempts, and not twice as many', () => {
  const ended = new EndedAttempts();
  for (let token = 1; token <= 50_000; token++) ended.remember(token, completed(token, ranFor(0)));
  expect(ended.outcomeOf(50_000)).toMatchObject({ output: 50_000 });
  expect(ended.outcomeOf(40_001)).toMatchObject({ output: 40_001 });
  expect(ended.outcomeOf(30_000)).toBeUndefined();
});

it('remembers fewer where their outputs are large', () => {
  const ended = new EndedAttempts();
  const megabyte = 'x'.repeat(1_000_000);
  for (let token = 1; token <= 100; token++) ended.remember(token, completed(megabyte, ranFor(0)));
  expect(ended.outcomeOf(100 - 14)).toBeDefined();
  expect(ended.outcomeOf(100 - 32)).toBeUndefined();
});
