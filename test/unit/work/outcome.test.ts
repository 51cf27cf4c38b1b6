/** Outcomes as values: reasons to stop, codes of others, texts that can be stored. */
import { describe, expect, it } from 'vitest';
import { codeOr, failed, ranFor, stopped } from '../../../src/work/outcome.js';
import { thrown } from '../../../src/work/module/thrown.js';

describe('an attempt that was told to stop', () => {
  it.each([
    ['CANCELLED', 'CANCELLED', 'ERROR', 'CANCELLED'],
    ['TIMED_OUT', 'TIMED_OUT', 'TIMEOUT', 'EXECUTION_TIMEOUT'],
    ['SHUTDOWN', 'CRASHED', 'CRASHED', 'SHUTDOWN'],
    [new DOMException('aborted'), 'CANCELLED', 'ERROR', 'CANCELLED'],
    [undefined, 'CANCELLED', 'ERROR', 'CANCELLED'],
  ])('because of %s is %s', (reason, kind, failureKind, code) => {
    expect(stopped(reason, ranFor(5))).toMatchObject({ kind, failure: { kind: failureKind, code } });
  });
});

it('a message is cut and can be stored', () => {
  const outcome = failed('X', `a\0b${'x'.repeat(10_000)}`, ranFor(0));
  const message = outcome.kind === 'FAILED' ? outcome.failure.message : '';
  expect(message.startsWith('a\uFFFDb')).toBe(true);
  expect(message.length).toBeLessThan(4_100);
});

it.each([
  ['ECONNREFUSED', 'ECONNREFUSED'],
  ['P2002', 'P2002'],
  ['my.code-1', 'my.code-1'],
  ['', 'ERROR'],
  ['with spaces', 'ERROR'],
  ['x'.repeat(101), 'ERROR'],
  [404, 'ERROR'],
  [undefined, 'ERROR'],
  ['a\0b', 'ERROR'],
])('the code %j counts as %s', (code, expected) => {
  expect(codeOr('ERROR', code)).toBe(expected);
});

describe('what a module throws', () => {
  class Odd extends Error {
    override readonly name = 'OddError';
  }
  const hostile = Object.defineProperty(new Error('x'), 'code', {
    get: () => {
      throw new Error('no');
    },
  });

  it.each([
    [new Error('plain'), 'Error', 'plain'],
    [new TypeError('typed'), 'TypeError', 'typed'],
    [new Odd('odd'), 'OddError', 'odd'],
    [Object.assign(new Error('coded'), { code: 'E_MINE' }), 'E_MINE', 'coded'],
    [Object.assign(new Error('numbered'), { code: 42 }), 'Error', 'numbered'],
    ['a text', 'ERROR', 'a text'],
    [{ reason: 1 }, 'ERROR', 'reason: 1'],
    [null, 'ERROR', 'null'],
    [undefined, 'ERROR', 'undefined'],
    [hostile, 'ERROR', 'cannot be read'],
    [new Error('outer', { cause: new Error('inner') }), 'Error', 'caused by Error: inner'],
  ])('%s', (value, code, text) => {
    const { code: found, message } = thrown(value);
    expect(found).toBe(code);
    expect(message).toContain(text);
  });
});
