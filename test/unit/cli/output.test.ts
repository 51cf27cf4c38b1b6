/** Texts from outside on a terminal, and durations for people. */
import { describe, expect, it } from 'vitest';
import { showSeconds } from '../../../src/cli/output/duration.js';
import { columnsOf, cut, fit, plainText } from '../../../src/cli/output/plain-text.js';
import { table } from '../../../src/cli/output/table.js';

describe('text from outside', () => {
  it.each([
    ['plain', 'plain'],
    ['\u001b[1;31mred\u001b[0m', 'red'],
    ['\u001b]0;title\u0007', '\\u001b]0;title\\u0007'],
    ['a\u001b[2Jb\u009b1m', 'a\\u001b[2Jb\\u009b1m'],
    ['a\rb\nc\td', 'a\\u000db\\u000ac    d'],
    ['\u202eevil\u200b', '\\u202eevil\\u200b'],
    ['é 日本 👍', 'é 日本 👍'],
  ])('%j is shown as %j', (text, shown) => {
    expect(plainText(text)).toBe(shown);
  });
});

describe('columns', () => {
  it.each([
    ['abc', 3],
    ['日本', 4],
    ['e\u0301', 1],
    ['👍', 2],
  ])('of %j are %i', (text, columns) => {
    expect(columnsOf(text)).toBe(columns);
  });

  it('are kept by cutting and filling', () => {
    expect([
      cut('abcdef', 4),
      cut('日本語', 4),
      cut('ab', 4),
      cut('abc', 1),
      fit('日本語', 6),
      fit('日本語', 5),
    ]).toEqual(['abc…', '日…', 'ab', '…', '日本語', '日本…']);
  });
});

describe('a table', () => {
  it('aligns columns and ends lines without blanks', () => {
    expect(
      table([
        ['A', 'B'],
        ['long', ''],
        ['日', 'x'],
      ]),
    ).toBe('A     B\nlong\n日    x\n');
  });
});

describe('a duration', () => {
  it.each([
    [0, '0.0 s'],
    [0.25, '0.3 s'],
    [9.96, '10 s'],
    [59.4, '59 s'],
    [59.6, '1 min 00 s'],
    [125, '2 min 05 s'],
    [3780, '1 h 03 min'],
    [-1, '0.0 s'],
  ])('of %d seconds is %s', (seconds, shown) => {
    expect(showSeconds(seconds)).toBe(shown);
  });
});
