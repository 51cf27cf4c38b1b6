/** The last line and the tail of what a command printed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LastLine, Tail } from '../../../src/work/command/printed.js';

function lastLineOf(chunks: readonly string[], bytesMax = 1_000): string | undefined {
  const line = new LastLine(bytesMax);
  for (const chunk of chunks) line.push(Buffer.from(chunk));
  const { text, tooLong } = line.get();
  return tooLong ? 'TOO LONG' : text;
}

describe('the last line', () => {
  it.each([
    [[''], undefined],
    [['\n \n\t\r\n'], undefined],
    [['one'], 'one'],
    [['one\n'], 'one'],
    [['one\ntwo\n\n  \n'], 'two'],
    [['o', 'ne\n', '\n'], 'one'],
    [['one\ntw', 'o', '\n\n'], 'two'],
    [['one\r\n'], 'one'],
    [['10%\r100%\r{"a":1}\n'], '{"a":1}'],
    [['x'.repeat(1_000)], 'x'.repeat(1_000)],
    [['x'.repeat(1_001)], 'TOO LONG'],
    [['x'.repeat(600), `${'x'.repeat(600)}\n`], 'TOO LONG'],
    [['x'.repeat(2_000), '\nfine\n'], 'fine'],
    [['fine\n', `${'x'.repeat(2_000)}\n`], 'TOO LONG'],
  ])('of %j is %j', (chunks, expected) => {
    expect(lastLineOf(chunks)).toBe(expected);
  });

  it('is that of the whole text, wherever it is cut into chunks', () => {
    const chunks = fc.array(fc.stringMatching(/^[ab \n]{0,6}$/), { maxLength: 8 });
    fc.assert(
      fc.property(chunks, (parts) => {
        const lines = parts
          .join('')
          .split('\n')
          .map((line) => line.trim());
        expect(lastLineOf(parts)).toBe(lines.findLast((line) => line !== ''));
      }),
    );
  });
});

describe('the tail', () => {
  it('is the last lines, without a cut one', () => {
    const tail = new Tail(20);
    for (let i = 0; i < 100; i++) tail.push(Buffer.from(`line ${i}\n`));
    expect(tail.lines(8)).toBe('line 98\nline 99');
    expect(tail.lines(1)).toBe('line 99');
  });

  it('of one long line is its end', () => {
    const tail = new Tail(4);
    tail.push(Buffer.from('abcdefgh'));
    expect(tail.lines(8)).toBe('efgh');
  });

  it('of nothing is empty', () => {
    expect(new Tail(4).lines(3)).toBe('');
  });
});
