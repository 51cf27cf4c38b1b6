/** Inputs that are wrong in themselves: variables, ids, cursors, times, meshes, tasks. Nothing of them reaches the core. */
import type { BadOperation } from './graphql-table.js';

const ID = '0192f0c1-0000-7000-8000-0000000fffff';
const INVALID = 'INVALID_INPUT';

type Says = readonly [says: RegExp, field: string];

/** A query whose arguments are fine for GraphQL and wrong for us. */
function refused(name: string, query: string, [says, field]: Says, code = INVALID): BadOperation {
  return { name, query: () => query, status: 200, code, field, says };
}

/** Variables that GraphQL itself refuses, or the door before it. */
function variables(
  name: string,
  query: string,
  values: object | (() => object),
  [says, field]: Says,
): BadOperation {
  const make = typeof values === 'function' ? (values as () => object) : () => values;
  return { name, query: () => query, variables: make, status: 400, code: INVALID, field, says };
}

const SUBMIT = 'mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id } }';
const CREATE = 'mutation ($input: CreateTaskInput!) { createTask(input: $input) { id } }';
const UPDATE = `mutation ($input: UpdateTaskInput!) { updateTask(id: "${ID}", input: $input) { id } }`;

function mesh(
  name: string,
  input: object | (() => object),
  [says, field]: Says,
  more: Partial<BadOperation> = {},
): BadOperation {
  const make = (): object => ({ input: typeof input === 'function' ? (input as () => object)() : input });
  return { name, query: () => SUBMIT, variables: make, status: 200, code: INVALID, field, says, ...more };
}

function ofTask(name: string, fields: object, says: Says, more: Partial<BadOperation> = {}): BadOperation {
  return mesh(name, { name: 'm', tasks: [{ key: 'a', ...fields }] }, says, more);
}

const deep = (levels: number): unknown => Array.from({ length: levels }).reduce((inner) => ({ a: inner }), 1);

const ids: readonly BadOperation[] = [
  refused('an id that is none', '{ task(id: "abc") { id } }', [
    /id must be a UUID such as .*, got "abc"/,
    'id',
  ]),
  refused('a number for an id', '{ task(id: 5) { id } }', [/id must be a UUID/, 'id']),
  refused('an empty id', '{ mesh(id: "") { id } }', [/id must be a UUID/, 'id']),
  refused('a path for an id', '{ task(id: "../../etc/passwd") { id } }', [/id must be a UUID/, 'id']),
  refused('a statement for an id', `{ task(id: "' OR 1=1 --") { id } }`, [/id must be a UUID/, 'id']),
  refused('an id with a character too many', `{ task(id: "${ID}0") { id } }`, [/id must be a UUID/, 'id']),
  refused('a very long id', `{ task(id: "${'a'.repeat(5000)}") { id } }`, [/got "a{61}\.\.\."/, 'id']),
  refused('a wrong id in a filter', '{ tasks(filter: { meshId: "x" }) { totalCount } }', [
    /filter.meshId must be a UUID/,
    'filter.meshId',
  ]),
  refused('a wrong id in a history', '{ events(taskId: "x") { totalCount } }', [
    /taskId must be a UUID/,
    'taskId',
  ]),
  refused('a wrong id of a log', '{ taskLogs(taskId: "x") { nodes { id } } }', [
    /taskId must be a UUID/,
    'taskId',
  ]),
  refused('a wrong id of a critical path', '{ criticalPath(meshId: "x") { seconds } }', [
    /meshId must be a UUID/,
    'meshId',
  ]),
  refused('a wrong id to cancel', 'mutation { cancelTask(id: "x") { id } }', [/id must be a UUID/, 'id']),
  refused('a wrong id to delete', 'mutation { deleteTask(id: "x") }', [/id must be a UUID/, 'id']),
  refused(
    'a wrong id to rerun from',
    `mutation { rerunMesh(id: "${ID}", strategy: FROM_TASK, fromTaskId: "x") { id } }`,
    [/fromTaskId must be a UUID/, 'fromTaskId'],
  ),
  refused('a wrong mesh for a task', 'mutation { createTask(input: { name: "a", meshId: "x" }) { id } }', [
    /input.meshId must be a UUID/,
    'input.meshId',
  ]),
  refused('a wrong end of an edge', `mutation { removeEdge(sourceId: "${ID}", targetId: "x") }`, [
    /targetId must be a UUID/,
    'targetId',
  ]),
];

