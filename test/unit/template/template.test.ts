/** Templates as values: what is refused of them, and what becomes of references. */
import { describe, expect, it } from 'vitest';
import { atOnce } from '../../../src/kit/turn.js';
import type { JsonObject } from '../../../src/kit/json.js';
import { bindInStages } from '../../../src/orchestrator/template/bind-template.js';
import { checkTemplate } from '../../../src/orchestrator/template/check-template.js';
import { readDefinitionFile } from '../../../src/orchestrator/template/definition-file.js';

const defaults = { maxAttempts: 1, executionTimeoutMs: 60_000 };

function faults(template: object): string[] {
  const checked = checkTemplate(template, defaults);
  return checked.ok ? [] : (checked.refusal.faults ?? []).map(({ path, message }) => `${path} ${message}`);
}

function bind(template: object, params: JsonObject, name: string | null = null) {
  const checked = checkTemplate(template, defaults);
  if (!checked.ok) throw new Error(JSON.stringify(checked.refusal));
  return atOnce(bindInStages(checked.value, { params, name }, defaults));
}

function bound(template: object, params: JsonObject): { name: string; tasks: Record<string, unknown>[] } {
  const answer = bind(template, params);
  if (!answer.ok) throw new Error(JSON.stringify(answer.refusal));
  return answer.value.input as never;
}

function refused(template: object, params: JsonObject): string[] {
  const answer = bind(template, params);
  return answer.ok ? [] : (answer.refusal.faults ?? []).map(({ path, message }) => `${path} ${message}`);
}

const day = { name: 'day', type: 'STRING', pattern: '\\d{4}-\\d{2}-\\d{2}' };
const pause = { name: 'pause', type: 'INTEGER', default: 100, min: 0, max: 60_000 };
const NIGHTLY = {
  parameters: [day, pause],
  definition: {
    name: 'nightly ${params.day}',
    tasks: {
      pause: { wait: '${params.pause}' },
      report: {
        command: ['node', 'report.mjs', '--day=${params.day}', '${params.pause}'],
        dependsOn: 'pause',
      },
    },
  },
};

