/** The line of every key, in the shapes TOML allows. */
import fc from 'fast-check';
import { parse } from 'smol-toml';
import { expect, it } from 'vitest';
import { joinKey, keyLines } from '../../../src/config/key-lines.js';

function linesOf(toml: string): Record<string, number> {
  parse(toml);
  return Object.fromEntries(keyLines(toml));
}

it('finds keys below their section', () => {
  expect(linesOf('a = 1\n\n[s]\n# no = 1\nb = 2 # c = 3\n[ s . t ]\nd=4')).toEqual({
    a: 1,
    s: 3,
    's.b': 5,
    's.t': 6,
    's.t.d': 7,
  });
});

it('finds dotted and quoted keys', () => {
  expect(linesOf('a.b = 1\n"c.d" = 2\n\'e f\'."g\\u0041" = 3\nh . "i" = 4')).toEqual({
    a: 1,
    'a.b': 1,
    '"c.d"': 2,
    '"e f"': 3,
    '"e f".gA': 3,
    h: 4,
    'h.i': 4,
  });
});

it('takes the first place that names a section', () => {
  expect(linesOf('[a.b]\nx = 1\n[a]\ny = 2')).toEqual({ a: 1, 'a.b': 1, 'a.b.x': 2, 'a.y': 4 });
});

it('is not deceived by what looks like a key in a text', () => {
  const toml =
    'a = "x = 1 # [s]"\nb = \'\'\'\n[s]\nc = 1\n\'\'\'\nd = """\ne = 1 \\"""\nf = 2\n"""\ng = """h"""""\ni = "\\""\nj = \'\\\'\nk = 1';
  expect(linesOf(toml)).toEqual({ a: 1, b: 2, d: 6, g: 10, i: 11, j: 12, k: 13 });
});

it('walks over arrays, and into inline tables', () => {
  const toml =
    'a = [\n  1, # ]\n  [2, "]"],\n  { b = 1 }\n]\nc = { d = 1, "e" = [\n2], f.g = { h = 3 } }\ni = 1979-05-27T07:32:00Z\nj = +1e3';
  expect(linesOf(toml)).toEqual({
    a: 1,
    'a.b': 4,
    c: 6,
    'c.d': 6,
    'c.e': 6,
    'c.f': 7,
    'c.f.g': 7,
    'c.f.g.h': 7,
    i: 8,
    j: 9,
  });
});

it('finds the head of an array of tables, and lines that end with CRLF', () => {
  expect(linesOf('[[a]]\r\nx = 1\r\n[[a]]\r\nx = 2\r\n')).toEqual({ a: 1, 'a.x': 2 });
});

it('comes to an end on any text', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'ab."\'[]{}=#,\\\n \t1') }),
      (text) => void keyLines(text),
    ),
    { numRuns: 2000 },
  );
});

it('names every key of whatever the parser reads', () => {
  const name = fc.constantFrom('a', 'b', 'c-d', 'e.f', 'g h', '');
  const value = fc.constantFrom('1', '"x"', '"""\nq = 1\n"""', "'#'", '[1,\n2]', '{ z = 1 }', 'true');
  const line = fc.tuple(name, value).map(([key, text]) => `${JSON.stringify(key)} = ${text} # c`);
  const lines = fc.uniqueArray(line, { selector: (text) => text.split(' = ')[0], maxLength: 6 });
  fc.assert(
    fc.property(lines, (texts) => {
      const toml = texts.join('\n');
      const found = keyLines(toml);
      for (const key of Object.keys(parse(toml))) {
        const at = found.get(joinKey([key])) ?? 0;
        expect(toml.split('\n')[at - 1]).toMatch(
          new RegExp(`^${JSON.stringify(key).replace('.', '\\.')} = `),
        );
      }
    }),
  );
});