const pages: readonly BadOperation[] = [
  refused('a page of 101', '{ tasks(first: 101) { totalCount } }', [
    /first must be from 1 to 100, got 101; page on with after: endCursor/,
    'first',
  ]),
  refused('a page of none', '{ meshes(first: 0) { totalCount } }', [
    /first must be from 1 to 100, got 0/,
    'first',
  ]),
  refused('a page of less than none', '{ events(first: -1) { totalCount } }', [
    /first must be from 1 to 100, got -1/,
    'first',
  ]),
  refused('a cursor nobody gave out', '{ tasks(after: "nonsense") { nodes { id } } }', [/after/, 'after']),
  refused('an empty cursor', '{ tasks(after: "") { nodes { id } } }', [
    /after must be the endCursor of a page/,
    'after',
  ]),
  refused('a very long cursor', `{ meshes(after: "${'a'.repeat(9000)}") { nodes { id } } }`, [
    /after must be the endCursor/,
    'after',
  ]),
  refused('an empty search', '{ tasks(filter: { search: "" }) { totalCount } }', [
    /filter.search must have 1 to 256 characters, got 0/,
    'filter.search',
  ]),
  refused('a very long search', `{ meshes(filter: { search: "${'a'.repeat(257)}" }) { totalCount } }`, [
    /got 257/,
    'filter.search',
  ]),
  refused('an empty list of statuses', '{ tasks(filter: { statuses: [] }) { totalCount } }', [
    /must name at least one value; leave it out/,
    'filter.statuses',
  ]),
  refused(
    'fifty-one tags',
    `{ tasks(filter: { tags: [${Array.from({ length: 51 }, (_, n) => `"t${n}"`).join(' ')}] }) { totalCount } }`,
    [/at most 50 values, got 51/, 'filter.tags'],
  ),
  refused(
    'an end before the beginning',
    '{ events(since: "2025-01-02T00:00:00Z", until: "2025-01-01T00:00:00Z") { totalCount } }',
    [/until must not be before since/, 'until'],
  ),
  refused('attempt zero', `{ taskLogs(taskId: "${ID}", attempt: 0) { nodes { id } } }`, [
    /attempt must be a whole number from 1/,
    'attempt',
  ]),
  refused('a window of no time', '{ executionStats(window: 0) { attempts } }', [
    /window must be a whole number from 1 to 31622400, got 0/,
    'window',
  ]),
  refused('a window of negative time', '{ executionStats(window: -5) { attempts } }', [/window/, 'window']),
];

