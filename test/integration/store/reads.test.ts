/** Lookups, graph, history, statistics and time travel in PostgreSQL; and that each read is one statement. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CommittedEvent, EventType } from '../../../src/events/catalogue.js';
import type { Json } from '../../../src/kit/json.js';
import type { EdgeType } from '../../../src/mesh/edge-type.js';
import type { EdgeRecord, HistoryFilter, Reads } from '../../../src/store/reads.js';
import { openReadsDatabase, walk, type ReadsDatabase } from '../../support/reads-database.js';
import { moment, uuid } from '../../support/store/rows.js';

let db: ReadsDatabase;
beforeAll(async () => {
  db = await openReadsDatabase();
});
afterAll(() => db.close());

const byId = (left: { id: string }, right: { id: string }): number => (left.id < right.id ? -1 : 1);

describe('tasks by id', () => {
  test('answer every field, odd texts included, and leave out what is unknown or deleted', async () => {
    const task = await db.rows.task({
      id: uuid(0x10),
      meshId: uuid(0x1),
      ordinal: 7,
      key: 'odd \u0000',
      name: 'lone \udfff',
      description: 'said \u0000',
      work: { command: { argv: ['node', '\u0000'] } },
      priority: 'CRITICAL',
      taskType: 'LARGE',
      tags: ['a', 'b'],
      layer: 'CLUSTER',
      nodeSelector: ['zone=a'],
      metadata: { ['__proto__']: 1, '\ud800': [null, 0.1] },
      typeKey: 'command:odd',
      status: 'FAILED',
      attempt: 3,
      crashes: 1,
      failure: { kind: 'TIMEOUT', code: 'EXECUTION_TIMEOUT', message: 'took \u0000 long' },
      reason: 'because \u0000',
      placedOn: 'LOCAL',
      rerunOf: uuid(0x11),
      createdBy: 'me \u0010',
      updatedAt: moment(4),
      availableAt: moment(1),
      queuedAt: moment(2),
      startedAt: moment(3),
      finishedAt: new Date(moment(4).getTime() + 0.123 * 1000),
    });
    await db.rows.task({ id: uuid(0x12), key: 'gone', deletedAt: moment(9) });
    expect(await db.reads.tasksByIds([uuid(0x10), uuid(0x12), uuid(0x13), uuid(0x10)])).toEqual([task]);
  });

  const ODD: readonly Json[] = [
    null,
    false,
    0,
    '',
    'NUL \u0000 DLE \u0010',
    '\ud800',
    1e-7,
    1.7976931348623157e308,
    [],
    {},
  ];
  const NESTED: Json = { '': { $type: 'Json', value: '1' }, '\u0000': [[[{ '\udc00': 2 ** 53 }]]] };
  test('outputs come back as they were, null told apart from none', async () => {
    const outputs = [...ODD, NESTED, 'x'.repeat(1_000_000)];
    const expected = [];
    for (const [index, output] of outputs.entries()) {
      const task = await db.rows.task({
        id: uuid(0x100 + index),
        meshId: uuid(0x2),
        key: `k${index}`,
        status: 'COMPLETED',
        output,
      });
      expect(task.outputBytes).toBe(Buffer.byteLength(JSON.stringify(output)));
      expected.push({ id: task.id, output });
    }
    await db.rows.task({ id: uuid(0x1f0), meshId: uuid(0x2), key: 'none' });
    await db.rows.task({
      id: uuid(0x1f1),
      meshId: uuid(0x2),
      key: 'gone',
      status: 'COMPLETED',
      output: 1,
      deletedAt: moment(1),
    });
    const ids = [...expected.map((row) => row.id), uuid(0x1f0), uuid(0x1f1)];
    expect((await db.reads.outputsByTaskIds(ids)).sort(byId)).toEqual(expected);
    const records = (await db.reads.tasksByIds(ids)).sort(byId);
    expect(records.map((task) => task.hasOutput)).toEqual([...outputs.map(() => true), false]);
    expect(records.some((task) => 'output' in task)).toBe(false);
  });

  test('the first tasks of several meshes come in the order of their ordinals', async () => {
    for (const mesh of [0x30, 0x31])
      for (let ordinal = 0; ordinal < 6; ordinal++)
        await db.rows.task({
          id: uuid(mesh * 100 - ordinal),
          meshId: uuid(mesh),
          key: `k${ordinal}`,
          ordinal,
          deletedAt: ordinal === 1 ? moment(1) : undefined,
        });
    const tasks = await db.reads.tasksByMeshIds([uuid(0x31), uuid(0x32), uuid(0x30), uuid(0x31)], 3);
    expect(tasks.map((task) => [task.meshId, task.ordinal])).toEqual(
      [0x30, 0x31].flatMap((mesh) => [0, 2, 3].map((ordinal) => [uuid(mesh), ordinal])),
    );
  });

  test('are counted by status, for each mesh and in all', async () => {
    const counts = await db.reads.countsByMeshIds([uuid(0x30), uuid(0x2), uuid(0x32)]);
    expect(new Map(counts.map((row) => [row.meshId, row.counts]))).toEqual(
      new Map([
        [uuid(0x30), { PENDING: 5 }],
        [uuid(0x2), { PENDING: 1, COMPLETED: 12 }],
      ]),
    );
    const all = await db.reads.tasksByStatus();
    expect(all).toMatchObject({ COMPLETED: 12, FAILED: 1 });
    expect(all.PENDING).toBe(await db.reads.countTasks({ statuses: ['PENDING'] }));
  });
});

describe('attempts', () => {
  test('come with all they cost, the first one first', async () => {
    const taskId = uuid(0x40);
    await db.rows.task({ id: taskId, key: 'tried' });
    const second = await db.rows.attempt({
      taskId,
      attempt: 2,
      token: 2 ** 40,
      outcome: 'COMPLETED',
      node: 'n \u0000',
      runMs: 1.5,
      cpuMs: 0.25,
      memoryPeakBytes: 2 ** 40,
      exitCode: -1,
    });
    const failure = { kind: 'ERROR', code: 'EXIT', message: '\u0000' } as const;
    const first = await db.rows.attempt({ taskId, attempt: 1, outcome: 'FAILED', failure, waitMs: 12.5 });
    const third = await db.rows.attempt({ taskId, attempt: 3, layer: 'QUANTUM_SIM' });
    expect(await db.reads.attemptsByTaskIds([taskId, uuid(0x41)])).toEqual([first, second, third]);
  });
});

describe('edges', () => {
  const meshId = uuid(0x50);
  const node = (index: number): string => uuid(0x5000 + index);
  const edges: EdgeRecord[] = [];

  beforeAll(async () => {
    for (let index = 0; index < 8; index++)
      await db.rows.task({
        id: node(index),
        meshId,
        key: `k${index}`,
        ordinal: index,
        deletedAt: index === 7 ? moment(1) : undefined,
      });
    for (let source = 0; source < 6; source++)
      for (let target = source + 1; target < 7; target++) {
        const type = (['HARD', 'SOFT', 'DATA', 'RESOURCE'] as const)[(source + target) % 4] as EdgeType;
        edges.push(
          await db.rows.edge({
            meshId,
            sourceId: node(source),
            targetId: node(target),
            type,
            weight: target / 8,
          }),
        );
      }
    await db.rows.edge({ meshId, sourceId: node(6), targetId: node(1), removedSeq: 1 });
    await db.rows.edge({ meshId, sourceId: node(0), targetId: node(7) });
    await db.rows.edge({ meshId, sourceId: node(7), targetId: node(6) });
    await db.rows.task({ id: uuid(0x5100), meshId: uuid(0x51), key: 'a' });
    await db.rows.edge({ meshId: uuid(0x51), sourceId: uuid(0x5100), targetId: uuid(0x5101), type: 'DATA' });
  });

  test('of a mesh come by source and target, page by page, without removed ones and those of deleted tasks', async () => {
    expect(await walk((after) => db.reads.edges({ meshId }, { first: 4, after }))).toEqual(edges);
    expect(await db.reads.countEdges({ meshId })).toBe(edges.length);
  });

  test.each([
    ['their source', { sourceId: node(2) }, (edge: EdgeRecord) => edge.sourceId === node(2)],
    ['their target', { targetId: node(5) }, (edge: EdgeRecord) => edge.targetId === node(5)],
    [
      'their types',
      { meshId, types: ['DATA', 'SOFT'] as const },
      (edge: EdgeRecord) => edge.type === 'DATA' || edge.type === 'SOFT',
    ],
    [
      'both ends',
      { sourceId: node(1), targetId: node(4) },
      (edge: EdgeRecord) => edge.sourceId === node(1) && edge.targetId === node(4),
    ],
  ])('are narrowed by %s', async (_, filter, holds) => {
    const expected = edges.filter(holds);
    expect((await db.reads.edges(filter, { first: 100 })).nodes).toEqual(expected);
    expect(await db.reads.countEdges(filter)).toBe(expected.length);
  });

  test('of all meshes come with those of the others', async () => {
    expect(await walk((after) => db.reads.edges({}, { first: 7, after }))).toHaveLength(edges.length + 1);
    expect(await db.reads.countEdges({ types: ['DATA'] })).toBe(
      edges.filter((edge) => edge.type === 'DATA').length + 1,
    );
  });

  test('are found from their sources and from their targets', async () => {
    const ids = [node(0), node(5), node(7), node(99)];
    expect(await db.reads.edgesBySourceIds(ids)).toEqual(edges.filter((edge) => ids.includes(edge.sourceId)));
    const into = edges.filter((edge) => ids.includes(edge.targetId));
    expect((await db.reads.edgesByTargetIds(ids)).sort(byId)).toEqual([...into].sort(byId));
  });
});

/** One mesh: a and b at second 10, c at 30; edge a→b throughout, a→c from 30 to 50; b deleted at 60, the mesh ends at 70. */
describe('the history', () => {
  const meshId = uuid(0x70);
  const [a, b, c] = [uuid(0x71), uuid(0x72), uuid(0x73)];
  const history: CommittedEvent[] = [];
  const HISTORY: readonly (readonly [number, EventType, string | null, string | null, string | null])[] = [
    [10, 'MESH_SUBMITTED', null, null, 'RUNNING'],
    [10, 'TASK_QUEUED', a, 'PENDING', 'QUEUED'],
    [20, 'TASK_STARTED', a, 'QUEUED', 'RUNNING'],
    [20, 'TASK_PROGRESSED', a, null, null],
    [30, 'TASK_CREATED', c, null, 'PENDING'],
    [30, 'EDGE_ADDED', null, null, null],
    [40, 'TASK_COMPLETED', a, 'RUNNING', 'COMPLETED'],
    [40, 'MESH_PAUSED', null, 'RUNNING', 'PAUSED'],
    [50, 'EDGE_REMOVED', null, null, null],
    [60, 'TASK_CANCELLED', b, 'PENDING', 'CANCELLED'],
    [60, 'TASK_DELETED', b, null, null],
    [70, 'TASK_SKIPPED', c, 'PENDING', 'SKIPPED'],
    [70, 'MESH_COMPLETED', null, 'PAUSED', 'COMPLETED'],
    [80, 'LATE_OUTCOME_REFUSED', a, null, null],
  ];

  beforeAll(async () => {
    await db.rows.mesh({ id: meshId, createdAt: moment(10), status: 'COMPLETED', finishedAt: moment(70) });
    await db.rows.mesh({ id: uuid(0x74), createdAt: moment(0) });
    await db.rows.task({
      id: a,
      meshId,
      key: 'a \u0000',
      ordinal: 0,
      createdAt: moment(10),
      status: 'COMPLETED',
      finishedAt: moment(40),
    });
    await db.rows.task({
      id: b,
      meshId,
      key: 'b',
      ordinal: 1,
      createdAt: moment(10),
      status: 'CANCELLED',
      finishedAt: moment(60),
      deletedAt: moment(60),
    });
    await db.rows.task({
      id: c,
      meshId,
      key: 'c',
      ordinal: 2,
      createdAt: moment(30),
      status: 'SKIPPED',
      finishedAt: moment(70),
    });
    for (const [second, type, taskId, from, to] of HISTORY) {
      const payload = { [`\u0000 ${second}`]: '\ud800' };
      history.push(
        await db.rows.event({ at: moment(second).getTime(), type, meshId, taskId, from, to, payload }),
      );
    }
    await db.rows.event({
      at: moment(90).getTime(),
      type: 'MESH_PAUSED',
      meshId: uuid(0x74),
      from: 'RUNNING',
      to: 'PAUSED',
    });
    await db.rows.edge({ meshId, sourceId: a, targetId: b, createdSeq: 2, weight: 0.1 });
    await db.rows.edge({ meshId, sourceId: a, targetId: c, createdSeq: 6, removedSeq: 9, type: 'SOFT' });
  });

  test.each([true, false])(
    'comes by sequence number, page by page (newest first: %s)',
    async (newestFirst) => {
      const walked = await walk((after) => db.reads.events({ meshId }, { first: 4, after, newestFirst }));
      expect(walked).toEqual(newestFirst ? [...history].reverse() : history);
    },
  );

  test('a page of the newest stays where it is while more happens', async () => {
    const page = await db.reads.events({}, { first: 2, newestFirst: true });
    expect(page.nodes.map((event) => event.seq)).toEqual([15, 14]);
    await db.rows.event({
      at: moment(91).getTime(),
      type: 'MESH_RESUMED',
      meshId: uuid(0x74),
      from: 'PAUSED',
      to: 'RUNNING',
    });
    const next = await db.reads.events({}, { first: 2, after: page.cursors[1] as string, newestFirst: true });
    expect(next.nodes.map((event) => event.seq)).toEqual([13, 12]);
    expect(await db.reads.lastEventSeq()).toBe(16);
  });

  const filters: readonly (readonly [string, HistoryFilter, (event: CommittedEvent) => boolean])[] = [
    ['a task', { taskId: a }, (event) => event.taskId === a],
    [
      'types',
      { meshId, types: ['TASK_DELETED', 'EDGE_ADDED'] },
      (event) => ['TASK_DELETED', 'EDGE_ADDED'].includes(event.type),
    ],
    ['a time, included', { meshId, since: moment(40) }, (event) => event.at >= moment(40).getTime()],
    ['a time, excluded', { meshId, until: moment(40) }, (event) => event.at < moment(40).getTime()],
    [
      'a millisecond',
      { meshId, since: moment(40), until: new Date(moment(40).getTime() + 1) },
      (event) => event.at === moment(40).getTime(),
    ],
    ['a time before all', { meshId, since: moment(-1000), until: moment(1e6) }, () => true],
    ['a time after all', { meshId, since: moment(1e6) }, () => false],
  ];
  test.each(filters)('is narrowed by %s, listed and counted alike', async (_, filter, holds) => {
    const expected = history.filter(holds);
    expect((await db.reads.events(filter, { first: 100, newestFirst: false })).nodes).toEqual(expected);
    expect(await db.reads.countEvents(filter)).toBe(expected.length);
  });

  const key = { [a]: 'a \u0000', [b]: 'b', [c]: 'c' };
  const moments: readonly (readonly [number, number, string, Readonly<Record<string, string>>, string[]])[] =
    [
      [10, 2, 'RUNNING', { [a]: 'QUEUED', [b]: 'PENDING' }, [b]],
      [19.999, 2, 'RUNNING', { [a]: 'QUEUED', [b]: 'PENDING' }, [b]],
      [20, 4, 'RUNNING', { [a]: 'RUNNING', [b]: 'PENDING' }, [b]],
      [30, 6, 'RUNNING', { [a]: 'RUNNING', [b]: 'PENDING', [c]: 'PENDING' }, [b, c]],
      [45, 8, 'PAUSED', { [a]: 'COMPLETED', [b]: 'PENDING', [c]: 'PENDING' }, [b, c]],
      [50, 9, 'PAUSED', { [a]: 'COMPLETED', [b]: 'PENDING', [c]: 'PENDING' }, [b]],
      [60, 11, 'PAUSED', { [a]: 'COMPLETED', [c]: 'PENDING' }, []],
      [70, 13, 'COMPLETED', { [a]: 'COMPLETED', [c]: 'SKIPPED' }, []],
      [1e6, 14, 'COMPLETED', { [a]: 'COMPLETED', [c]: 'SKIPPED' }, []],
    ];
  test.each(moments)(
    'shows the mesh as it was at second %d',
    async (second, seq, status, statuses, targets) => {
      const was = await db.reads.meshAt(meshId, moment(second));
      expect(was).toMatchObject({ seq, status, at: new Date(history[seq - 1]?.at ?? 0) });
      expect(was?.tasks).toEqual(
        Object.entries(statuses).map(([id, state]) => ({ id, key: key[id], status: state })),
      );
      expect(was?.edges.map((edge) => edge.targetId)).toEqual(targets);
      if (targets.length > 0)
        expect(was?.edges[0]).toMatchObject({ meshId, sourceId: a, targetId: b, type: 'HARD', weight: 0.1 });
    },
  );

  test('has no mesh before its submission, and an empty one without tasks', async () => {
    expect(await db.reads.meshAt(meshId, moment(9.999))).toBeUndefined();
    expect(await db.reads.meshAt(uuid(0xfff), moment(50))).toBeUndefined();
    expect(await db.reads.meshAt(uuid(0x74), moment(50))).toEqual({
      seq: 0,
      at: moment(0),
      status: 'RUNNING',
      tasks: [],
      edges: [],
    });
  });
});

