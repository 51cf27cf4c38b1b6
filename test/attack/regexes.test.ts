/**
 * No regular expression of the program takes more than linear time for what an attacker writes. Each one in `src/` is checked
 * with recheck, in JavaScript alone; those that were found safe stand in safe-regexes.json and are not checked again (a minute
 * of CPU for all of them): ATTACK_REGEXES=all does, and writes the list anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { LEADING } from '../../src/work/log-level.js';
import { nodesOf, sourcesBelow } from '../tidy/source-file.js';

process.env.RECHECK_BACKEND = 'pure';
const { checkSync } = await import('recheck');

interface Call {
  readonly callee: { readonly name?: string };
}

interface RegexLiteral {
  readonly regex?: { readonly pattern: string; readonly flags: string };
}

/** Called vulnerable (of the second degree at most), or not decided in time. Why nobody can make use of it: */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  '/\\d+ tokens. Parsing aborted/': 'reads an error message of graphql-js, and no request',
  '/\\W+(\\w)/g': 'reads the names of our own routes',
  '/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g': 'reads a file of the owner',
  '/no pg_hba\\.conf entry .*no encryption/': 'reads a message of the database',
  '/\\/+$/': 'reads an address that the owner gives to the command line',
  '/^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/i':
    'at most 253 characters, of the configuration',
  '/^[A-Za-z0-9-]{1,64}=[\\x20-\\x7e]{1,2000}$/': 'every part is bounded, and it is the configuration',
  '/^[+-]?(\\d[\\d_]*)?\\.?\\d+(e[+-]?\\d+)?$/i': 'reads variables and flags of the owner',
  '/\\/src\\/(?!.*\\/src\\/)/': 'reads the path of the program itself',
  '/CRASH|SIG[A-Z]+|LOST|SHUTDOWN|QUARANTINED|EXITED|WORKER_FAILED|SPAWN|EXIT_1(3[4-9]|43)/':
    'no part can be repeated but SIG[A-Z]+, which cannot fail',
  '/[\\s._:#/([-]?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}[)\\]]?$/':
    'every part is bounded: 38 characters from each place',
  '/0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\\d[\\d_]*\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?/y':
    'sticky, and what follows the digits is optional: it cannot fail after them',
  '/^(?:.*\\s)?(?:ERROR|FATAL|PANIC): /m': 'reads the log of our own PostgreSQL',
  '/[\\s._:#/([-]*\\d+[)\\]]?(?:[\\s._:#/-]+\\d+)*[)\\]]?$/': 'reads a name of a task, which is bounded',
  '/[._:#/-](?=[0-9a-f]*\\d)[0-9a-f]{8,64}$/':
    'reads a name of a task, which is bounded, and scans what stands between two separators once',
  '/^(?:type|input|enum|scalar|interface|union|directive|schema)\\b[^\\n{]*/m':
    'reads the schema of the program',
  '/^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\\.[a-z0-9_-]{1,63})*$/': 'at most 253 characters',
};

/** Those that are put together at run time, by the file that does. What people write is never one: they search by text and stars. */
const BUILT: Readonly<Record<string, RegExp>> = { 'src/work/log-level.ts': LEADING };

const files = sourcesBelow('src');
const LIST = new URL('safe-regexes.json', import.meta.url);
const isFull = process.env.ATTACK_REGEXES === 'all';
const known = new Set(JSON.parse(readFileSync(LIST, 'utf8')) as string[]);

function regexes(): Map<string, { pattern: string; flags: string; where: string }> {
  const found = new Map<string, { pattern: string; flags: string; where: string }>();
  for (const file of files)
    for (const node of nodesOf(file, 'Literal')) {
      const { regex } = node as RegexLiteral;
      if (regex !== undefined) found.set(`/${regex.pattern}/${regex.flags}`, { ...regex, where: file.path });
    }
  return found;
}

it('every regular expression is safe, or an attacker does not reach it', { timeout: 600_000 }, () => {
  const found = regexes();
  expect(found.size).toBeGreaterThan(50);
  const safe: string[] = [];
  const wrong: string[] = [];
  for (const [text, { pattern, flags, where }] of found) {
    if (EXCEPTIONS[text] !== undefined) continue;
    if (known.has(text) && !isFull) continue;
    const { status } = checkSync(pattern, flags.replace('v', 'u'), { timeout: 30_000 });
    if (status === 'safe') safe.push(text);
    else wrong.push(`${where} ${text}: ${status}`);
  }
  if (isFull) writeFileSync(LIST, `${JSON.stringify(safe.sort(), null, 2)}\n`);
  expect(wrong).toEqual([]);
});

it('none is put together from what people write', { timeout: 600_000 }, () => {
  const found = files
    .filter(({ text }) => text.includes('RegExp('))
    .flatMap((file) =>
      [...nodesOf(file, 'NewExpression'), ...nodesOf(file, 'CallExpression')]
        .filter((node) => (node as unknown as Call).callee.name === 'RegExp')
        .map(() => file.path),
    );
  expect(found).toEqual(Object.keys(BUILT));
  for (const { source, flags } of Object.values(BUILT))
    expect(checkSync(source, flags, { timeout: 30_000 }).status, source).toBe('safe');
});

it('finds what is not', () => {
  expect(checkSync('^(a+)+$', '', { timeout: 30_000 }).status).toBe('vulnerable');
});