const values: readonly BadOperation[] = [
  variables('no variables', CREATE, {}, [
    /input: Expected non-nullable type "CreateTaskInput!" not to be null/,
    'input',
  ]),
  variables('a text for an input', CREATE, { input: 'x' }, [
    /Expected type "CreateTaskInput" to be an object/,
    'input',
  ]),
  variables('a list for an input', CREATE, { input: [{ name: 'x' }, { name: 'y' }] }, [
    /to be an object/,
    'input',
  ]),
  variables('an enum typo', CREATE, { input: { name: 'x', priority: 'HIHG' } }, [
    /Did you mean the enum value "HIGH"/,
    'input.priority',
  ]),
  variables('an enum in lower case', CREATE, { input: { name: 'x', taskType: 'large' } }, [
    /Did you mean the enum value "LARGE"/,
    'input.taskType',
  ]),
  variables('a number for an enum', CREATE, { input: { name: 'x', priority: 3 } }, [
    /cannot represent non-string value: 3/,
    'input.priority',
  ]),
  variables('an unknown field', CREATE, { input: { name: 'x', retries: 3 } }, [
    /Field "retries" is not defined by type "CreateTaskInput"/,
    'input',
  ]),
  variables('a required field that is null', CREATE, { input: { name: null } }, [
    /not to be null/,
    'input.name',
  ]),
  variables('a number for a text', CREATE, { input: { name: 5 } }, [
    /String cannot represent a non string value: 5/,
    'input.name',
  ]),
  variables('a text for a flag', CREATE, { input: { name: 'x', hold: 'yes' } }, [
    /Boolean cannot represent a non boolean value: "yes"/,
    'input.hold',
  ]),
  variables('a fraction of a millisecond', CREATE, { input: { name: 'x', executionTimeoutMs: 1.5 } }, [
    /SafeInt must be a whole number/,
    'input.executionTimeoutMs',
  ]),
  variables('a number that no double holds', CREATE, { input: { name: 'x', executionTimeoutMs: 2 ** 60 } }, [
    /SafeInt must be a whole number/,
    'input.executionTimeoutMs',
  ]),
  variables(
    'two kinds of work',
    CREATE,
    { input: { name: 'x', work: { wait: { durationMs: 1 }, command: { argv: ['a'] } } } },
    [/Exactly one key must be specified/, 'input.work'],
  ),
  variables('a kind of work that is unknown', CREATE, { input: { name: 'x', work: { shell: 'ls' } } }, [
    /Field "shell" is not defined by type "WorkInput"/,
    'input.work',
  ]),
  variables(
    'argv that is no list of texts',
    CREATE,
    { input: { name: 'x', work: { command: { argv: [1, 2] } } } },
    [/String cannot represent a non string value: 1/, 'input.work.command.argv[0]'],
  ),
  variables('metadata that are a list', CREATE, { input: { name: 'x', metadata: [1] } }, [
    /JSONObject must be an object/,
    'input.metadata',
  ]),
  variables('metadata of seventy levels', CREATE, { input: { name: 'x', metadata: { a: deep(70) } } }, [
    /nested deeper than 64 levels; flatten it/,
    `input.metadata${'.a'.repeat(14)}…`,
  ]),
  variables('a NUL in a variable', CREATE, { input: { name: 'a\u0000b' } }, [
    /NUL character U\+0000 at position 1; remove it/,
    'input.name',
  ]),
  variables('half a surrogate pair in a variable', CREATE, { input: { name: '\ud800' } }, [
    /half of a surrogate pair; send valid Unicode/,
    'input.name',
  ]),
  variables('a NUL in a key of metadata', CREATE, { input: { name: 'x', metadata: { 'a\u0000': 1 } } }, [
    /NUL character/,
    'input.metadata["a\\u0000"]',
  ]),
  variables(
    'a day that does not exist',
    CREATE,
    { input: { name: 'x', startAfter: '2030-02-30T00:00:00Z' } },
    [/DateTime must be a time with its offset/, 'input.startAfter'],
  ),
  variables('a time without offset', CREATE, { input: { name: 'x', startAfter: '2030-01-31T08:00:00' } }, [
    /such as 2030-01-31T08:00:00Z/,
    'input.startAfter',
  ]),
  variables('a time in words', CREATE, { input: { name: 'x', startAfter: 'tomorrow' } }, [
    /got "tomorrow"/,
    'input.startAfter',
  ]),
  variables('a time in seconds', CREATE, { input: { name: 'x', startAfter: 1893456000 } }, [
    /DateTime must be/,
    'input.startAfter',
  ]),
  variables(
    'a strategy that does not exist',
    'mutation ($s: RerunStrategy!) { rerunMesh(id: "x", strategy: $s) { id } }',
    { s: 'FROM_FAILURES' },
    [/Did you mean the enum value "FROM_FAILURE"/, 's'],
  ),
];

