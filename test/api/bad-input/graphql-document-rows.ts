/** Documents that are wrong by the rules of the language or beyond the limits. */
import type { BadOperation } from './graphql-table.js';

const ID = '0192f0c1-0000-7000-8000-0000000fffff';
const times = (count: number, make: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => make(n)).join(' ');

function row(
  name: string,
  code: string,
  says: RegExp,
  query: string | (() => string),
  field?: string,
): BadOperation {
  return {
    name,
    query: typeof query === 'string' ? () => query : query,
    status: 400,
    code,
    says,
    ...(field ? { field } : {}),
  };
}

const invalid = 'GRAPHQL_VALIDATION_FAILED';

export const documentRows: readonly BadOperation[] = [
  row(
    'a brace that is not closed',
    'GRAPHQL_PARSE_FAILED',
    /Expected Name, found <EOF>/,
    '{ health { ready }',
  ),
  row('no document at all', 'GRAPHQL_PARSE_FAILED', /Unexpected Name "hello"/, 'hello world'),
  row(
    'a control character',
    'GRAPHQL_PARSE_FAILED',
    /Unexpected character: U\+0001/,
    '{ \u0001 health { ready } }',
  ),
  row(
    'a text that is not closed',
    'GRAPHQL_PARSE_FAILED',
    /Unterminated string/,
    '{ task(id: "abc) { id } }',
  ),
  row(
    'a wrong escape',
    'GRAPHQL_PARSE_FAILED',
    /Invalid character escape sequence/,
    '{ task(id: "\\q") { id } }',
  ),
  row(
    'a lone surrogate escape',
    'GRAPHQL_PARSE_FAILED',
    /Invalid Unicode escape/,
    '{ tasks(filter: { search: "\\uD800" }) { totalCount } }',
  ),
  row(
    'a NUL in a text',
    'INVALID_INPUT',
    /NUL character U\+0000 at position 1; remove it/,
    '{ tasks(filter: { search: "a\\u0000" }) { totalCount } }',
    'tasks.filter.search',
  ),
  row(
    'an unknown query',
    invalid,
    /Did you mean "task" or "tasks"/,
    '{ taks(first: 1) { nodes { id } } }',
    'taks',
  ),
  row(
    'an unknown field',
    invalid,
    /Cannot query field "statu" on type "Task". Did you mean "status"/,
    '{ tasks { nodes { statu } } }',
    'tasks.nodes.statu',
  ),
  row(
    'an unknown argument',
    invalid,
    /Unknown argument "frist" on field "Query.tasks". Did you mean "first"/,
    '{ tasks(frist: 1) { totalCount } }',
  ),
  row(
    'an unknown mutation',
    invalid,
    /Did you mean "cancelTask"/,
    `mutation { cancelTasks(id: "${ID}") { id } }`,
  ),
  row(
    'an unknown type',
    invalid,
    /Unknown type "TaskInputt"/,
    'mutation ($input: TaskInputt!) { createTask(input: $input) { id } }',
  ),
  row(
    'an unknown directive',
    invalid,
    /Unknown directive "@incldue"/,
    '{ health @incldue(if: true) { ready } }',
  ),
  row(
    'a directive without its argument',
    invalid,
    /Directive "@include" argument "if" of type "Boolean!" is required/,
    '{ health @include { ready } }',
  ),
  row('a missing argument', invalid, /argument "id" of type "ID!" is required/, '{ task { id } }', 'task'),
  row(
    'a missing input field',
    invalid,
    /Field "CreateTaskInput.name" of required type "String!" was not provided/,
    'mutation { createTask(input: {}) { id } }',
  ),
  row(
    'an unknown input field',
    invalid,
    /Did you mean "maxAttempts"/,
    'mutation { createTask(input: { name: "x", retryPolicy: { maxAttempt: 1 } }) { id } }',
    'createTask.input.retryPolicy.maxAttempt',
  ),
  row(
    'a text for a number',
    invalid,
    /Int cannot represent non-integer value: "ten"/,
    '{ tasks(first: "ten") { totalCount } }',
    'tasks.first',
  ),
  row(
    'a fraction for a whole number',
    invalid,
    /Int cannot represent non-integer value: 1.5/,
    '{ tasks(first: 1.5) { totalCount } }',
    'tasks.first',
  ),
  row(
    'a number beyond 32 bits',
    invalid,
    /Int cannot represent non 32-bit signed integer value: 3000000000/,
    '{ tasks(first: 3000000000) { totalCount } }',
  ),
  row(
    'null for a number',
    invalid,
    /Expected value of type "Int!", found null/,
    '{ tasks(first: null) { totalCount } }',
  ),
  row(
    'an enum typo',
    invalid,
    /Value "HIHG" does not exist in "Priority" enum. Did you mean the enum value "HIGH"/,
    'mutation { createTask(input: { name: "x", priority: HIHG }) { id } }',
    'createTask.input.priority',
  ),
  row(
    'an enum in lower case',
    invalid,
    /Did you mean the enum value "QUEUED"/,
    '{ tasks(filter: { statuses: [queued] }) { totalCount } }',
    'tasks.filter.statuses[0]',
  ),
  row(
    'an enum as text',
    invalid,
    /Enum "TaskStatus" cannot represent non-enum value: "QUEUED". Did you mean the enum value "QUEUED"/,
    '{ tasks(filter: { statuses: ["QUEUED"] }) { totalCount } }',
  ),
  row(
    'a layer that does not exist',
    invalid,
    /Value "LOCALL" does not exist in "LayerName" enum. Did you mean the enum value "LOCAL"/,
    '{ layer(name: LOCALL) { name } }',
    'layer.name',
  ),
  row(
    'two kinds of work',
    invalid,
    /OneOf Input Object "WorkInput" must specify exactly one key/,
    'mutation { createTask(input: { name: "x", work: { wait: { durationMs: 1 }, command: { argv: ["a"] } } }) { id } }',
  ),
  row(
    'no kind of work',
    invalid,
    /OneOf Input Object "WorkInput" must specify exactly one key/,
    'mutation { createTask(input: { name: "x", work: {} }) { id } }',
  ),
  row(
    'a kind of work that is null',
    invalid,
    /Field "WorkInput.wait" must be non-null/,
    'mutation { createTask(input: { name: "x", work: { wait: null } }) { id } }',
  ),
  row(
    'an object without selection',
    invalid,
    /Field "health" of type "Health!" must have a selection of subfields/,
    '{ health }',
    'health',
  ),
  row(
    'a leaf with selection',
    invalid,
    /must not have a selection since type "String!" has no subfields/,
    '{ tasks { nodes { key { id } } } }',
  ),
  row(
    'a variable that is not declared',
    invalid,
    /Variable "\$id" is not defined/,
    '{ task(id: $id) { id } }',
  ),
  row(
    'a variable that is not used',
    invalid,
    /Variable "\$id" is never used/,
    'query ($id: ID!) { health { ready } }',
  ),
  row(
    'a variable of another type',
    invalid,
    /Variable "\$id" of type "Int!" used in position expecting type "ID!"/,
    'query ($id: Int!) { task(id: $id) { id } }',
  ),
  row(
    'an argument twice',
    invalid,
    /There can be only one argument named "first"/,
    '{ tasks(first: 1, first: 2) { totalCount } }',
  ),
  row(
    'one name for two fields',
    invalid,
    /Fields "a" conflict/,
    '{ a: health { ready } a: status { version } }',
  ),
  row('a fragment that is not there', invalid, /Unknown fragment "f"/, '{ tasks { nodes { ...f } } }'),
  row(
    'a fragment that is not used',
    invalid,
    /Fragment "f" is never used/,
    '{ health { ready } } fragment f on Task { id }',
  ),
  row(
    'a fragment on the wrong type',
    invalid,
    /Fragment "f" cannot be spread here/,
    '{ health { ...f } } fragment f on Task { id }',
  ),
  row(
    'a fragment that contains itself',
    invalid,
    /Cannot spread fragment "f" within itself/,
    `{ task(id: "${ID}") { ...f } } fragment f on Task { id dependencies { ...f } }`,
  ),
  row(
    'introspection that goes round and round',
    invalid,
    /Maximum introspection depth exceeded/,
    '{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }',
  ),
  row(
    'a subscription to two fields',
    invalid,
    /must select only one top level field/,
    'subscription { a: metricsSampled { at } b: metricsSampled { at } }',
  ),
  row(
    'two operations and no name',
    'OPERATION_RESOLUTION_FAILURE',
    /operationName must say which operation to run; the document has a, b/,
    'query a { health { ready } } query b { health { ready } }',
    'operationName',
  ),
  row('only a fragment', invalid, /Fragment "f" is never used/, 'fragment f on Task { id }'),
  row(
    'definitions of types',
    invalid,
    /The "A" definition is not executable/,
    '{ health { ready } } type A { b: Int }',
  ),
  row(
    'thirteen levels',
    'QUERY_TOO_DEEP',
    /deeper than 12 levels; ask for the inner part in a query of its own \(\[server\] graphql_depth_max\)/,
    `{ tasks(first: 1) { nodes ${times(10, () => '{ dependencies(first: 1)')} { id } ${'}'.repeat(10)} } }`,
  ),
  row(
    'thirty-one aliases',
    'QUERY_TOO_MANY_ALIASES',
    /has 31 aliases, at most 30/,
    () => `{ ${times(31, (n) => `a${n}: health { ready }`)} }`,
  ),
  row(
    'fifty-one directives',
    'QUERY_TOO_MANY_DIRECTIVES',
    /has 51 directives, at most 50/,
    () => `{ health { ready ${times(51, () => '@include(if: true)')} } }`,
  ),
  row(
    'pages in pages in pages',
    'QUERY_TOO_COMPLEX',
    /ask for smaller pages/,
    '{ meshes(first: 100) { nodes { tasks(first: 100) { nodes { edgesOut(first: 100) { id } } } } } }',
  ),
  row('a bomb of fragments', 'QUERY_TOO_DEEP', /deeper than 12 levels/, () => {
    const fragment = (n: number): string =>
      `fragment f${n} on Task { mesh { tasks(first: 1) { nodes { ...f${n + 1} } } } ...f${n + 1} }`;
    return `{ task(id: "${ID}") { ...f0 } } ${times(40, fragment)} fragment f40 on Task { id }`;
  }),
  row(
    'six hundred spreads',
    'QUERY_TOO_COMPLEX',
    /has 604 selections, at most 500/,
    () => `{ tasks { nodes { ${times(600, () => '...f')} } } } fragment f on Task { id }`,
  ),
  row('twenty-one operations', 'QUERY_TOO_COMPLEX', /has 21 operations, at most 20/, () =>
    times(21, (n) => `query q${n} { health { ready } }`),
  ),
  row(
    'eight thousand and one tokens',
    'QUERY_TOO_LONG',
    /more than 8000 tokens; hand large inputs over as variables/,
    () => `{ ${times(8001, () => 'health')} }`,
  ),
  row('braces without end', 'QUERY_TOO_DEEP', /far too deep/, () => '{a'.repeat(3900)),
  row('lists without end', 'QUERY_TOO_DEEP', /far too deep/, () => `{ tasks(filter: ${'['.repeat(7900)}`),
];
