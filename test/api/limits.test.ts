/** The limits of an operation: what passes, what does not, and that finding out is cheap. */
import { buildSchema, getIntrospectionQuery, type GraphQLSchema } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { printApiSchema } from '../../src/api/graphql/print-schema.js';
import { OperationGate } from '../../src/api/graphql/operation-gate.js';
import { DEFAULT_LIMITS } from '../../src/api/limits.js';
import { cpuMsOf } from '../support/cpu-time.js';

let schema: GraphQLSchema;
let gate: OperationGate;
beforeAll(async () => {
  schema = buildSchema(await printApiSchema());
  gate = new OperationGate(schema, DEFAULT_LIMITS);
});

function codesOf(text: string): unknown[] {
  const admission = gate.admitText(text);
  return admission.ok ? [] : admission.errors.map((error) => error.extensions.code);
}

/** Fragments that each use the next one twice: 2^n selections when expanded. */
function fragmentBomb(levels: number, field: (next: string) => string): string {
  const fragments = Array.from(
    { length: levels },
    (_, n) => `fragment f${n} on Task { ${field(`...f${n + 1}`)} }`,
  );
  return `{ task(id: "x") { ...f0 } } ${fragments.join(' ')} fragment f${levels} on Task { id }`;
}

describe('what passes', () => {
  it.each([
    [
      'the introspection of every tool',
      () => getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true, oneOf: true }),
    ],
    [
      'a page of tasks with everything around them',
      () =>
        '{ tasks(first: 100) { nodes { id mesh { id name } attempts { attempt } layer { name } edgesIn { id } edgesOut { id type } } totalCount } }',
    ],
    [
      'twelve levels',
      () => `{ tasks(first: 1) { nodes ${'{ dependencies(first: 1) '.repeat(9)} { id } ${'}'.repeat(9)} } }`,
    ],
    [
      'thirty aliases',
      () => `{ ${Array.from({ length: 30 }, (_, n) => `a${n}: health { ready }`).join(' ')} }`,
    ],
    [
      'a whole history in pages',
      () =>
        'query ($after: String) { events(first: 100, after: $after) { nodes { seq at type meshId taskId from to payload task { key } } pageInfo { endCursor } } }',
    ],
  ])('%s', (_name, text) => {
    expect(codesOf(text())).toEqual([]);
  });
});

describe('what does not', () => {
  it.each([
    [
      'thirteen levels',
      'QUERY_TOO_DEEP',
      () =>
        `{ tasks(first: 1) { nodes ${'{ dependencies(first: 1) '.repeat(10)} { id } ${'}'.repeat(10)} } }`,
    ],
    [
      'levels hidden in fragments',
      'QUERY_TOO_DEEP',
      () => fragmentBomb(12, (next) => `dependencies(first: 1) { ${next} }`),
    ],
    [
      'thirty-one aliases',
      'QUERY_TOO_MANY_ALIASES',
      () => `{ ${Array.from({ length: 31 }, (_, n) => `a${n}: health { ready }`).join(' ')} }`,
    ],
    [
      'aliases multiplied by fragments',
      'QUERY_TOO_MANY_ALIASES',
      () => fragmentBomb(40, (next) => `a: key ...on Task { ${next} } b: key ${next}`),
    ],
    [
      'too many directives',
      'QUERY_TOO_MANY_DIRECTIVES',
      () => `{ health { ready ${'@include(if: true) '.repeat(51)} } }`,
    ],
    [
      'directives on variables',
      'QUERY_TOO_MANY_DIRECTIVES',
      () => `query ($a: Int ${'@x '.repeat(51)}) { health { ready } }`,
    ],
    [
      'pages in pages in pages',
      'QUERY_TOO_COMPLEX',
      () =>
        '{ meshes(first: 100) { nodes { tasks(first: 100) { nodes { edgesOut(first: 100) { target { key } } } } } } }',
    ],
    [
      'pages of unknown size',
      'QUERY_TOO_COMPLEX',
      () =>
        'query ($n: Int!) { meshes(first: $n) { nodes { tasks(first: $n) { nodes { edgesOut(first: $n) { id } } } } } }',
    ],
    [
      'many histories at once',
      'QUERY_TOO_COMPLEX',
      () =>
        `{ ${Array.from({ length: 11 }, (_, n) => `m${n}: meshAt(id: "x", time: "2025-01-01T00:00:00Z") { seq }`).join(' ')} }`,
    ],
    ['eight thousand tokens', 'QUERY_TOO_LONG', () => `{ ${'health '.repeat(8001)} }`],
    ['braces without end', 'QUERY_TOO_DEEP', () => '{a'.repeat(3900)],
    ['lists without end', 'QUERY_TOO_DEEP', () => `{ a(b: ${'['.repeat(7900)}`],
    [
      'twenty-one operations',
      'QUERY_TOO_COMPLEX',
      () => Array.from({ length: 21 }, (_, n) => `query q${n} { health { ready } }`).join(' '),
    ],
    ['a NUL in a text', 'INVALID_INPUT', () => '{ tasks(filter: { search: "a\\u0000" }) { totalCount } }'],
  ])('%s', (_name, code, text) => {
    const query = text();
    expect(codesOf(query)).toContain(code);
    expect(cpuMsOf(() => codesOf(query))).toBeLessThan(100);
  });

  it('a bomb of fragments is measured, not expanded', () => {
    const bomb = fragmentBomb(500, (next) => `${next} ${next} ... on Task { ${next} }`);
    expect(cpuMsOf(() => codesOf(bomb))).toBeLessThan(300);
  });

  it('fragments that contain each other are refused by the rules of the language', () => {
    const text =
      '{ task(id: "x") { ...a } } fragment a on Task { dependencies { ...b } } fragment b on Task { mesh { id } ...a }';
    expect(codesOf(text)).toEqual(['GRAPHQL_VALIDATION_FAILED']);
  });

  it('a field repeated thousands of times takes no quadratic time', () => {
    const ms = cpuMsOf(() => {
      codesOf(`{ tasks { nodes { ${'id '.repeat(7900)} } } }`);
      codesOf(`{ ${'health { ready } '.repeat(1900)} }`);
    });
    expect(ms).toBeLessThan(300);
  });
});

describe('the gate', () => {
  const documentOf = (text: string) => {
    const admission = gate.admitText(text);
    return admission.ok ? admission.document : undefined;
  };

  it('parses and checks a text that comes again no third time', () => {
    const text = '{ health { ready } }';
    const [first, second, third] = [documentOf(text), documentOf(text), documentOf(text)];
    expect(first).toBeDefined();
    expect(second).not.toBe(first);
    expect(third).toBe(second);
  });

  it('keeps nothing of texts that come once, however many, and what it knew before', () => {
    const known = '{ health { ready version } }';
    documentOf(known);
    const document = documentOf(known);
    const once = (index: number) => `# ${index} ${'x'.repeat(20_000)}\n{ health { ready } }`;
    for (let index = 0; index < 300; index++) documentOf(once(index));
    expect(documentOf(known)).toBe(document);
    const again = documentOf(once(0));
    expect(documentOf(once(0))).not.toBe(again);
  });

  it('forgets what has not come for long', () => {
    const large = (index: number) => `# ${index} ${'y'.repeat(300_000)}\n{ health { ready } }`;
    const twice = (index: number) => [documentOf(large(index)), documentOf(large(index))][1];
    const documents = Array.from({ length: 14 }, (_, index) => twice(index));
    expect(documentOf(large(13))).toBe(documents[13]);
    expect(documentOf(large(0))).not.toBe(documents[0]);
  });
});