const meshes: readonly BadOperation[] = [
  mesh('no tasks', { name: 'm', tasks: [] }, [/must have at least one task/, 'input.tasks']),
  mesh('a blank name', { name: '  ', tasks: [{ key: 'a' }] }, [/must not be blank/, 'input.name']),
  mesh('a control character in a name', { name: 'a\u0007', tasks: [{ key: 'a' }] }, [
    /without control characters/,
    'input.name',
  ]),
  mesh(
    'one key twice',
    { name: 'm', tasks: [{ key: 'a' }, { key: 'a' }] },
    [/unique/, 'input.tasks[1].key'],
    { code: 'DUPLICATE_KEY' },
  ),
  mesh(
    'a dependency that is not there',
    { name: 'm', tasks: [{ key: 'extract' }, { key: 'b', dependsOn: [{ task: 'extrakt' }] }] },
    [/extract/, 'input.tasks[1].dependsOn[0].task'],
  ),
  mesh('a task that depends on itself', { name: 'm', tasks: [{ key: 'a', dependsOn: [{ task: 'a' }] }] }, [
    /itself|another/,
    'input.tasks[0].dependsOn[0]',
  ]),
  mesh(
    'a cycle',
    {
      name: 'm',
      tasks: [
        { key: 'a', dependsOn: [{ task: 'b' }] },
        { key: 'b', dependsOn: [{ task: 'a' }] },
      ],
    },
    [/(a → b → a|b → a → b)/, 'input.tasks[0].dependsOn[0]'],
    { code: 'CYCLE_DETECTED' },
  ),
  mesh('an edge to nowhere', { name: 'm', tasks: [{ key: 'a' }], edges: [{ source: 'a', target: 'z' }] }, [
    /z/,
    'input.edges[0].target',
  ]),
  mesh(
    'an edge twice',
    {
      name: 'm',
      tasks: [{ key: 'a' }, { key: 'b', dependsOn: [{ task: 'a' }] }],
      edges: [{ source: 'a', target: 'b' }],
    },
    [/./, 'input.edges[0]'],
  ),
  mesh(
    'a negative weight',
    { name: 'm', tasks: [{ key: 'a' }, { key: 'b', dependsOn: [{ task: 'a', weight: -1 }] }] },
    [/seconds from 0/, 'input.tasks[1].dependsOn[0].weight'],
  ),
  mesh(
    '10,001 tasks',
    () => ({ name: 'm', tasks: Array.from({ length: 10_001 }, (_, n) => ({ key: `t${n}` })) }),
    [/at most 10000 tasks, got 10001; extend the mesh in steps/, 'input.tasks'],
    { code: 'LIMIT_EXCEEDED', httpOnly: true },
  ),
  mesh(
    'too much metadata',
    () => ({ name: 'm', tasks: [{ key: 'a' }], metadata: { a: 'x'.repeat(70_000) } }),
    [/65536|64 KB|64 KiB|bytes/, 'input.metadata'],
    { code: 'LIMIT_EXCEEDED' },
  ),
  mesh('a very long idempotency key', { name: 'm', tasks: [{ key: 'a' }], idempotencyKey: 'x'.repeat(257) }, [
    /1 to 256 characters/,
    'input.idempotencyKey',
  ]),
  ofTask('a key that is dangerous', { key: '__proto__' }, [/must not be __proto__/, 'input.tasks[0].key']),
  ofTask('no attempts', { retryPolicy: { maxAttempts: 0 } }, [
    /whole number from 1 to 1000, got 0/,
    'input.tasks[0].retryPolicy.maxAttempts',
  ]),
  ofTask('a million attempts', { retryPolicy: { maxAttempts: 1_000_000 } }, [
    /from 1 to 1000/,
    'input.tasks[0].retryPolicy.maxAttempts',
  ]),
  ofTask('a back-off that shrinks', { retryPolicy: { backoffCoefficient: 0.5 } }, [
    /from 1 to 100/,
    'input.tasks[0].retryPolicy.backoffCoefficient',
  ]),
  ofTask('a first wait beyond the longest', { retryPolicy: { initialIntervalMs: 10, maxIntervalMs: 5 } }, [
    /at most maxIntervalMs/,
    'input.tasks[0].retryPolicy.initialIntervalMs',
  ]),
  ofTask('a negative timeout', { executionTimeoutMs: -1 }, [
    /milliseconds from 1/,
    'input.tasks[0].executionTimeoutMs',
  ]),
  ofTask('a wait of negative time', { work: { wait: { durationMs: -1 } } }, [
    /milliseconds from 0/,
    'input.tasks[0].work.wait.durationMs',
  ]),
  ofTask('a command without a program', { work: { command: { argv: [] } } }, [
    /argv|./,
    'input.tasks[0].work.command.argv',
  ]),
  ofTask('a shell with two lines', { work: { command: { argv: ['a', 'b'], shell: true } } }, [
    /./,
    'input.tasks[0].work.command.argv',
  ]),
  ofTask('an environment that holds a number', { work: { command: { argv: ['a'], env: { A: 1 } } } }, [
    /must be a text, got 1/,
    'input.tasks[0].work.command.env.A',
  ]),
  ofTask('a module outside of its root', { work: { module: { path: '../secrets.mjs' } } }, [
    /./,
    'input.tasks[0].work.module.path',
  ]),
  ofTask('a module with an absolute path', { work: { module: { path: '/etc/passwd' } } }, [
    /./,
    'input.tasks[0].work.module.path',
  ]),
  ofTask('an address that is no HTTP', { work: { http: { url: 'file:///etc/passwd' } } }, [
    /http/,
    'input.tasks[0].work.http.url',
  ]),
  ofTask('an address that is none', { work: { http: { url: 'not a url' } } }, [
    /./,
    'input.tasks[0].work.http.url',
  ]),
  ofTask(
    'a status that does not exist',
    { work: { http: { url: 'https://example.com', expectedStatuses: [999] } } },
    [/./, 'input.tasks[0].work.http.expectedStatuses[0]'],
  ),
  ofTask('a limit of nothing', { concurrency: { key: 'k', limit: 0 } }, [
    /from 1 to 10000/,
    'input.tasks[0].concurrency.limit',
  ]),
  ofTask('a weight of nothing', { fairness: { key: 'k', weight: 0 } }, [
    /above 0/,
    'input.tasks[0].fairness.weight',
  ]),
  ofTask('fifty-one tags', { tags: Array.from({ length: 51 }, (_, n) => `t${n}`) }, [
    /at most 50 tags/,
    'input.tasks[0].tags',
  ]),
];

