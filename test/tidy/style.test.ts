/** Proofs that the rules of sizes, names, comments and texts can fail, and that they let pass what they should. */
import { describe, expect, it } from 'vitest';
import { complaintsOf, lines } from './planted.js';
import { openings } from './rules/comments.js';
import { bannedWordIn, declarationNames, fileNames, namedExports, noBarrels } from './rules/names.js';
import {
  contractMethods,
  doorMethodLines,
  fileLines,
  filesInFolder,
  functionLines,
  parameters,
} from './rules/sizes.js';
import { bannedTexts } from './rules/texts.js';

describe('sizes', () => {
  it('of files: 400 lines of source, 600 of a test', () => {
    expect(
      complaintsOf(fileLines, { 'src/kit/a.ts': lines(400), 'test/unit/a.test.ts': lines(600) }),
    ).toEqual([]);
    expect(
      complaintsOf(fileLines, { 'src/kit/a.ts': lines(401), 'test/unit/a.test.ts': lines(601) }),
    ).toEqual([
      expect.stringContaining('src/kit/a.ts:402 has 401 lines, more than 400'),
      expect.stringContaining('has 601 lines, more than 600'),
    ]);
  });

  it.each([
    ['a declaration', 'function f() {\n', '}'],
    ['an arrow', 'const f = () => {\n', '};'],
    ['a method', 'class A { f() {\n', '} }'],
    ['a function in a function', 'function f() { return () => {\n', '} }'],
  ])('of functions: %s of 71 lines is too long, of 70 is not', (_name, head, tail) => {
    expect(complaintsOf(functionLines, { 'src/kit/a.ts': `\n${head}${lines(68)}${tail}` })).toEqual([]);
    const [complaint] = complaintsOf(functionLines, { 'src/kit/a.ts': `\n${head}${lines(69)}${tail}` });
    expect(complaint).toBe('src/kit/a.ts:2 a function of 71 lines, more than 70');
  });

  it('of methods of resolvers and routes: 20 lines', () => {
    const method = (count: number): string => `class A {\n  @Query(() => A)\n  f() {\n${lines(count)}}\n}`;
    expect(
      complaintsOf(doorMethodLines, {
        'src/api/graphql/task/task.resolver.ts': method(18),
        'src/api/a.ts': method(30),
      }),
    ).toEqual([]);
    expect(
      complaintsOf(doorMethodLines, { 'src/api/graphql/task/task.resolver.ts': method(19) }),
    ).toHaveLength(1);
  });

  it.each([
    'function f(a, b, c, d, e, g) {}',
    'const f = (a, b, c, d, e, ...g) => a;',
    'class A { f(a, b, c, d, e, g) {} }',
    'interface A { f(a: 1, b: 1, c: 1, d: 1, e: 1, g: 1): void }',
    'type F = (a: 1, b: 1, c: 1, d: 1, e: 1, g: 1) => void;',
    'class A { constructor(a, b, c, d, e, f, g, h) {} }',
  ])('of lists of parameters: %s is too long', (text) => {
    expect(complaintsOf(parameters, { 'src/kit/a.ts': text })).toEqual([
      expect.stringMatching(/src\/kit\/a.ts:1 (6 parameters, more than 5|8 parameters, more than 7)/),
    ]);
  });

  it('of lists of parameters: five, or seven collaborators, pass', () => {
    const text = 'function f(this: A, a, b, c, d, e) {}\nclass A { constructor(a, b, c, d, e, f, g) {} }';
    expect(complaintsOf(parameters, { 'src/kit/a.ts': text })).toEqual([]);
  });

  it('of contracts: 25 methods, whether written as methods or as functions', () => {
    const contract = (count: number): string =>
      `interface A { a(): void; ${Array.from({ length: count }, (_, n) => `f${n}: () => void; v${n}: number;`).join(' ')} }`;
    expect(complaintsOf(contractMethods, { 'src/kit/a.ts': contract(24) })).toEqual([]);
    expect(complaintsOf(contractMethods, { 'src/kit/a.ts': contract(25) })).toEqual([
      'src/kit/a.ts:1 a contract of 26 methods, more than 25',
    ]);
  });

  it('of folders: 20 files', () => {
    const paths = Array.from({ length: 20 }, (_, n) => `src/kit/f${n}.ts`);
    expect(filesInFolder([...paths, 'src/kit/more/a.ts'])).toEqual([]);
    expect(filesInFolder([...paths, 'src/kit/b.sql'])).toEqual([
      { file: 'src/kit', line: 1, message: 'has 21 files, more than 20' },
    ]);
  });
});