describe('execution statistics', () => {
  const meshId = uuid(0x80);
  beforeAll(async () => {
    await db.rows.task({
      id: uuid(0x81),
      meshId,
      key: 'a',
      work: { wait: { durationMs: 1 } },
      typeKey: 'wait:\u0000',
      priority: 'HIGH',
      taskType: 'MICRO',
    });
    await db.rows.task({
      id: uuid(0x82),
      meshId,
      key: 'b',
      typeKey: 'none:b',
      priority: 'LOW',
      taskType: 'LARGE',
      deletedAt: moment(1),
    });
    const ended = (
      taskId: string,
      attempt: number,
      outcome: 'COMPLETED' | 'FAILED' | 'TIMED_OUT' | 'CRASHED' | 'CANCELLED',
      waitMs: number,
      runMs: number | null,
      agoS = 10,
    ) =>
      db.rows.attempt({
        taskId,
        meshId,
        attempt,
        outcome,
        waitMs,
        runMs,
        layer: taskId === uuid(0x81) ? 'LOCAL' : 'CLUSTER',
        endedAgoMs: agoS * 1000,
      });
    await ended(uuid(0x81), 1, 'FAILED', 40, 100);
    await ended(uuid(0x81), 2, 'TIMED_OUT', 10, 200);
    await ended(uuid(0x81), 3, 'COMPLETED', 30, 400);
    await ended(uuid(0x82), 1, 'CRASHED', 20, null);
    await ended(uuid(0x82), 2, 'CANCELLED', 50, null);
    await ended(uuid(0x82), 3, 'COMPLETED', 1e6, 1e6, 3700);
    await db.rows.attempt({ taskId: uuid(0x82), meshId, attempt: 4, waitMs: 1e6 });
  });

  test('count the attempts that ended in the window and interpolate their percentiles', async () => {
    const [row, ...others] = await db.reads.executionStats(3600, 'NONE', { meshId });
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      group: 'all',
      attempts: 5,
      completed: 1,
      failed: 2,
      cancelled: 1,
      crashed: 1,
      throughputPerSecond: 1 / 3600,
    });
    // Of 10 20 30 40 50 at 0.95 * 4 = 3.8 and 3.96; of 100 200 400 at 0.5 * 2 = 1, 1.9 and 1.98.
    expect(row?.waitMsP50).toBe(30);
    expect(row?.waitMsP95).toBeCloseTo(48, 9);
    expect(row?.waitMsP99).toBeCloseTo(49.6, 9);
    expect(row?.runMsP50).toBe(200);
    expect(row?.runMsP95).toBeCloseTo(380, 9);
    expect(row?.runMsP99).toBeCloseTo(396, 9);
    expect((await db.reads.executionStats(7200, 'NONE', { meshId }))[0]).toMatchObject({
      attempts: 6,
      completed: 2,
      waitMsP50: 35,
    });
  });

  test.each([
    ['LAYER', { LOCAL: 3, CLUSTER: 2 }],
    ['TASK_TYPE', { MICRO: 3, LARGE: 2 }],
    ['PRIORITY', { HIGH: 3, LOW: 2 }],
    ['WORK_KIND', { wait: 3, none: 2 }],
    ['TYPE_KEY', { 'wait:\u0000': 3, 'none:b': 2 }],
    ['MESH', { [meshId]: 5 }],
    ['OUTCOME', { CANCELLED: 1, COMPLETED: 1, CRASHED: 1, FAILED: 1, TIMED_OUT: 1 }],
  ] as const)('by %s', async (groupBy, attempts) => {
    const rows = await db.reads.executionStats(3600, groupBy, { meshId });
    expect(Object.fromEntries(rows.map((row) => [row.group, row.attempts]))).toEqual(attempts);
  });

  test('are null when nothing ran, and none by group', async () => {
    const [row] = await db.reads.executionStats(3600, 'NONE', { meshId: uuid(0x8f) });
    expect(row).toMatchObject({
      attempts: 0,
      completed: 0,
      waitMsP50: null,
      waitMsP99: null,
      runMsP95: null,
      throughputPerSecond: 0,
    });
    expect(await db.reads.executionStats(3600, 'LAYER', { meshId: uuid(0x8f) })).toEqual([]);
    expect((await db.reads.executionStats(3600, 'NONE'))[0]?.attempts).toBe(5);
  });
});

