import { expect, it } from 'vitest';
import { EndedAttempts } from '../../../../src/layers/cluster/node/ended-attempts.js';

it('remembers the last 10,000 attempts, and not twice as many', () => {
  const ended = new EndedAttempts();
  for (let token = 1; token <= 50_000; token++) ended.remember(token, `${token}`);
  expect(ended.outcomeOf(50_000)).toBe('50000');
  expect(ended.outcomeOf(40_001)).toBe('40001');
  expect(ended.outcomeOf(30_000)).toBeUndefined();
});

it('remembers fewer where their outputs are large', () => {
  const ended = new EndedAttempts();
  const megabyte = 'x'.repeat(1_000_000);
  for (let token = 1; token <= 100; token++) ended.remember(token, megabyte);
  expect(ended.outcomeOf(100 - 14)).toBeDefined();
  expect(ended.outcomeOf(100 - 32)).toBeUndefined();
});
