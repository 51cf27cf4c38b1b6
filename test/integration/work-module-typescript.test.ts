/** Modules in TypeScript: types, enums, imports of other TypeScript, line numbers; and what is said without the package. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SystemClock } from '../../src/kit/clock.js';
import type { Json } from '../../src/kit/json.js';
import { ModuleExecutor } from '../../src/work/module/module-executor.js';
import { serverMark } from '../../src/work/processes/server-mark.js';
import { typeScriptHooks } from '../../src/work/programs/typescript.js';
import {
  abortable,
  attemptOf,
  codeOf,
  messageOf,
  outputOf,
  RecordingSink,
  temporaryDir,
} from '../support/work/fixtures.js';

const root = temporaryDir('typescript');
const limits = { killGraceMs: 200, logBytesMax: 1e6, outputBytesMax: 1e6, heapMbMax: 128 };
const executor = new ModuleExecutor({ root, env: {}, mark: serverMark(root), ...limits }, new SystemClock());
const isInstalled = typeScriptHooks() !== undefined;

afterAll(() => executor.close());

let files = 0;

async function run(text: string, input: Json = null, extension = 'ts') {
  const path = `module-${++files}.${extension}`;
  writeFileSync(join(root, path), text);
  return executor.execute(attemptOf({ module: { path, input } }), abortable().signal, new RecordingSink());
}

describe.runIf(isInstalled)('a module in TypeScript', () => {
  mkdirSync(join(root, 'lib'));
  writeFileSync(join(root, 'lib', 'twice.ts'), 'export const twice = (x: number): number => x * 2;');

  it.each([
    [
      'types',
      'export default ({ input }: { input: number }): number => (input as number) satisfies number',
      3,
    ],
    ['an enum', 'enum A { B = 6 }\nexport default (): number => A.B', 6],
    [
      'a parameter property',
      'class A { constructor(readonly b: number) {} }\nexport default () => new A(4).b',
      4,
    ],
    [
      'a type import',
      'import type { Stats } from "node:fs"; export default (s?: Stats) => s === undefined',
      false,
    ],
    ['an import of .ts', 'import { twice } from "./lib/twice.ts"; export default () => twice(4)', 8],
    [
      'an import of .js that is .ts',
      'import { twice } from "./lib/twice.js"; export default () => twice(5)',
      10,
    ],
  ])('may use %s', async (_, text, expected) => {
    expect(outputOf(await run(text, 3))).toEqual(expected);
    expect(outputOf(await run(text, 3, 'mts'))).toEqual(expected);
  });

  it('fails with its own line numbers', async () => {
    const outcome = await run(
      'interface A { a: 1 }\n\n\nexport default (): A => {\n  throw new Error("here");\n};',
    );
    expect(messageOf(outcome)).toMatch(/here\n.*module-\d+\.ts:5:/);
  });

  it('fails with the place of a syntax error', async () => {
    const outcome = await run('export default (: number => 1');
    expect(codeOf(outcome)).toBe('SyntaxError');
    expect(messageOf(outcome)).toMatch(/module-\d+\.ts/);
  });
});

it.runIf(!isInstalled)(
  'without the package that makes it JavaScript, TypeScript is refused by name',
  async () => {
    const outcome = await run('export default (): number => 1');
    expect(codeOf(outcome)).toBe('TYPESCRIPT_UNAVAILABLE');
    expect(messageOf(outcome)).toContain('oxc-transform');
  },
);
