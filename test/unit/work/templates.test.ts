/** Templates: what they yield in which place, and what they refuse. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../src/kit/json.js';
import type { Work } from '../../../src/lifecycle/work.js';
import { renderWork, templateFaults, templatesOf } from '../../../src/work/templates.js';
import { cpuMsOf } from '../../support/cpu-time.js';

const inputs: JsonObject = {
  extract: {
    rows: [{ id: 7, tags: ['a', 'b'] }],
    count: 3,
    name: 'r&d / x',
    none: null,
    ok: true,
    '0': 'zero',
  },
  'my-task': 'plain text',
  'odd.key "1"': { 'x.y': 1, 'a]b': 2 },
  dots: '..',
  inject: '"; rm -rf / #\n$(id) `id` ${inputs.extract.count}',
  empty: {},
};

/** Renders `text` as an argument of a command. */
function argument(text: string): string {
  const rendered = renderWork({ command: { argv: ['x', text] } }, inputs);
  if (!rendered.ok) return rendered.fault.code;
  return ('command' in rendered.work && rendered.work.command.argv[1]) as string;
}

function render(work: Work): Work | string {
  const rendered = renderWork(work, inputs);
  return rendered.ok ? rendered.work : rendered.fault.code;
}

describe('as text', () => {
  it.each([
    ['nothing to do', 'nothing to do'],
    ['${inputs.extract.count}', '3'],
    ['n=${inputs.extract.count}!', 'n=3!'],
    ['${inputs.my-task}', 'plain text'],
    ['${ inputs.my-task }', 'plain text'],
    ['${inputs["my-task"]}', 'plain text'],
    ["${inputs['my-task']}", 'plain text'],
    ['${inputs.extract.rows[0].id}', '7'],
    ['${inputs.extract.rows.0.tags[1]}', 'b'],
    ['${inputs.extract.rows[0]["tags"][0]}', 'a'],
    ['${inputs.extract["0"]}', 'zero'],
    ['${inputs.extract.rows}', '[{"id":7,"tags":["a","b"]}]'],
    ['${inputs.extract.none}', 'null'],
    ['${inputs.extract.ok}', 'true'],
    ['${inputs["odd.key \\"1\\""]["x.y"]}', '1'],
    ['${inputs["odd.key \\"1\\""]["a]b"]}', '2'],
    ['${inputs.extract.count}${inputs.extract.count}', '33'],
    ['${inputs.empty}', '{}'],
  ])('%s is %s', (text, expected) => {
    expect(argument(text)).toBe(expected);
  });

  it.each([
    ['${HOME}', '${HOME}'],
    ['${inputsX}', '${inputsX}'],
    ['${inputs:-default}', '${inputs:-default}'],
    ['$inputs.extract', '$inputs.extract'],
    ['{inputs.extract}', '{inputs.extract}'],
    ['$${inputs.extract.count}', '${inputs.extract.count}'],
    ['$${HOME}', '${HOME}'],
    ['a $${ b ${inputs.extract.count}', 'a ${ b 3'],
    ['$', '$'],
    ['${', '${'],
  ])('%s is not a template: %s', (text, expected) => {
    expect(argument(text)).toBe(expected);
  });

  it('a value is never read as a template again', () => {
    expect(argument('${inputs.inject}')).toBe(inputs['inject']);
  });
});

describe('as JSON', () => {
  const body: Json = {
    whole: '${inputs.extract}',
    id: '${inputs.extract.rows[0].id}',
    text: 'id ${inputs.extract.rows[0].id}',
    '${inputs.extract.count}': ['${inputs.extract.none}', 1, true],
  };
  const expected = {
    whole: inputs['extract'],
    id: 7,
    text: 'id 7',
    '${inputs.extract.count}': [null, 1, true],
  };

  it('a text that is one template alone becomes the value, and keys stay as they are', () => {
    expect(render({ module: { path: 'a.mjs', input: body } })).toEqual({
      module: { path: 'a.mjs', input: expected },
    });
    expect(render({ http: { url: 'http://a/', body } })).toEqual({
      http: { url: 'http://a/', body: expected },
    });
    const whole = render({ http: { url: 'http://a/', body: '${inputs.extract.count}' } });
    expect(whole).toEqual({ http: { url: 'http://a/', body: 3 } });
  });

  it('nothing else of a module or a wait is a template', () => {
    const work = { module: { path: '${inputs.my-task}', export: '${inputs.my-task}' } };
    expect(render(work)).toEqual(work);
    expect(render({ wait: { durationMs: 5 } })).toEqual({ wait: { durationMs: 5 } });
  });
});

