/**
 * Bad mesh files as data: the text, where the fault must be placed and what it must say. Run by
 * `test/unit/definition/bad-files.test.ts` on the checker, and by the command line tests through the built program.
 */

export interface BadFile {
  readonly title: string;
  /** Its ending decides how the text is read. */
  readonly file: string;
  readonly text: string | (() => string | Uint8Array);
  /** The place of one of the faults; its line where the text has one. */
  readonly path: string;
  readonly line?: number;
  readonly says: RegExp;
}

function task(fields: string): string {
  return `name: bad\ntasks:\n  first: ${fields}\n`;
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

function many(count: number, one: (index: number) => unknown): unknown[] {
  return Array.from({ length: count }, (_, index) => one(index));
}

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

const shapes: readonly BadFile[] = [
  { title: 'an empty file', file: 'a.yaml', text: '', path: '', says: /must not be empty/ },
  {
    title: 'a list instead of a mesh',
    file: 'a.yaml',
    text: '- a\n- b\n',
    path: '',
    line: 1,
    says: /must be an object, got a list of 2/,
  },
  { title: 'no tasks', file: 'a.yaml', text: 'name: bad\n', path: 'tasks', says: /is required/ },
  {
    title: 'no name',
    file: 'a.yaml',
    text: 'tasks: { a: { wait: 1 } }\n',
    path: 'name',
    says: /is required/,
  },
  {
    title: 'an empty map of tasks',
    file: 'a.yaml',
    text: 'name: bad\ntasks: {}\n',
    path: 'tasks',
    line: 2,
    says: /at least one task/,
  },
  {
    title: 'tasks as a text',
    file: 'a.yaml',
    text: 'name: bad\ntasks: all\n',
    path: 'tasks',
    line: 2,
    says: /must be a list, got "all"/,
  },
  {
    title: 'a task as a text',
    file: 'a.yaml',
    text: task('run it'),
    path: 'tasks.first',
    line: 3,
    says: /must be an object/,
  },
  {
    title: 'an unknown field of the mesh',
    file: 'a.yaml',
    text: 'name: bad\njobs: {}\ntasks: { a: { wait: 1 } }\n',
    path: 'jobs',
    line: 2,
    says: /not a field of a mesh; write tasks/,
  },
  {
    title: 'an unknown field of a task',
    file: 'a.yaml',
    text: task('{ wait: 1, priorty: HIGH }'),
    path: 'tasks.first.priorty',
    line: 3,
    says: /did you mean priority\?/,
  },
  {
    title: 'a repeated name',
    file: 'a.yaml',
    text: 'name: bad\ntasks:\n  a: { wait: 1 }\n  a: { wait: 2 }\n',
    path: 'tasks.a',
    line: 4,
    says: /twice/,
  },
  {
    title: 'a tag',
    file: 'a.yaml',
    text: 'name: !!js/function "x"\ntasks: { a: { wait: 1 } }\n',
    path: 'name',
    line: 1,
    says: /must not have a tag/,
  },
  {
    title: 'a second document',
    file: 'a.yaml',
    text: 'name: bad\n---\nname: other\n',
    path: '',
    says: /must be YAML/,
  },
  { title: 'broken YAML', file: 'a.yaml', text: 'name: [bad\ntasks: {}\n', path: '', says: /must be YAML/ },
  {
    title: 'an alias before its anchor',
    file: 'a.yaml',
    text: 'name: bad\ntasks: { a: *later }\n',
    path: 'tasks.a',
    line: 2,
    says: /must stand behind the complete value it names: \*later/,
  },
  {
    title: 'an alias within itself',
    file: 'a.yaml',
    text: 'name: bad\ntasks: &t { a: { metadata: *t } }\n',
    path: 'tasks.a.metadata',
    line: 2,
    says: /complete value/,
  },
  {
    title: 'aliases that explode',
    file: 'a.yaml',
    text: () =>
      `name: bad\nmetadata:\n  a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n${many(9, (i) => `  a${Number(i) + 1}: &a${Number(i) + 1} [${many(10, () => `*a${i}`).join(',')}]`).join('\n')}\ntasks: { a: {} }\n`,
    path: 'metadata.a6[0]',
    says: /must not expand/,
  },
  {
    title: 'broken UTF-8',
    file: 'a.yaml',
    text: () => new Uint8Array([0x6e, 0x61, 0x6d, 0x65, 0x3a, 0xff, 0xfe]),
    path: '',
    says: /UTF-8/,
  },
  {
    title: 'broken JSON',
    file: 'a.json',
    text: '{\n  "name": "bad",\n  "tasks": [,]\n}',
    path: '',
    line: 3,
    says: /expected a value, found ","/,
  },
  {
    title: 'JSON that stops',
    file: 'a.json',
    text: '{"name": "bad"',
    path: '',
    line: 1,
    says: /found the end/,
  },
  {
    title: 'a repeated name in JSON',
    file: 'a.json',
    text: '{"name": "bad",\n"name": "worse", "tasks": []}',
    path: 'name',
    line: 2,
    says: /twice/,
  },
  {
    title: 'deep JSON',
    file: 'a.json',
    text: () => `{"name":"bad","tasks":${nested(50_000)}}`,
    path: '',
    says: /nested deeper/,
  },
  {
    title: 'deep YAML',
    file: 'a.yaml',
    text: () => `name: bad\ntasks: ${nested(500)}\n`,
    path: '',
    line: 2,
    says: /nested deeper/,
  },
];

const fields: readonly BadFile[] = [
  {
    title: 'a typo in an enum',
    file: 'a.yaml',
    text: task('{ wait: 1, priority: HGIH }'),
    path: 'tasks.first.priority',
    line: 3,
    says: /did you mean HIGH\?/,
  },
  {
    title: 'a lower-case enum',
    file: 'a.yaml',
    text: task('{ wait: 1, taskType: large }'),
    path: 'tasks.first.taskType',
    line: 3,
    says: /did you mean LARGE\?/,
  },
  {
    title: 'absurd retries',
    file: 'a.yaml',
    text: task('{ wait: 1, retryPolicy: { maxAttempts: 1000000 } }'),
    path: 'tasks.first.retryPolicy.maxAttempts',
    line: 3,
    says: /1 to 1000, got 1000000/,
  },
  {
    title: 'a negative time',
    file: 'a.yaml',
    text: task('{ wait: -5 }'),
    path: 'tasks.first.wait',
    line: 3,
    says: /from 0 to/,
  },
  {
    title: 'a timeout of zero',
    file: 'a.yaml',
    text: task('{ wait: 1, executionTimeoutMs: 0 }'),
    path: 'tasks.first.executionTimeoutMs',
    line: 3,
    says: /from 1 to/,
  },
  {
    title: 'a timeout that is no number',
    file: 'a.yaml',
    text: task('{ wait: 1, queueTimeoutMs: .inf }'),
    path: 'tasks.first.queueTimeoutMs',
    line: 3,
    says: /whole number/,
  },
  {
    title: 'intervals the wrong way round',
    file: 'a.yaml',
    text: task('{ wait: 1, retryPolicy: { initialIntervalMs: 10, maxIntervalMs: 5 } }'),
    path: 'tasks.first.retryPolicy.initialIntervalMs',
    line: 3,
    says: /at most maxIntervalMs \(5\)/,
  },
  {
    title: 'a start without offset',
    file: 'a.yaml',
    text: task('{ wait: 1, startAfter: "2030-01-31T08:00:00" }'),
    path: 'tasks.first.startAfter',
    line: 3,
    says: /with its offset/,
  },
  {
    title: 'the 30th of February',
    file: 'a.yaml',
    text: task('{ wait: 1, startAfter: "2030-02-30T08:00:00Z" }'),
    path: 'tasks.first.startAfter',
    line: 3,
    says: /day of the calendar/,
  },
  {
    title: 'a key with control characters',
    file: 'a.yaml',
    text: 'name: bad\ntasks: { "a\\e[31m": { wait: 1 } }\n',
    path: 'tasks["a\\u001b[31m"]',
    line: 2,
    says: /control characters, got "a\\u001b\[31m"/,
  },
  {
    title: 'a key that turns the reading direction',
    file: 'a.json',
    text: json({ name: 'bad', tasks: [{ key: 'a\u202eb' }] }),
    path: 'tasks[0].key',
    line: 5,
    says: /control characters/,
  },
  {
    title: 'a key of 257 characters',
    file: 'a.json',
    text: json({ name: 'bad', tasks: [{ key: 'k'.repeat(257) }] }),
    path: 'tasks[0].key',
    says: /1 to 256 characters/,
  },
  {
    title: 'half a surrogate in a name',
    file: 'a.json',
    text: '{"name": "\\ud800", "tasks": [{"key": "a"}]}',
    path: 'name',
    line: 1,
    says: /control characters/,
  },
  {
    title: '__proto__ as a key',
    file: 'a.json',
    text: '{"name": "bad", "tasks": {"__proto__": {"wait": 1}}}',
    path: 'tasks.__proto__',
    line: 1,
    says: /must not be __proto__/,
  },
  {
    title: '__proto__ in metadata',
    file: 'a.json',
    text: '{"name": "bad", "metadata": {"__proto__": {"x": 1}}, "tasks": [{"key": "a"}]}',
    path: 'metadata.__proto__',
    line: 1,
    says: /must not be used as a name/,
  },
  {
    title: 'metadata of 64 KB and a byte',
    file: 'a.json',
    text: () => json({ name: 'bad', metadata: { x: 'x'.repeat(64 * 1024 - 8 + 1) }, tasks: [{ key: 'a' }] }),
    path: 'metadata',
    says: /at most 64 KB/,
  },
  {
    title: 'too many tags',
    file: 'a.json',
    text: () => json({ name: 'bad', tasks: [{ key: 'a', tags: many(51, String) }] }),
    path: 'tasks[0].tags',
    says: /at most 50 tags/,
  },
  {
    title: 'an unknown concurrency strategy',
    file: 'a.yaml',
    text: task('{ wait: 1, concurrency: { key: k, strategy: CANCEL_OLDEST } }'),
    path: 'tasks.first.concurrency.strategy',
    line: 3,
    says: /did you mean CANCEL_NEWEST\?/,
  },
  {
    title: 'a fairness weight of zero',
    file: 'a.yaml',
    text: task('{ wait: 1, fairness: { key: k, weight: 0 } }'),
    path: 'tasks.first.fairness.weight',
    line: 3,
    says: /above 0/,
  },
];

const works: readonly BadFile[] = [
  {
    title: 'a shell line without shell',
    file: 'a.yaml',
    text: task('{ command: "ls -l | wc" }'),
    path: 'tasks.first.command',
    line: 3,
    says: /shell: true and argv: \[the line\]/,
  },
  {
    title: 'an empty command',
    file: 'a.yaml',
    text: task('{ command: [] }'),
    path: 'tasks.first.command',
    line: 3,
    says: /must name a program/,
  },
  {
    title: 'a NUL in an argument',
    file: 'a.json',
    text: '{"name": "bad", "tasks": {"a": {"command": ["ls", "a\\u0000b"]}}}',
    path: 'tasks.a.command[1]',
    line: 1,
    says: /NUL/,
  },
  {
    title: 'a shell with two arguments',
    file: 'a.yaml',
    text: task('{ command: { argv: [ls, -l], shell: true } }'),
    path: 'tasks.first.command.argv',
    line: 3,
    says: /exactly one element/,
  },
  {
    title: 'a wrong variable name',
    file: 'a.yaml',
    text: task('{ command: { argv: [ls], env: { "A B": x } } }'),
    path: 'tasks.first.command.env["A B"]',
    line: 3,
    says: /variable name/,
  },
  {
    title: 'two kinds of work',
    file: 'a.yaml',
    text: task('{ command: [ls], wait: 5 }'),
    path: 'tasks.first.command',
    line: 3,
    says: /one kind, got command and wait/,
  },
  {
    title: 'a module that leads out',
    file: 'a.yaml',
    text: task('{ module: ../../etc/passwd.js }'),
    path: 'tasks.first.module',
    line: 3,
    says: /must not lead out/,
  },
  {
    title: 'an absolute module',
    file: 'a.yaml',
    text: task('{ module: /tmp/x.mjs }'),
    path: 'tasks.first.module',
    line: 3,
    says: /relative to the module root/,
  },
  {
    title: 'a module by address',
    file: 'a.yaml',
    text: task('{ module: "data:text/javascript,1.mjs" }'),
    path: 'tasks.first.module',
    line: 3,
    says: /not an address/,
  },
  {
    title: 'a module that is no script',
    file: 'a.yaml',
    text: task('{ module: handlers/clean.sh }'),
    path: 'tasks.first.module',
    line: 3,
    says: /must end in \.js/,
  },
  {
    title: 'a file address',
    file: 'a.yaml',
    text: task('{ http: "file:///etc/passwd" }'),
    path: 'tasks.first.http',
    line: 3,
    says: /absolute http or https/,
  },
  {
    title: 'credentials in an address',
    file: 'a.yaml',
    text: task('{ http: "http://me:secret@host/" }'),
    path: 'tasks.first.http',
    line: 3,
    says: /Authorization header/,
  },
  {
    title: 'a header that smuggles another',
    file: 'a.json',
    text: json({
      name: 'bad',
      tasks: [{ key: 'a', work: { http: { url: 'http://h/', headers: { A: 'b\r\nHost: c' } } } }],
    }),
    path: 'tasks[0].work.http.headers.A',
    line: 10,
    says: /no line breaks/,
  },
  {
    title: 'a header that frames the message',
    file: 'a.yaml',
    text: task('{ http: { url: "http://h/", headers: { Transfer-Encoding: chunked } } }'),
    path: 'tasks.first.http.headers.Transfer-Encoding',
    line: 3,
    says: /must not be set by hand/,
  },
  {
    title: 'an unknown method',
    file: 'a.yaml',
    text: task('{ http: { url: "http://h/", method: POTS } }'),
    path: 'tasks.first.http.method',
    line: 3,
    says: /did you mean POST\?/,
  },
  {
    title: 'a status of 99',
    file: 'a.yaml',
    text: task('{ http: { url: "http://h/", expectedStatuses: [99] } }'),
    path: 'tasks.first.http.expectedStatuses[0]',
    line: 3,
    says: /100 to 599/,
  },
  {
    title: 'a template that is not closed',
    file: 'a.yaml',
    text: task('{ command: [echo, "${inputs.a"] }'),
    path: 'tasks.first.command[1]',
    line: 3,
    says: /template/,
  },
  {
    title: 'a template without its edge',
    file: 'a.yaml',
    text: 'name: bad\ntasks:\n  a: { wait: 1 }\n  b: { command: [echo, "${inputs.a}"], dependsOn: [a] }\n',
    path: 'tasks.b.command',
    line: 4,
    says: /no DATA dependency/,
  },
];

const edges: readonly BadFile[] = [
  {
    title: 'a dangling reference',
    file: 'a.yaml',
    text: 'name: bad\ntasks:\n  extract: { wait: 1 }\n  clean: { wait: 1, dependsOn: [extrct] }\n',
    path: 'tasks.clean.dependsOn[0]',
    line: 4,
    says: /got "extrct"; did you mean extract\?/,
  },
  {
    title: 'a task that waits for itself',
    file: 'a.yaml',
    text: task('{ wait: 1, dependsOn: [first] }'),
    path: 'tasks.first.dependsOn[0]',
    line: 3,
    says: /to itself/,
  },
  {
    title: 'the same edge twice',
    file: 'a.yaml',
    text: 'name: bad\ntasks:\n  a: { wait: 1 }\n  b: { wait: 1, dependsOn: [a] }\nedges: [{ source: a, target: b }]\n',
    path: 'edges[0]',
    line: 5,
    says: /repeat the edge from "a" to "b"/,
  },
  {
    title: 'a cycle',
    file: 'a.yaml',
    text: 'name: bad\ntasks:\n  a: { dependsOn: [b] }\n  b: { dependsOn: [a] }\n',
    path: 'tasks.a.dependsOn[0]',
    line: 3,
    says: /cycle: a → b → a|cycle: b → a → b/,
  },
  {
    title: 'a negative weight',
    file: 'a.yaml',
    text: 'name: bad\ntasks:\n  a: {}\n  b: { dependsOn: [{ task: a, weight: -1 }] }\n',
    path: 'tasks.b.dependsOn[0].weight',
    line: 4,
    says: /number of seconds/,
  },
  {
    title: 'an unknown edge type',
    file: 'a.yaml',
    text: 'name: bad\ntasks:\n  a: {}\n  b: { dependsOn: [{ task: a, type: HARDD }] }\n',
    path: 'tasks.b.dependsOn[0].type',
    line: 4,
    says: /did you mean HARD\?/,
  },
  {
    title: '10,001 tasks',
    file: 'a.json',
    text: () => json({ name: 'bad', tasks: many(10_001, (key) => ({ key: String(key) })) }),
    path: 'tasks',
    line: 3,
    says: /at most 10000 tasks, got 10001/,
  },
  {
    title: '100,001 edges',
    file: 'a.json',
    text: () =>
      json({
        name: 'bad',
        tasks: [{ key: 'a' }, { key: 'b' }],
        edges: many(100_001, () => ({ source: 'a', target: 'b' })),
      }),
    path: 'edges',
    says: /at most 100000 edges/,
  },
  {
    title: 'a repeated key in a list',
    file: 'a.json',
    text: json({ name: 'bad', tasks: [{ key: 'a' }, { key: 'a' }] }),
    path: 'tasks[1].key',
    line: 8,
    says: /unique in the mesh/,
  },
];

const wfTask = { name: 'a', id: 'a', parents: [] as string[], children: [] as string[] };
const wf = (specification: object, execution: object = {}): string =>
  json({ name: 'w', schemaVersion: '1.5', workflow: { specification, execution } });

const workflows: readonly BadFile[] = [
  {
    title: 'WfFormat without tasks',
    file: 'a.json',
    text: json({ name: 'w', schemaVersion: '1.5', workflow: {} }),
    path: 'workflow',
    line: 4,
    says: /workflow\.specification\.tasks/,
  },
  {
    title: 'WfFormat with an unknown parent',
    file: 'a.json',
    text: wf({ tasks: [{ ...wfTask, parents: ['b'] }] }),
    path: 'workflow.specification.tasks[0].parents[0]',
    line: 11,
    says: /must name a task of this workflow, got "b"/,
  },
  {
    title: 'WfFormat with a negative run time',
    file: 'a.json',
    text: wf({ tasks: [wfTask] }, { tasks: [{ id: 'a', runtimeInSeconds: -1 }] }),
    path: 'workflow.specification.tasks[0]',
    line: 7,
    says: /runtimeInSeconds from 0/,
  },
  {
    title: 'WfFormat with a cycle',
    file: 'a.json',
    text: wf({
      tasks: [
        { ...wfTask, parents: ['b'] },
        { ...wfTask, id: 'b', parents: ['a'] },
      ],
    }),
    path: 'workflow.specification.tasks[0].parents',
    says: /cycle/,
  },
  {
    title: 'WfFormat with a task without id',
    file: 'a.json',
    text: wf({ tasks: [{ parents: [] }] }),
    path: 'workflow.specification.tasks[0]',
    line: 7,
    says: /task with an id/,
  },
];

export const badFiles: readonly BadFile[] = [...shapes, ...fields, ...works, ...edges, ...workflows];