describe('names', () => {
  it.each([
    ['src/kit/FooBar.ts', 'not kebab-case'],
    ['src/kit/foo_bar.ts', 'not kebab-case'],
    ['src/Kit/foo.ts', 'not kebab-case'],
    ['src/kit/utils/foo.ts', 'named by a kind'],
    ['src/work/http-handler.ts', "the word 'handler'"],
    ['src/kit/task.resolver.ts', 'only under api/'],
    ['test/unit/Foo.test.ts', 'not kebab-case'],
  ])('of files: %s is refused', (path, why) => {
    expect(complaintsOf(fileNames, { [path]: '' })).toContainEqual(
      expect.stringMatching(new RegExp(`^${path}:1 .*${why}`)),
    );
  });

  it('of files: kebab-case passes, and role suffixes under api/', () => {
    const files = [
      'src/app.ts',
      'src/kit/seeded-random.ts',
      'src/api/graphql/task/task.resolver.ts',
      'test/unit/kit/ids.test.ts',
      'src/store/database.ts',
    ];
    expect(complaintsOf(fileNames, Object.fromEntries(files.map((path) => [path, ''])))).toEqual([]);
  });

  it.each(['TaskManager', 'HTTPHandler', 'http-utils', 'BaseTask', 'taskInfo', 'DataFrame', 'Processors'])(
    'of things: %s is refused',
    (name) => {
      expect(bannedWordIn(name)).toBeDefined();
    },
  );

  it.each(['Database', 'information', 'DataEdge', 'dataDependencies', 'Rebased', 'Process', 'TaskHandle'])(
    'of things: %s passes',
    (name) => {
      expect(bannedWordIn(name)).toBeUndefined();
    },
  );

  it('of declarations: classes, interfaces, types, enums and exported functions are judged', () => {
    const text =
      'class AHelper {}\ninterface BInfo {}\ntype CData = 1;\nenum DBase { x }\nexport function eHandler() {}\nfunction fHandler() {}';
    const found = complaintsOf(declarationNames, { 'src/kit/a.ts': text });
    expect(found.map((complaint) => complaint.split(' ')[0])).toEqual(
      [1, 2, 3, 4, 5].map((line) => `src/kit/a.ts:${line}`),
    );
  });

  it('of exports are needed', () => {
    expect(complaintsOf(namedExports, { 'src/kit/a.ts': '\nexport default 1;' })).toEqual([
      'src/kit/a.ts:2 exports without a name',
    ]);
    expect(
      complaintsOf(namedExports, { 'src/kit/a.ts': 'const a = 1;\nexport { a as default };' }),
    ).toHaveLength(1);
    expect(complaintsOf(namedExports, { 'src/kit/a.ts': 'export const a = 1;' })).toEqual([]);
  });

  it('of files hide nothing behind an index', () => {
    expect(complaintsOf(noBarrels, { 'src/kit/index.ts': '' })).toHaveLength(1);
  });
});

describe('an opening comment', () => {
  it.each([
    ['absent', 'const a = 1;\n// later'],
    ['empty', '/** */\nconst a = 1;'],
    ['too long', '/** A b. C d! E f? G h. I j. K l. */'],
  ])('that is %s is refused', (_name, text) => {
    expect(complaintsOf(openings, { 'src/kit/a.ts': text })).toHaveLength(1);
  });

  it.each([
    ['a block', '/**\n * One `a.b`. Two, e.g. Three.\n *\n * A. B. C. D. E. F.\n */'],
    ['lines', '// One.\n// Two.\nconst a = 1;'],
    ['a block below the interpreter', '#!/usr/bin/env node\n/** One */'],
  ])('that is %s passes', (_name, text) => {
    expect(complaintsOf(openings, { 'src/kit/a.ts': text })).toEqual([]);
  });
});

describe('texts', () => {
  it.each([
    ['// TO' + 'DO: later', 'later'],
    ['# FIX' + 'ME', 'later'],
    ['made with Co' + 'pilot', 'a tool'],
    ['cd /wo' + 'rk/main', 'one machine'],
    ["open('/ro" + "ot/x')", 'one machine'],
  ])('%s is refused', (text, why) => {
    expect(bannedTexts('README.md', `fine\n${text}`)).toEqual([
      { file: 'README.md', line: 2, message: expect.stringContaining(why) },
    ]);
  });

  it.each([
    "import '../wo" + "rk/executor.js'",
    'src/wo' + 'rk/executor.ts',
    '${root}/wo' + 'rk/a',
    'to do',
    'todos',
    'a\0TO' + 'DO',
  ])('%j passes', (text) => {
    expect(bannedTexts('a.ts', text)).toEqual([]);
  });
});
