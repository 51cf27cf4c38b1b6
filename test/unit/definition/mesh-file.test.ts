/** What the short forms of mesh files mean, in YAML and in JSON, and where faults in them are placed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMeshFile } from '../../../src/orchestrator/definition/mesh-file.js';

const defaults = { maxAttempts: 3, executionTimeoutMs: 300_000 };

function read(text: string, fileName = 'a.mesh.yaml') {
  return readMeshFile(new TextEncoder().encode(text), { fileName, defaults });
}

function input(text: string, fileName?: string) {
  const result = read(text, fileName);
  if (result.ok) return result.input;
  throw new Error(JSON.stringify(result.faults, null, 1));
}

const example = `
name: nightly
tasks:
  extract:   { command: [node, extract.mjs], retryPolicy: { maxAttempts: 3 }, tags: [etl] }
  clean:     { module: handlers/clean.ts, dependsOn: [extract] }
  audit:     { http: { method: POST, url: "http://127.0.0.1:9000/audit" }, dependsOn: extract }
  report:
    command: [node, report.mjs]
    taskType: LARGE
    dependsOn: [{ task: clean, type: DATA, weight: 2 }, { task: audit, type: SOFT }]
  pause: { wait: 1.5s }
  done:
`;

describe('a mesh file', () => {
  it('says in YAML what the API says at length', () => {
    expect(input(example)).toEqual({
      name: 'nightly',
      tasks: [
        {
          key: 'extract',
          work: { command: { argv: ['node', 'extract.mjs'] } },
          retryPolicy: { maxAttempts: 3 },
          tags: ['etl'],
        },
        { key: 'clean', work: { module: { path: 'handlers/clean.ts' } }, dependsOn: [{ task: 'extract' }] },
        {
          key: 'audit',
          work: { http: { method: 'POST', url: 'http://127.0.0.1:9000/audit' } },
          dependsOn: [{ task: 'extract' }],
        },
        {
          key: 'report',
          taskType: 'LARGE',
          work: { command: { argv: ['node', 'report.mjs'] } },
          dependsOn: [
            { task: 'clean', type: 'DATA', weight: 2 },
            { task: 'audit', type: 'SOFT' },
          ],
        },
        { key: 'pause', work: { wait: { durationMs: 1500 } } },
        { key: 'done' },
      ],
    });
  });

  it('may be JSON of the same shape, or of the shape of the API', () => {
    const short = '{"name": "m", "tasks": {"a": {"wait": 5}, "b": {"command": ["ls"], "dependsOn": ["a"]}}}';
    const long = JSON.stringify(input(short, 'a.json'));
    expect(input(long, 'a.json')).toEqual(input(short, 'a.json'));
    expect(input(short, 'without-ending')).toEqual(input(short, 'a.json'));
  });

  it.each([
    ['500', 500],
    ['2s', 2000],
    ['"250ms"', 250],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    ['{ durationMs: 7 }', 7],
  ])('waits %s', (text, durationMs) => {
    expect(input(`name: m\ntasks: { a: { wait: ${text} } }`).tasks[0]?.work).toEqual({
      wait: { durationMs },
    });
  });

  it('takes bare numbers and words of a command as the text they are', () => {
    const { tasks } = input(
      'name: m\ntasks: { a: { command: { argv: [sleep, 1.10, true, 0x1F], env: { N: 1.0, B: no } } } }',
    );
    expect(tasks[0]?.work).toEqual({
      command: { argv: ['sleep', '1.10', 'true', '0x1F'], env: { N: '1.0', B: 'no' } },
    });
  });

  it('may share parts by anchors and merge keys', () => {
    const text = `
name: m
tasks:
  a: &base { wait: 5, tags: [x], priority: HIGH }
  b: { <<: *base, priority: LOW }
  c: *base
`;
    const [a, b, c] = input(text).tasks;
    expect(b).toEqual({ ...a, key: 'b', priority: 'LOW' });
    expect(c).toEqual({ ...a, key: 'c' });
  });

  it('may start with a byte order mark and end its lines as on Windows', () => {
    expect(input('\ufeffname: m\r\ntasks:\r\n  a: { wait: 1 }\r\n').tasks).toHaveLength(1);
  });
});

describe('a fault in a mesh file', () => {
  it('is placed where it was written, in the words of the file', () => {
    const result = read(
      example.replace('type: DATA', 'type: DATTA').replace('clean.ts', 'clean.txt').replace('1.5s', 'soon'),
    );
    expect(result.ok ? [] : result.faults.map(({ path, line, column }) => [path, line, column])).toEqual([
      ['tasks.clean.module', 5, 16],
      ['tasks.report.dependsOn[0].type', 10, 32],
      ['tasks.pause.wait', 11, 12],
    ]);
  });

  it('of a key that is written twice, differently, is told', () => {
    const result = read('name: m\ntasks:\n  a: { key: b }\n');
    expect(result.ok ? '' : result.faults[0]?.message).toContain('leave it out');
  });
});

describe('any file', () => {
  const names = [
    'key',
    'tasks',
    'dependsOn',
    'task',
    'work',
    'command',
    'argv',
    'http',
    'module',
    'wait',
    '__proto__',
    'constructor',
    'workflow',
    'specification',
    'parents',
    '<<',
  ];
  const leaf = fc.oneof(
    fc.string(),
    fc.constantFrom('a', '${inputs.a', '2s'),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 6 },
      leaf,
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 5 }),
    ),
  }));

  it('of any content is answered and never thrown at', () => {
    fc.assert(
      fc.property(value, (content) => {
        for (const name of ['a.json', 'a.yaml']) {
          read(JSON.stringify(content), name);
          read(JSON.stringify({ name: 'm', tasks: { a: content, b: content } }), name);
          read(JSON.stringify({ schemaVersion: '1.5', workflow: content }), name);
        }
      }),
    );
  });

  it('of any text is answered and never thrown at', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const name of ['a.json', 'a.yaml']) read(text, name);
        read(`name: m\ntasks: ${text}`);
      }),
    );
  });

  it('of JSON is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const metadata: unknown = JSON.parse(text);
        const result = read(`{"name":"m","metadata":{"x":${text}},"tasks":[{"key":"a"}]}`, 'a.json');
        if (result.ok) expect(result.input.metadata).toEqual({ x: metadata });
      }),
    );
  });
});