const others: readonly BadOperation[] = [
  {
    ...refused('an update of nothing', UPDATE, [/must change at least one field/, 'input']),
    variables: () => ({ input: {} }),
  },
  {
    ...refused('an update without a name', UPDATE, [/must not be null: a task has a name/, 'input.name']),
    variables: () => ({ input: { name: null } }),
  },
  refused('an extension of nothing', `mutation { extendMesh(meshId: "${ID}", input: {}) { id } }`, [
    /must have a task or an edge/,
    'input',
  ]),
  refused(
    'an edge to itself',
    `mutation { addEdge(input: { sourceId: "${ID}", targetId: "${ID}" }) { id } }`,
    [/a task cannot depend on itself/, 'input.targetId'],
  ),
  refused(
    'an edge of negative weight',
    `mutation { addEdge(input: { sourceId: "${ID}", targetId: "0192f0c1-0000-7000-8000-0000000ffffe", weight: -1 }) { id } }`,
    [/seconds from 0/, 'input.weight'],
  ),
  refused(
    'a simulation on no layer',
    '{ simulateMesh(input: { name: "m", tasks: [{ key: "a" }] }, layers: []) { makespanSeconds } }',
    [/at least one layer/, 'layers'],
  ),
  refused(
    'a simulation on one layer twice',
    '{ simulateMesh(input: { name: "m", tasks: [{ key: "a" }] }, layers: [{ name: LOCAL, slots: 1 }, { name: LOCAL, slots: 2 }]) { makespanSeconds } }',
    [/LOCAL a second time/, 'layers[1].name'],
  ),
  refused(
    'a simulation without slots',
    '{ simulateMesh(input: { name: "m", tasks: [{ key: "a" }] }, layers: [{ name: LOCAL, slots: 0 }]) { makespanSeconds } }',
    [/from 1 to/, 'layers[0].slots'],
  ),
  refused(
    'a simulation of no tasks at once',
    '{ simulateMesh(input: { name: "m", tasks: [{ key: "a" }] }, concurrency: 0) { makespanSeconds } }',
    [/concurrency must be/, 'concurrency'],
  ),
  refused('a history of no metrics', '{ metricHistory(names: []) { at } }', [
    /must be 1 to 50 names/,
    'names',
  ]),
  refused('a history of a metric whose name is none', '{ metricHistory(names: ["tasks", "a b"]) { at } }', [
    /got "a b"/,
    'names',
  ]),
  refused(
    'a history that ends before it begins',
    '{ metricHistory(names: ["tasks"], since: "2026-01-02T00:00:00Z", until: "2026-01-01T00:00:00Z") { at } }',
    [/must not be before since/, 'until'],
  ),
  {
    name: 'a mesh at a time that is none',
    query: () => `{ meshAt(id: "${ID}", time: "now") { seq } }`,
    status: 400,
    code: 'GRAPHQL_VALIDATION_FAILED',
    field: 'meshAt.time',
    says: /DateTime must be a time with its offset/,
  },
];

export const inputRows: readonly BadOperation[] = [...ids, ...pages, ...values, ...meshes, ...others];