describe('a template', () => {
  it('keeps the type of a value where a reference stands alone, and is text in a text', () => {
    expect(bound(NIGHTLY, { day: '2030-01-31' })).toMatchObject({
      name: 'nightly 2030-01-31',
      tasks: [
        { key: 'pause', work: { wait: { durationMs: 100 } } },
        { key: 'report', work: { command: { argv: ['node', 'report.mjs', '--day=2030-01-31', '100'] } } },
      ],
    });
  });

  it('takes JSON as a whole, and by a path into it', () => {
    const template = {
      parameters: [{ name: 'config', type: 'JSON' }],
      definition: {
        name: 'm',
        tasks: [
          {
            key: 'a',
            work: {
              module: {
                path: 'a.mjs',
                input: { all: '${params.config}', first: '${params.config.list[0]}' },
              },
            },
          },
        ],
      },
    };
    const [task] = bound(template, { config: { list: [7, 8] } }).tasks;
    expect(task).toMatchObject({ work: { module: { input: { all: { list: [7, 8] }, first: 7 } } } });
    expect(refused(template, { config: {} })).toEqual([
      expect.stringContaining('finds nothing in the value of config'),
    ]);
  });

  it('names every fault of values with its place', () => {
    expect(refused(NIGHTLY, { day: 'tomorrow', pause: -1, dya: 1 })).toEqual([
      expect.stringMatching(/^params\.dya is no parameter of this template.*day/),
      expect.stringMatching(/^params\.day must match/),
      expect.stringMatching(/^params\.pause must be a whole number from 0 to 60000, got -1/),
    ]);
    expect(refused(NIGHTLY, {})).toEqual(['params.day is required']);
  });

  it('tells where a value leads to a fault of the mesh', () => {
    const template = {
      parameters: [{ name: 'kind', type: 'STRING' }],
      definition: { name: 'm', tasks: [{ key: 'a', priority: '${params.kind}' }] },
    };
    expect(refused(template, { kind: 'HIHG' })).toEqual([
      expect.stringMatching(/^definition\.tasks\[0\]\.priority must be one of .*comes of params\.kind/),
    ]);
  });

  it('is judged as far as it can be without values', () => {
    expect(faults({ definition: { name: 'm', tasks: [{ key: 'a', priority: '${params.level}' }] } })).toEqual(
      [expect.stringContaining('names the parameter "level", which the template does not have')],
    );
    expect(faults({ ...NIGHTLY, parameters: [day, pause, { name: 'more', type: 'BOOLEAN' }] })).toEqual([
      expect.stringContaining('parameters[2].name is used nowhere'),
    ]);
    expect(
      faults({
        parameters: [day],
        definition: { name: '${params.day}', tasks: [{ key: 'a', dependsOn: ['b'] }] },
      }),
    ).toEqual([expect.stringContaining('definition.tasks[0].dependsOn')]);
    expect(faults({ parameters: [{ name: 'n', type: 'INTEGER', default: 1.5 }], definition: {} })).toEqual([
      expect.stringContaining('parameters[0].default must be a whole number'),
    ]);
  });

  it('lets no value become a reference, and none be run by a shell', () => {
    const http = {
      parameters: [
        { name: 'a', type: 'STRING' },
        { name: 'b', type: 'STRING', default: '' },
      ],
      definition: {
        name: 'm',
        tasks: [{ key: 'a', work: { command: { argv: ['x', '${params.a}${params.b}'] } } }],
      },
    };
    for (const params of [{ a: '${secret:TOKEN}' }, { a: '$', b: '{secret:TOKEN}' }, { a: '${inputs.x}' }])
      expect(refused(http, params as JsonObject)).toEqual([
        expect.stringContaining('a value may not hold ${'),
      ]);
    const shell = {
      name: 'm',
      tasks: [{ key: 'a', work: { command: { argv: ['sh', '-c', 'echo ${params.a}'] } } }],
    };
    expect(faults({ parameters: [http.parameters[0]], definition: shell })).toEqual([
      expect.stringContaining('is run by a shell, where no parameter may stand'),
    ]);
  });

  it('leaves what is escaped, and references of tasks, as they are', () => {
    const template = {
      parameters: [{ name: 'a', type: 'STRING' }],
      definition: {
        name: 'm',
        tasks: [{ key: 'a', work: { command: { argv: ['x', '$${params.a}', '${params.a}', '${HOME}'] } } }],
      },
    };
    expect(bound(template, { a: 'v' }).tasks[0]).toMatchObject({
      work: { command: { argv: ['x', '$${params.a}', 'v', '${HOME}'] } },
    });
  });

  it('gives a pattern that takes exponential time up', () => {
    const slow = { name: 'slow', type: 'STRING', pattern: '(a+)+b' };
    const template = { parameters: [slow], definition: { name: '${params.slow}', tasks: [{ key: 'a' }] } };
    expect(refused(template, { slow: 'a'.repeat(40) })).toEqual([
      expect.stringContaining('could not be compared'),
    ]);
  });
});

describe('a file with parameters', () => {
  const read = (text: string) => readDefinitionFile(Buffer.from(text), { fileName: 'x.yaml', defaults });

  it('is a template', () => {
    const file = read('name: nightly\nparameters:\n  n: integer\ntasks:\n  a: { wait: "${params.n}" }\n');
    expect(file).toMatchObject({
      ok: true,
      template: { name: 'nightly', parameters: [{ name: 'n', type: 'INTEGER' }] },
    });
  });

  it('has its faults at their lines', () => {
    const file = read(
      'name: nightly\nparameters:\n  n: { type: integer, min: x }\ntasks:\n  a: { wait: "${params.m}" }\n',
    );
    expect(file.ok ? [] : file.faults).toEqual([
      expect.objectContaining({ path: 'parameters.n.min', line: 3 }),
    ]);
    const unknown = read('name: n\nparameters: {}\ntasks:\n  a: { wait: "${params.m}" }\n');
    expect(unknown.ok ? [] : unknown.faults).toEqual([
      expect.objectContaining({ path: 'tasks.a.wait', line: 4 }),
    ]);
  });
});
