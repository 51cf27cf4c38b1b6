/** What may be an output: JSON that a database can store, up to the limit to the byte. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkOutput, OUTPUT_BYTES_MAX, OUTPUT_DEPTH_MAX } from '../../../src/work/output.js';

const check = (value: unknown): unknown => {
  const result = checkOutput(value, OUTPUT_BYTES_MAX);
  return result.ok ? result.output : result.code;
};

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}

describe('an output', () => {
  it('is any JSON value, unchanged', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const plain = JSON.parse(JSON.stringify(value).replaceAll('\\u0000', '')) as unknown;
        expect(check(plain)).toEqual(plain);
      }),
    );
  });

  it.each([
    ['undefined is null', undefined, null],
    ['undefined members are dropped', { a: undefined, b: 1 }, { b: 1 }],
    ['undefined in a list is null', [undefined, 1], [null, 1]],
    ['toJSON is honoured', { at: new Date(0) }, { at: '1970-01-01T00:00:00.000Z' }],
    ['NUL is replaced', { 'a\0': 'b\0' }, { 'a\uFFFD': 'b\uFFFD' }],
    ['a lone surrogate is replaced', 'a\ud800b', 'a\uFFFDb'],
    ['a pair stays', '😀', '😀'],
  ])('%s', (_, value, expected) => {
    expect(check(value)).toEqual(expected);
  });

  it('may have a member called __proto__, which stays a member', () => {
    const copy = check(JSON.parse('{"__proto__": {"polluted": 1}}')) as object;
    expect(JSON.stringify(copy)).toBe('{"__proto__":{"polluted":1}}');
    expect('polluted' in copy).toBe(false);
  });

  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  it.each([
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['a BigInt', 1n],
    ['NaN', Number.NaN],
    ['infinity', [1 / 0]],
    ['a Map', new Map([[1, 2]])],
    ['a Set inside', { a: { b: new Set() } }],
    ['bytes', new Uint8Array(2)],
    ['a promise', Promise.resolve(1)],
    ['an error', new Error('x')],
    ['a cycle', cycle],
    [
      'a throwing getter',
      {
        get a() {
          throw new Error('no');
        },
      },
    ],
    ['nesting one too deep', nested(OUTPUT_DEPTH_MAX + 1)],
    ['nesting far too deep', nested(100_000)],
  ])('is not %s', (_, value) => {
    expect(check(value)).toBe('INVALID_OUTPUT');
  });

  it('may be nested to the limit', () => {
    expect(check(nested(OUTPUT_DEPTH_MAX))).toEqual(nested(OUTPUT_DEPTH_MAX));
  });

  it('names the place that is wrong', () => {
    const result = checkOutput({ rows: [{ id: 1 }, { id: 2n }] }, OUTPUT_BYTES_MAX);
    expect(result).toMatchObject({
      ok: false,
      message: expect.stringContaining('output.rows[1].id is a bigint') as string,
    });
  });

  it.each([
    ['a text', (bytes: number) => 'x'.repeat(bytes - 2)],
    ['a text of two-byte characters', (bytes: number) => `${'é'.repeat((bytes - 4) / 2)}xx`],
    ['escaped characters', (bytes: number) => '\n'.repeat((bytes - 2) / 2)],
    ['a list', (bytes: number) => Array.from({ length: (bytes - 4) / 2 }, () => 1).concat([11])],
  ])('fits to the byte: %s', (_, make) => {
    const value = make(OUTPUT_BYTES_MAX);
    expect(Buffer.byteLength(JSON.stringify(value))).toBe(OUTPUT_BYTES_MAX);
    expect(checkOutput(value, OUTPUT_BYTES_MAX).ok).toBe(true);
    expect(checkOutput(value, OUTPUT_BYTES_MAX - 1)).toMatchObject({ ok: false, code: 'OUTPUT_TOO_LARGE' });
  });

  it('that is enormous is refused without being copied', () => {
    const megabyte = 'x'.repeat(1_000_000);
    const huge = Array.from({ length: 100_000 }, () => megabyte);
    expect(check(huge)).toBe('OUTPUT_TOO_LARGE');
  });
});