const ids = Array.from({ length: 150 }, (_, index) => uuid(0x10 + index));
const page = { first: 10 };
const ascending = { direction: 'ASC' } as const;
const CALLS: Readonly<Record<keyof Reads, (reads: Reads) => Promise<unknown>>> = {
  tasksByIds: (reads) => reads.tasksByIds(ids),
  tasks: (reads) =>
    reads.tasks({ meshId: uuid(0x2), tags: ['a'] }, { field: 'PRIORITY', ...ascending }, page),
  briefTasks: (reads) => reads.briefTasks({}, { field: 'CREATED_AT', ...ascending }, page),
  countTasks: (reads) => reads.countTasks({ search: 'a' }),
  census: (reads) => reads.census(),
  tasksByMeshIds: (reads) => reads.tasksByMeshIds(ids, 5),
  outputsByTaskIds: (reads) => reads.outputsByTaskIds(ids),
  meshesByIds: (reads) => reads.meshesByIds(ids),
  meshes: (reads) => reads.meshes({ tags: ['a'] }, { field: 'FINISHED_AT', ...ascending }, page),
  countMeshes: (reads) => reads.countMeshes({ search: 'a' }),
  countsByMeshIds: (reads) => reads.countsByMeshIds(ids),
  edges: (reads) => reads.edges({ meshId: uuid(0x50) }, page),
  countEdges: (reads) => reads.countEdges({ meshId: uuid(0x50) }),
  edgesBySourceIds: (reads) => reads.edgesBySourceIds(ids),
  edgesByTargetIds: (reads) => reads.edgesByTargetIds(ids),
  attemptsByTaskIds: (reads) => reads.attemptsByTaskIds(ids),
  placementsByTaskIds: (reads) => reads.placementsByTaskIds(ids),
  deliveriesByAlertIds: (reads) => reads.deliveriesByAlertIds(ids),
  events: (reads) => reads.events({ meshId: uuid(0x70), since: moment(1) }, { ...page, newestFirst: true }),
  countEvents: (reads) => reads.countEvents({ meshId: uuid(0x70) }),
  logs: (reads) => reads.logs({ taskId: uuid(0x71), levels: ['INFO'] }, page),
  executionStats: (reads) => reads.executionStats(60, 'TYPE_KEY'),
  meshAt: (reads) => reads.meshAt(uuid(0x70), moment(50)),
  tasksByStatus: (reads) => reads.tasksByStatus(),
  lastEventSeq: (reads) => reads.lastEventSeq(),
  ping: (reads) => reads.ping(),
};

test.each(Object.entries(CALLS))('%s is one statement', async (_, call) => {
  const sent = await db.statementsOf(() => call(db.reads));
  expect(sent).toHaveLength(1);
  expect(await db.statementsOf(() => call(db.reads))).toEqual(sent);
});