describe('in a url', () => {
  const url = (text: string): unknown => {
    const work = render({ http: { url: text } });
    return typeof work === 'string' ? work : 'http' in work && work.http.url;
  };

  it.each([
    ['http://h/${inputs.extract.name}/x', 'http://h/r%26d%20%2F%20x/x'],
    [
      'http://h/?q=${inputs.extract.rows}',
      'http://h/?q=%5B%7B%22id%22%3A7%2C%22tags%22%3A%5B%22a%22%2C%22b%22%5D%7D%5D',
    ],
    ['${inputs.my-task}', 'plain text'],
    ['http://h/${inputs.dots}/x', 'TEMPLATE_UNSAFE'],
    ['http://${inputs.my-task}@h/', 'http://plain%20text@h/'],
  ])('%s becomes %s', (text, expected) => {
    expect(url(text)).toBe(expected);
  });

  it('headers, env, cwd and stdin take text as it is', () => {
    const work = {
      command: {
        argv: ['a'],
        cwd: '${inputs.dots}',
        env: { A: '${inputs.extract.ok}' },
        stdin: '${inputs.empty}',
      },
    };
    expect(render(work)).toEqual({ command: { argv: ['a'], cwd: '..', env: { A: 'true' }, stdin: '{}' } });
    const request = { http: { url: 'http://h/', headers: { 'x-id': '${inputs.extract.count}' } } };
    expect(render(request)).toEqual({ http: { url: 'http://h/', headers: { 'x-id': '3' } } });
  });
});

describe('what cannot be resolved fails by name', () => {
  it.each([
    '${inputs.nobody}',
    '${inputs.extract.missing}',
    '${inputs.extract.rows[1]}',
    '${inputs.extract.rows[0].id.more}',
    '${inputs.extract.rows.length}',
    '${inputs.extract.rows["-1"]}',
    '${inputs.my-task[0]}',
    '${inputs.my-task.length}',
    '${inputs.extract.none.x}',
    '${inputs.__proto__}',
    '${inputs.constructor}',
    '${inputs.extract.__proto__}',
    '${inputs.extract.constructor.name}',
    '${inputs["__proto__"]["polluted"]}',
    '${inputs.extract.toString}',
    '${inputs.extract.rows.map}',
  ])('%s', (text) => {
    expect(argument(text)).toBe('TEMPLATE_UNRESOLVED');
  });

  it('also when a source really has such a member', () => {
    const hostile = JSON.parse('{"a": {"__proto__": 1, "constructor": 2, "prototype": 3}}') as JsonObject;
    for (const name of ['__proto__', 'constructor', 'prototype']) {
      const rendered = renderWork({ command: { argv: [`\${inputs.a.${name}}`] } }, hostile);
      expect(rendered).toMatchObject({ ok: false, fault: { code: 'TEMPLATE_UNRESOLVED' } });
    }
  });

  it('and says where, what is missing and what there is', () => {
    const rendered = renderWork({ command: { argv: ['x', '${inputs.nobody.a}'] } }, { a: 1, b: 2 });
    expect(rendered).toMatchObject({ ok: false, fault: { where: 'command.argv[1]' } });
    expect(!rendered.ok && rendered.fault.message).toContain('(there are: a, b)');
  });
});

