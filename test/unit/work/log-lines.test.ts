/** Bytes into lines: chunk borders, broken UTF-8, carriage returns, long lines. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from '../../../src/work/log-lines.js';

function linesOf(chunks: readonly (string | Buffer)[], bytesMax?: number): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((text) => lines.push(text), bytesMax);
  for (const chunk of chunks) splitter.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  splitter.end();
  return lines;
}

function cutAt(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, i) => bytes.subarray(from, places[i] ?? bytes.length));
}

describe('lines', () => {
  it.each([
    ['', []],
    ['one', ['one']],
    ['one\n', ['one']],
    ['one\ntwo', ['one', 'two']],
    ['\n\n', ['', '']],
    ['a\r\nb\r\n', ['a', 'b']],
    ['10%\r20%\rdone\n', ['10%', '20%', 'done']],
    ['\r\n', ['']],
    ['a\r\r\nb', ['a', 'b']],
    ['nul\0here', ['nul\uFFFDhere']],
    ['\u001b[31mred\u001b[0m\ttab', ['\u001b[31mred\u001b[0m\ttab']],
  ])('%j becomes %j', (text, lines) => {
    expect(linesOf([text])).toEqual(lines);
  });

  it('show a progress bar before its line ends', () => {
    const lines: string[] = [];
    const splitter = new LineSplitter((text) => lines.push(text));
    splitter.push(Buffer.from('10%\r20%\r30%'));
    expect(lines).toEqual(['10%', '20%']);
  });

  it('are the same wherever the stream is cut into chunks', () => {
    const text = fc.array(fc.constantFrom('a', 'é', '😀', '\r', '\n', '\0', ' ')).map((all) => all.join(''));
    fc.assert(
      fc.property(text, fc.array(fc.nat(), { maxLength: 5 }), (whole, cuts) => {
        // A lone \r at the very end of a chunk waits for what follows it.
        expect(linesOf(cutAt(Buffer.from(whole), cuts))).toEqual(linesOf([whole]));
      }),
    );
  });

  it('replace broken UTF-8 and keep what is whole', () => {
    expect(linesOf([Buffer.from([0x61, 0xff, 0x62, 0xc3, 0x0a, 0x63])])).toEqual(['a\uFFFDb\uFFFD', 'c']);
    expect(linesOf([Buffer.from([0xf0, 0x9f]), Buffer.from([0x98, 0x80, 0x0a])])).toEqual(['😀']);
  });

  it('are cut at the limit, never within a character, and lose nothing', () => {
    const long = '€'.repeat(50);
    const lines = linesOf([`${long}\nshort\n`], 64);
    expect(lines.every((line) => Buffer.byteLength(line) <= 64 && !line.includes('\uFFFD'))).toBe(true);
    expect(lines.slice(0, -1).join('')).toBe(long);
    expect(lines.at(-1)).toBe('short');
  });

  it('of exactly the limit stay whole, one byte more makes two', () => {
    const limit = 64;
    expect(linesOf(['x'.repeat(limit), '\n'], limit)).toEqual(['x'.repeat(limit)]);
    expect(linesOf(['x'.repeat(limit + 1), '\n'], limit)).toEqual(['x'.repeat(limit), 'x']);
  });

  it('hold on to at most one line of memory, whatever arrives', () => {
    let emitted = 0;
    const splitter = new LineSplitter((text) => (emitted += text.length));
    const chunk = Buffer.alloc(65_536, 'y');
    for (let i = 0; i < 64; i++) splitter.push(chunk);
    expect(64 * 65_536 - emitted).toBeLessThanOrEqual(65_536);
  });
});
