/** What a mesh, an extension, a task and a patch become when they are right, and how they are refused when not. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAULTS_KEPT } from '../../../src/orchestrator/definition/check/inspection.js';
import {
  type Checked,
  checkExtension,
  checkMesh,
  checkMeshInStages,
  checkTask,
  checkTaskPatch,
} from '../../../src/orchestrator/definition/check-mesh.js';
import type { CheckedMesh } from '../../../src/orchestrator/definition/mesh-input.js';

const defaults = { maxAttempts: 3, executionTimeoutMs: 300_000 };

function accepted<T>(checked: Checked<T>): T {
  if (checked.ok) return checked.value;
  throw new Error(JSON.stringify(checked.refusal, null, 1));
}

function refused(checked: Checked<unknown>) {
  if (checked.ok) throw new Error('it was accepted');
  return checked.refusal;
}

function mesh(...tasks: unknown[]): Checked<CheckedMesh> {
  return checkMesh({ name: 'm', tasks }, defaults);
}

function onlyTask(task: object) {
  return accepted(mesh({ key: 'a', ...task })).tasks[0]!;
}

describe('a task that says nothing but its key', () => {
  it('gets every default', () => {
    expect(onlyTask({})).toEqual({
      startAfter: null,
      hold: false,
      spec: {
        key: 'a',
        name: 'a',
        description: null,
        work: null,
        priority: 'NORMAL',
        taskType: 'SMALL',
        tags: [],
        layer: null,
        retryPolicy: {
          maxAttempts: 3,
          initialIntervalMs: 1000,
          backoffCoefficient: 2,
          maxIntervalMs: 60_000,
          jitter: true,
          nonRetryableErrors: [],
        },
        queueTimeoutMs: null,
        executionTimeoutMs: 300_000,
        heartbeatTimeoutMs: null,
        concurrency: null,
        fairness: null,
        metadata: {},
        typeKey: 'milestone:a',
      },
    });
  });

  it('gets the same when it says null everywhere', () => {
    const { typeKey: _typeKey, key: _key, ...spec } = onlyTask({}).spec;
    const nulls = Object.fromEntries(Object.keys(spec).map((field) => [field, null]));
    expect(onlyTask({ ...nulls, startAfter: null, hold: null, dependsOn: null })).toEqual(onlyTask({}));
  });
});

describe('defaults that depend on what is written', () => {
  it('leave a wait the time to end', () => {
    expect(onlyTask({ work: { wait: { durationMs: 1_000_000 } } }).spec.executionTimeoutMs).toBe(1_060_000);
    expect(onlyTask({ work: { wait: { durationMs: 5 } } }).spec.executionTimeoutMs).toBe(300_000);
    expect(
      onlyTask({ work: { wait: { durationMs: 1000 } }, executionTimeoutMs: 10 }).spec.executionTimeoutMs,
    ).toBe(10);
  });

  it('make one retry interval yield to the other', () => {
    expect(onlyTask({ retryPolicy: { maxIntervalMs: 10 } }).spec.retryPolicy.initialIntervalMs).toBe(10);
    expect(onlyTask({ retryPolicy: { initialIntervalMs: 90_000 } }).spec.retryPolicy.maxIntervalMs).toBe(
      90_000,
    );
  });

  it('fill concurrency and fairness', () => {
    const { spec } = onlyTask({ concurrency: { key: 'db' }, fairness: { key: 'me' } });
    expect(spec.concurrency).toEqual({ key: 'db', limit: 1, strategy: 'QUEUE' });
    expect(spec.fairness).toEqual({ key: 'me', weight: 1 });
  });

  it('keep labels of a node once each and in one order, and nothing where none are asked for', () => {
    const { spec } = onlyTask({ nodeSelector: ['region=eu', 'gpu', 'region=eu'] });
    expect(spec.nodeSelector).toEqual(['gpu', 'region=eu']);
    expect('nodeSelector' in onlyTask({ nodeSelector: [] }).spec).toBe(false);
  });

  it('turn startAfter into an instant', () => {
    expect(onlyTask({ startAfter: '2030-01-31T08:00:00+02:00' }).startAfter).toBe(Date.UTC(2030, 0, 31, 6));
  });
});

describe('work', () => {
  it('is handed on as it was written, without what is null', () => {
    const { work } = onlyTask({
      work: { command: { argv: ['ls', ''], cwd: null, env: { A: '' } }, http: null },
    }).spec;
    expect(work).toEqual({ command: { argv: ['ls', ''], env: { A: '' } } });
  });

  it.each([
    [
      {
        http: {
          url: 'https://host.example:8443/a?b=c#d',
          method: 'POST',
          body: { a: [1] },
          headers: { 'X-A': 'b' },
        },
      },
    ],
    [{ http: { url: 'http://host/${inputs["the key"].id}' } }],
    [{ module: { path: './handlers/a.b/clean.ts', input: { a: 1 }, export: 'run' } }],
    [{ command: { argv: ['echo hi | wc'], shell: true, stdin: 'a\nb' } }],
    [{ wait: { durationMs: 0 } }],
  ])('is accepted: %j', (work) => {
    const tasks = [{ key: 'the key' }, { key: 'a', work, dependsOn: [{ task: 'the key', type: 'DATA' }] }];
    expect(accepted(checkMesh({ name: 'm', tasks }, defaults)).tasks[1]?.spec.work).toEqual(work);
  });

  it('may name the outputs of DATA dependencies written in edges', () => {
    const work = { command: { argv: ['echo', '${inputs.a.x}'] } };
    const edges = [{ source: 'a', target: 'b', type: 'DATA' }];
    accepted(checkMesh({ name: 'm', tasks: [{ key: 'a' }, { key: 'b', work }], edges }, defaults));
    expect(refused(mesh({ key: 'a' }, { key: 'b', work })).message).toContain('no DATA dependency');
  });
});

describe('edges', () => {
  it('come from dependsOn and from edges, with defaults', () => {
    const input = {
      name: 'm',
      tasks: [
        { key: 'a' },
        { key: 'b', dependsOn: [{ task: 'a', type: 'DATA', weight: 2.5 }] },
        { key: 'c' },
      ],
      edges: [{ source: 'b', target: 'c' }],
    };
    expect(accepted(checkMesh(input, defaults)).edges).toEqual([
      { source: 'a', target: 'b', type: 'DATA', weight: 2.5 },
      { source: 'b', target: 'c', type: 'HARD', weight: 0 },
    ]);
  });

  it('that form a cycle are refused with the cycle by name', () => {
    const refusal = refused(
      mesh(
        { key: 'a', dependsOn: [{ task: 'c' }] },
        { key: 'b', dependsOn: [{ task: 'a', type: 'RESOURCE' }] },
        { key: 'c', dependsOn: [{ task: 'b' }] },
      ),
    );
    const cycle = refusal.details?.cycle as string[];
    expect(refusal.code).toBe('CYCLE_DETECTED');
    expect(cycle).toHaveLength(4);
    expect(new Set(cycle)).toEqual(new Set(['a', 'b', 'c']));
    expect(cycle[0]).toBe(cycle.at(-1));
    expect(refusal.message).toContain(cycle.join(' → '));
  });

  it('form a cycle exactly when no order of the tasks exists', () => {
    const edge = fc.tuple(fc.nat(7), fc.nat(7)).filter(([source, target]) => source !== target);
    fc.assert(
      fc.property(fc.uniqueArray(edge, { selector: String }), (pairs) => {
        const tasks = Array.from({ length: 8 }, (_, key) => ({ key: String(key) }));
        const edges = pairs.map(([source, target]) => ({ source: String(source), target: String(target) }));
        const checked = checkMesh({ name: 'm', tasks, edges }, defaults);
        expect(checked.ok).toBe(isAcyclic(pairs));
      }),
    );
  });
});

function isAcyclic(pairs: readonly (readonly [number, number])[]): boolean {
  let left = [...pairs];
  for (;;) {
    const targets = new Set(left.map(([, target]) => target));
    const next = left.filter(([source]) => targets.has(source));
    if (next.length === left.length) return left.length === 0;
    left = next;
  }
}

describe('a refusal', () => {
  it('holds all faults up to a hundred, and then their number', () => {
    const tasks = Array.from({ length: 150 }, (_, key) => ({ key: String(key), priority: 'URGENT' }));
    const { faults, code, message } = refused(mesh(...tasks));
    expect(code).toBe('INVALID_INPUT');
    expect(faults).toHaveLength(FAULTS_KEPT + 1);
    expect(faults?.at(-1)).toEqual({ path: '', message: 'and 50 more faults' });
    expect(message).toMatch(/^the mesh has 150 faults, the first: tasks\[0\]\.priority must be one of/);
  });

  it.each([
    ['DUPLICATE_KEY', { name: 'm', tasks: [{ key: 'a' }, { key: 'a' }] }],
    [
      'LIMIT_EXCEEDED',
      { name: 'm', tasks: Array.from({ length: 10_001 }, (_, key) => ({ key: String(key) })) },
    ],
    ['LIMIT_EXCEEDED', { name: 'm', tasks: [{ key: 'a', metadata: { x: 'x'.repeat(70_000) } }] }],
    ['INVALID_INPUT', { name: 'm', tasks: [{ key: 'a' }, { key: 'a', name: '' }] }],
    ['INVALID_INPUT', null],
    ['INVALID_INPUT', []],
    ['INVALID_INPUT', { name: 'm', tasks: [null] }],
  ])('has the code %s of what is wrong', (code, input) => {
    expect(refused(checkMesh(input, defaults)).code).toBe(code);
  });

  it('never shows control characters or long values as they are', () => {
    const value = `\u001b[2J${'x'.repeat(1000)}`;
    const { message } = refused(mesh({ key: 'a', priority: value }));
    expect(message).toContain('"\\u001b[2J');
    expect(message).toContain('(1004 characters)');
    expect(message.length).toBeLessThan(300);
  });
});

describe('hostile input', () => {
  it('of any shape is answered and never thrown at', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, maxDepth: 4 }), (input) => {
        for (const check of [checkMesh, checkExtension, checkTask, checkTaskPatch]) check(input, defaults);
        checkMesh({ name: 'm', tasks: [input] }, defaults);
        checkMesh(
          { name: 'm', tasks: [{ key: 'a', work: input, metadata: input, dependsOn: input }] },
          defaults,
        );
      }),
    );
  });

  it('under names that are not known is not read', () => {
    expect(refused(checkTaskPatch({ key: 0 }, defaults)).faults?.[0]?.path).toBe('key');
  });

  it('cannot reach prototypes through names', () => {
    const task = JSON.parse(
      '{"key":"constructor","metadata":{"constructor":{"prototype":{"x":1}}}}',
    ) as object;
    const [checked] = accepted(mesh(task)).tasks;
    expect(checked?.spec.metadata).toEqual({ constructor: { prototype: { x: 1 } } });
    expect(({} as Record<string, unknown>).x).toBeUndefined();
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const input = JSON.parse(`{"key":"a","${name}":{"x":1}}`) as object;
      expect(refused(mesh(input)).faults?.[0]?.path).toBe(`tasks[0].${name}`);
    }
  });

  it('that is deep, wide or long is refused', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    expect(refused(mesh({ key: 'a', metadata: { deep } })).message).toContain('nested deeper');
    expect(refused(mesh({ key: 'a', dependsOn: deep })).code).toBe('INVALID_INPUT');
    expect(refused(mesh({ key: 'x'.repeat(1_000_000) })).message).toContain('1 to 256 characters');
    const wide = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`f${at}`, 1]));
    expect(refused(mesh({ key: 'a', ...wide })).message).toContain('has 1001 fields');
  });
});

describe('an extension', () => {
  it('may join tasks that the mesh already has', () => {
    const input = {
      tasks: [{ key: 'new', dependsOn: [{ task: 'old' }] }],
      edges: [{ source: 'new', target: 'other' }],
    };
    expect(accepted(checkExtension(input, defaults)).edges).toHaveLength(2);
  });

  it('has to bring something', () => {
    expect(refused(checkExtension({}, defaults)).message).toContain('a task or an edge');
  });

  it('is refused for a cycle among what it brings', () => {
    const edges = [
      { source: 'x', target: 'y' },
      { source: 'y', target: 'x' },
    ];
    expect(refused(checkExtension({ edges }, defaults)).code).toBe('CYCLE_DETECTED');
  });
});

describe('a single task', () => {
  it('needs a name or a key, and without a key leaves it empty', () => {
    const { task, edges } = accepted(checkTask({ name: 'Análise', dependsOn: [{ task: 'a' }] }, defaults));
    expect([task.spec.key, task.spec.name]).toEqual(['', 'Análise']);
    expect(edges).toEqual([{ source: 'a', target: '', type: 'HARD', weight: 0 }]);
    expect(refused(checkTask({}, defaults)).faults).toEqual([{ path: 'name', message: 'is required' }]);
  });

  it('must not wait for itself', () => {
    expect(refused(checkTask({ key: 'a', dependsOn: [{ task: 'a' }] }, defaults)).faults?.[0]?.path).toBe(
      'dependsOn[0]',
    );
  });
});

describe('a patch', () => {
  it('holds what was written and nothing else', () => {
    expect(accepted(checkTaskPatch({ name: 'b', tags: null, startAfter: null }, defaults))).toEqual({
      spec: { name: 'b', tags: [] },
      startAfter: null,
    });
  });

  it('brings the timeout that a new wait needs', () => {
    const { spec } = accepted(checkTaskPatch({ work: { wait: { durationMs: 1_000_000 } } }, defaults));
    expect(spec.executionTimeoutMs).toBe(1_060_000);
  });

  it.each([
    [{}, 'must change at least one field'],
    [{ key: 'b' }, 'a key stays as it is'],
    [{ hold: true }, 'call holdTask'],
    [{ dependsOn: [] }, 'call addEdge'],
    [{ name: null }, 'a task has a name'],
  ])('is refused: %j', (patch, says) => {
    expect(refused(checkTaskPatch(patch, defaults)).message).toContain(says);
  });
});

describe('in stages', () => {
  const large = {
    name: 'large',
    tasks: Array.from({ length: 2600 }, (_, at) => ({
      key: `t${at}`,
      ...(at === 0 ? {} : { dependsOn: [{ task: `t${at - 1}` }] }),
    })),
  };

  it('comes to the same end, with turns for others between', () => {
    const work = checkMeshInStages(large, defaults);
    for (let turns = 0; ; turns++) {
      const stage = work.next();
      if (stage.done !== true) continue;
      expect(turns).toBe(3 * 5 + 1); // read, connect and fill 500 tasks at a time, and once after all edges
      return expect(stage.value).toEqual(checkMesh(large, defaults));
    }
  });

  it('says of every fault where it is, whichever stage found it', () => {
    const tasks = large.tasks.map((task, at) => (at % 1200 === 1199 ? { ...task, priority: 'MOST' } : task));
    const { faults } = refused(checkMesh({ ...large, tasks }, defaults));
    expect(faults?.map(({ path }) => path)).toEqual(['tasks[1199].priority', 'tasks[2399].priority']);
  });
});