describe('in a shell script', () => {
  const script = (work: Work): string =>
    typeof render(work) === 'string' ? (render(work) as string) : 'rendered';

  it.each([
    [['echo ${inputs.inject}'], true],
    [['echo "${inputs["my-task"]}"'], true],
  ])('%j is refused', (argv, shell) => {
    expect(script({ command: { argv, shell } })).toBe('TEMPLATE_IN_SHELL');
  });

  it.each([
    [['sh', '-c', 'echo ${inputs.inject}']],
    [['/bin/bash', '-lc', 'echo ${inputs.inject}']],
    [['bash', '-o', 'pipefail', '-ec', 'echo ${inputs.inject}']],
    [['busybox', 'sh', '-c', 'echo ${inputs.inject}']],
  ])('%j is refused as well', (argv) => {
    expect(script({ command: { argv } })).toBe('TEMPLATE_IN_SHELL');
  });

  it('values may be arguments of a script', () => {
    const argv = ['sh', '-c', 'echo "$1" ${HOME}', 'sh', '${inputs.inject}'];
    const work = render({ command: { argv } });
    expect(work).toEqual({ command: { argv: [...argv.slice(0, 4), inputs['inject']] } });
  });

  it('a literal ${inputs[0]} of the shell is written with $$', () => {
    expect(render({ command: { argv: ['echo $${inputs[0]} ${HOME}'], shell: true } })).toEqual({
      command: { argv: ['echo ${inputs[0]} ${HOME}'], shell: true },
    });
  });
});

describe('checks at submission', () => {
  it.each([
    ['${inputs}', 'key of a source task'],
    ['${inputs.}', 'a name is missing'],
    ['${inputs.a', 'a } is missing'],
    ['${inputs.a b}', 'a } is missing'],
    ['${inputs.a[}', 'a number or a quoted name'],
    ['${inputs.a[0}', 'a ] is missing'],
    ['${inputs["a}', 'a quote is not closed'],
    ['${inputs[0]}', 'key of a source task'],
    [`\${inputs${'.a'.repeat(101)}}`, 'at most 100 steps'],
  ])('%s: %s', (text, problem) => {
    const [fault, ...more] = templateFaults({ command: { argv: ['x', 'fine', text] } });
    expect(fault).toMatchObject({ code: 'TEMPLATE_INVALID', where: 'command.argv[2]' });
    expect(fault?.message).toContain(problem);
    expect(more).toEqual([]);
  });

  it('tell every fault of a work', () => {
    const body = { a: ['${inputs.}'] };
    const faults = templateFaults({ http: { url: '${inputs', headers: { h: '${inputs.a[}' }, body } });
    expect(faults.map(({ where }) => where)).toEqual(['http.url', 'http.headers.h', 'http.body.a[0]']);
  });

  it('tell which sources are named, each once', () => {
    const argv = ['${inputs.a.x}', '${inputs.b}${inputs.a}', '$${inputs.c}', '${HOME}', '${inputs["d.e"]}'];
    expect(templatesOf({ command: { argv, stdin: '${inputs.f}' } })).toEqual(['a', 'b', 'd.e', 'f']);
    expect(templatesOf({ wait: { durationMs: 1 } })).toEqual([]);
  });
});

describe('limits', () => {
  it.each(['${', '${inputs', '${inputs.a', '${inputs["', '$${', '${inputs.a[', '${inputs.a}', '${inputs.a.'])(
    'time is linear for text full of %s',
    (piece) => {
      const work = { command: { argv: [piece.repeat(1_000_000 / piece.length)] } };
      expect(cpuMsOf(() => templateFaults(work))).toBeLessThan(2_000);
    },
  );

  it('a large value used very often is refused before memory runs out', () => {
    const argv = Array.from({ length: 1_000 }, () => '${inputs.big}');
    const rendered = renderWork({ command: { argv } }, { big: 'x'.repeat(1_000_000) });
    expect(rendered).toMatchObject({ ok: false, fault: { code: 'TEMPLATE_TOO_LARGE' } });
  });

  it('text without templates comes back as it was', () => {
    const plain = fc.string().filter((text) => !text.includes('${'));
    fc.assert(
      fc.property(plain, (text) => {
        expect(argument(text)).toBe(text);
      }),
    );
  });

  it('any text is either rendered or refused, never an exception', () => {
    const text = fc.array(
      fc.constantFrom('${', 'inputs', '.', '[', ']', '"', '}', '$', 'a', '0', ' ', '\\'),
      { maxLength: 20 },
    );
    fc.assert(fc.property(text, (pieces) => typeof argument(pieces.join('')) === 'string'));
  });
});
