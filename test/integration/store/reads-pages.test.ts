/** Lists of tasks, meshes, edges, events and log lines in PostgreSQL: filters, orders, cursors. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PRIORITIES, type LogLevel } from '../../../src/lifecycle/vocabulary.js';
import type { MeshFilter, MeshRecord, TaskFilter, TaskOrder, TaskRecord } from '../../../src/store/reads.js';
import { openReadsDatabase, walk, type ReadsDatabase } from '../../support/reads-database.js';
import { moment, uuid } from '../../support/store/rows.js';

const DIRECTIONS = ['ASC', 'DESC'] as const;
const TASK_ORDERS: TaskOrder[] = (
  ['CREATED_AT', 'UPDATED_AT', 'FINISHED_AT', 'PRIORITY', 'NAME'] as const
).flatMap((field) => DIRECTIONS.map((direction) => ({ field, direction })));
const BY_CREATION: TaskOrder = { field: 'CREATED_AT', direction: 'ASC' };
const STATUSES = ['PENDING', 'QUEUED', 'HELD', 'COMPLETED', 'FAILED', 'SKIPPED'] as const;
const MESH = uuid(0xa0);
const OTHER_MESH = uuid(0xa1);

let db: ReadsDatabase;
const tasks: TaskRecord[] = [];
const meshes: MeshRecord[] = [];

beforeAll(async () => {
  db = await openReadsDatabase();
  for (let index = 0; index < 40; index++) tasks.push(await db.rows.task(someTask(index)));
  await db.rows.task({ id: uuid(900), meshId: MESH, key: 'deleted', deletedAt: moment(5) });
  for (let index = 0; index < 16; index++) meshes.push(await db.rows.mesh(someMesh(index)));
  const { rows } = await db.pool.query<{ created_at: Date }>('SELECT created_at FROM mesh WHERE name = $1', [
    'default',
  ]);
  meshes.push(await defaultMesh(rows[0]?.created_at as Date));
});
afterAll(() => db.close());

/** Few distinct values in every column, ids in another order than all of them. */
function someTask(index: number) {
  const createdAt = moment(index % 4);
  const status = STATUSES[(index * 5) % STATUSES.length] as TaskRecord['status'];
  const ended = ['COMPLETED', 'FAILED', 'SKIPPED'].includes(status);
  return {
    id: uuid((index * 23) % 40),
    meshId: index % 3 === 0 ? OTHER_MESH : MESH,
    key: `key-${index}`,
    name: ['Extract', 'load', '100%_done\\', 'NUL \u0000 and \ud800', 'Zürich'][index % 5] as string,
    priority: PRIORITIES[(index * 7) % 4],
    taskType: (['MICRO', 'LARGE'] as const)[index % 2],
    layer: index % 4 === 0 ? null : (['LOCAL', 'CLUSTER'] as const)[index % 2],
    work: index % 5 === 0 ? { wait: { durationMs: 1 } } : null,
    tags: [[], ['etl'], ['etl', 'nightly'], ['odd "\u0000,{']][index % 4],
    // Counted as tasks are made: by time, then by id.
    ordinal: (index % 4) * 100 + ((index * 23) % 40),
    status,
    createdAt,
    updatedAt: moment(100 + (index % 3)),
    finishedAt: ended ? moment(200 + (index % 5)) : null,
  };
}

/** Ended tasks are in the order of the events that tell of their ends. */
async function endsAreTold(): Promise<void> {
  const { rows } = await db.pool.query(`SELECT 1 FROM event WHERE to_status = 'FAILED'`);
  if (rows.length > 0) return;
  const ended = tasks.filter((task) => task.finishedAt !== null);
  for (const { id, meshId, status, finishedAt } of sorted(ended, { field: 'FINISHED_AT', direction: 'ASC' }))
    await db.rows.event({
      at: (finishedAt as Date).getTime(),
      type: `TASK_${status}` as 'TASK_FAILED',
      meshId,
      taskId: id,
      from: 'RUNNING',
      to: status,
    });
}

function someMesh(index: number) {
  const status = (['RUNNING', 'COMPLETED', 'PAUSED', 'FAILED'] as const)[index % 4] as MeshRecord['status'];
  return {
    id: uuid(0x200 + ((index * 7) % 16)),
    name: ['alpha', 'Beta_1', 'beta%', 'NUL \u0000'][index % 4 === 0 ? 0 : index % 3] as string,
    description: index % 2 === 0 ? null : 'said \u0000',
    status,
    parentMeshId: index % 5 === 0 ? MESH : null,
    rerunStrategy: index % 5 === 0 ? ('ALL' as const) : null,
    tags: index % 3 === 0 ? [] : ['x\u0000', `t${index % 2}`],
    metadata: { '\u0000': ['\ud800', 1e300], index },
    createdAt: moment(index % 3),
    finishedAt: index % 2 === 0 ? null : moment(50 + (index % 3)),
  };
}

async function defaultMesh(createdAt: Date): Promise<MeshRecord> {
  const [mesh] = await db.reads.meshesByIds(['00000000-0000-7000-8000-000000000000']);
  return { ...(mesh as MeshRecord), createdAt };
}

type Sortable = string | number | null;

/** What the field orders by; texts by code points, as the embedded server compares them. */
function sortValue(
  record: { createdAt: Date; updatedAt?: Date; finishedAt: Date | null; name: string; priority?: string },
  field: string,
): Sortable {
  if (field === 'CREATED_AT') return record.createdAt.getTime();
  if (field === 'UPDATED_AT') return record.updatedAt?.getTime() ?? null;
  if (field === 'FINISHED_AT') return record.finishedAt?.getTime() ?? null;
  return field === 'PRIORITY' ? PRIORITIES.indexOf(record.priority as never) : record.name;
}

function sorted<T extends TaskRecord | MeshRecord>(
  records: readonly T[],
  order: { field: string; direction: string },
): T[] {
  const sign = order.direction === 'ASC' ? 1 : -1;
  const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);
  return [...records].sort((left, right) => {
    const [a, b] = [sortValue(left, order.field), sortValue(right, order.field)];
    if (a === null || b === null) return a === b ? sign * compare(left.id, right.id) : a === null ? 1 : -1;
    return sign * (compare(a, b) || compare(left.id, right.id));
  });
}

const TASK_FILTERS: readonly (readonly [string, TaskFilter, (task: TaskRecord) => boolean])[] = [
  ['nothing', {}, () => true],
  ['a mesh', { meshId: MESH }, (task) => task.meshId === MESH],
  [
    'open statuses',
    { statuses: ['PENDING', 'QUEUED'] },
    (task) => ['PENDING', 'QUEUED'].includes(task.status),
  ],
  [
    'unsuccessful statuses',
    { statuses: ['FAILED', 'SKIPPED'] },
    (task) => ['FAILED', 'SKIPPED'].includes(task.status),
  ],
  [
    'ended statuses',
    { statuses: ['FAILED', 'COMPLETED'] },
    (task) => ['FAILED', 'COMPLETED'].includes(task.status),
  ],
  [
    'open and ended statuses',
    { statuses: ['HELD', 'COMPLETED'] },
    (task) => ['HELD', 'COMPLETED'].includes(task.status),
  ],
  ['priorities', { priorities: ['LOW', 'CRITICAL'] }, (task) => ['LOW', 'CRITICAL'].includes(task.priority)],
  ['a kind of work', { workKinds: ['wait'] }, (task) => task.work !== null],
  ['a resource class', { taskTypes: ['LARGE'] }, (task) => task.taskType === 'LARGE'],
  ['the wished layer', { layers: ['CLUSTER'] }, (task) => task.layer === 'CLUSTER'],
  ['all of several tags', { tags: ['nightly', 'etl'] }, (task) => task.tags.includes('nightly')],
  ['a tag that SQL would quote', { tags: ['odd "\u0000,{'] }, (task) => task.tags.includes('odd "\u0000,{')],
  ['part of the name in any case', { search: 'EXTRA' }, (task) => task.name === 'Extract'],
  ['part of the key', { search: 'Key-1' }, (task) => task.key.startsWith('key-1')],
  ['a percent sign', { search: '%' }, (task) => task.name.includes('%')],
  ['an underscore', { search: '_d' }, (task) => task.name.includes('_d')],
  ['a backslash', { search: '\\' }, (task) => task.name.includes('\\')],
  [
    'text that PostgreSQL cannot store',
    { search: '\u0000 and \ud800' },
    (task) => task.name.includes('\u0000'),
  ],
  ['a time, included', { createdAfter: moment(2) }, (task) => task.createdAt >= moment(2)],
  ['a time, excluded', { createdBefore: moment(2) }, (task) => task.createdAt < moment(2)],
  [
    'all at once',
    {
      meshId: MESH,
      statuses: ['PENDING', 'QUEUED', 'COMPLETED'],
      createdAfter: moment(1),
      taskTypes: ['LARGE'],
      search: 'key',
    },
    (task) =>
      task.meshId === MESH &&
      ['PENDING', 'QUEUED', 'COMPLETED'].includes(task.status) &&
      task.createdAt >= moment(1) &&
      task.taskType === 'LARGE',
  ],
];

describe('tasks', () => {
  test.each(TASK_FILTERS)('are narrowed by %s, listed and counted alike', async (_, filter, holds) => {
    const expected = sorted(tasks.filter(holds), BY_CREATION);
    expect(expected.length).toBeGreaterThan(0);
    expect((await db.reads.tasks(filter, BY_CREATION, { first: 100 })).nodes).toEqual(expected);
    expect(await db.reads.countTasks(filter)).toBe(expected.length);
  });

  test.each(TASK_ORDERS)(
    'come in order of $field $direction, page by page, ties by id and nulls last',
    async (order) => {
      const walked = await walk((after) => db.reads.tasks({}, order, { first: 3, after }));
      expect(walked.map((task) => task.id)).toEqual(sorted(tasks, order).map((task) => task.id));
    },
  );

  test.each(DIRECTIONS)('that have ended come in order of their end, %s', async (direction) => {
    const order: TaskOrder = { field: 'FINISHED_AT', direction };
    await endsAreTold();
    const walked = await walk((after) =>
      db.reads.tasks({ statuses: ['FAILED', 'COMPLETED'] }, order, { first: 2, after }),
    );
    const ended = tasks.filter((task) => ['FAILED', 'COMPLETED'].includes(task.status));
    expect(walked.map((task) => task.id)).toEqual(sorted(ended, order).map((task) => task.id));
  });

  test('a page says whether there are more, to the row', async () => {
    expect((await db.reads.tasks({}, BY_CREATION, { first: 40 })).hasNextPage).toBe(false);
    expect((await db.reads.tasks({}, BY_CREATION, { first: 39 })).hasNextPage).toBe(true);
    const none = await db.reads.tasks({ meshId: uuid(0xff) }, BY_CREATION, { first: 1 });
    expect([none.nodes, none.cursors, none.hasNextPage]).toEqual([[], [], false]);
  });

  test('tasks made between two pages neither repeat nor hide a task', async () => {
    const order: TaskOrder = { field: 'NAME', direction: 'ASC' };
    const meshId = uuid(0xb0);
    for (let index = 0; index < 9; index++)
      await db.rows.task({ id: uuid(0x300 + index * 2), meshId, key: `k${index}`, name: `n${index % 3}` });
    const seen: string[] = [];
    let made = 0;
    await walk(async (after) => {
      const page = await db.reads.tasks({ meshId }, order, { first: 2, after });
      seen.push(...page.nodes.map((task) => task.id));
      if (made === 0) await db.rows.task({ id: uuid(0x2f0), meshId, key: 'before', name: 'n0' });
      if (made++ === 0) await db.rows.task({ id: uuid(0x301), meshId, key: 'ahead', name: 'n2' });
      return page;
    });
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(10);
    expect(seen).toContain(uuid(0x301));
    await db.pool.query('DELETE FROM task WHERE mesh_id = $1', [meshId]);
  });
});

const MESH_FILTERS: readonly (readonly [string, MeshFilter, (mesh: MeshRecord) => boolean])[] = [
  ['nothing', {}, () => true],
  ['statuses', { statuses: ['RUNNING', 'FAILED'] }, (mesh) => ['RUNNING', 'FAILED'].includes(mesh.status)],
  ['all of several tags', { tags: ['t1', 'x\u0000'] }, (mesh) => mesh.tags.includes('t1')],
  ['part of the name in any case', { search: 'BETA' }, (mesh) => mesh.name.toLowerCase().includes('beta')],
  ['a percent sign', { search: '%' }, (mesh) => mesh.name.includes('%')],
  ['an underscore', { search: '_' }, (mesh) => mesh.name.includes('_')],
  ['the mesh of which they are reruns', { parentMeshId: MESH }, (mesh) => mesh.parentMeshId === MESH],
  [
    'times',
    { createdAfter: moment(1), createdBefore: moment(2) },
    (mesh) => mesh.createdAt >= moment(1) && mesh.createdAt < moment(2),
  ],
];

describe('meshes', () => {
  test.each(MESH_FILTERS)('are narrowed by %s, listed and counted alike', async (_, filter, holds) => {
    const order = { field: 'CREATED_AT', direction: 'DESC' } as const;
    const expected = sorted(meshes.filter(holds), order);
    expect(expected.length).toBeGreaterThan(0);
    expect((await db.reads.meshes(filter, order, { first: 100 })).nodes).toEqual(expected);
    expect(await db.reads.countMeshes(filter)).toBe(expected.length);
  });

  const orders = (['CREATED_AT', 'FINISHED_AT', 'NAME'] as const).flatMap((field) =>
    DIRECTIONS.map((direction) => ({ field, direction })),
  );
  test.each(orders)('come in order of $field $direction, page by page', async (order) => {
    const walked = await walk((after) => db.reads.meshes({}, order, { first: 2, after }));
    expect(walked.map((mesh) => mesh.id)).toEqual(sorted(meshes, order).map((mesh) => mesh.id));
  });
});

describe('log lines', () => {
  const task = uuid(0x600);
  beforeAll(async () => {
    for (let line = 1; line <= 12; line++) {
      const level = (['DEBUG', 'INFO', 'WARN', 'ERROR'] as const)[line % 4] as LogLevel;
      const stream = line % 3 === 0 ? 'STDERR' : 'STDOUT';
      await db.rows.log({
        taskId: task,
        attempt: 1 + (line % 2),
        line,
        at: moment(line).getTime(),
        stream,
        level,
        text: `line ${line} \u0000 50%`,
      });
    }
    await db.rows.log({
      taskId: uuid(0x601),
      attempt: 1,
      line: 1,
      at: 0,
      stream: 'LOG',
      level: 'INFO',
      text: 'of another task',
    });
  });

  test('come as they were stored, page by page', async () => {
    const walked = await walk((after) => db.reads.logs({ taskId: task }, { first: 5, after }));
    expect(walked.map((row) => row.line)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(walked[0]).toMatchObject({
      taskId: task,
      attempt: 2,
      at: moment(1).getTime(),
      stream: 'STDOUT',
      level: 'INFO',
      text: 'line 1 \u0000 50%',
    });
  });

  test.each([
    [{ attempt: 1 }, [2, 4, 6, 8, 10, 12]],
    [{ levels: ['WARN', 'ERROR'] as const }, [2, 3, 6, 7, 10, 11]],
    [{ streams: ['STDERR'] as const }, [3, 6, 9, 12]],
    [{ search: 'LINE 1' }, [1, 10, 11, 12]],
    [{ search: '2 \u0000 50%' }, [2, 12]],
    [{ search: '5_' }, []],
  ])('are narrowed by %j', async (filter, lines) => {
    const { nodes } = await db.reads.logs({ taskId: task, ...filter }, { first: 100 });
    expect(nodes.map((row) => row.line)).toEqual(lines);
  });
});

describe('a cursor that this list did not give out', () => {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const hostile = {
    empty: '',
    'no base64': 'näh!',
    'padded base64': `${encode(['tasks CREATED_AT ASC', 0, uuid(1)])}=`,
    'no JSON': Buffer.from('][').toString('base64url'),
    'no list': encode({ tasks: 1 }),
    'no values': encode(['tasks CREATED_AT ASC']),
    'an instant beyond all calendars': encode(['tasks CREATED_AT ASC', 1e300, uuid(1)]),
    'an instant before PostgreSQL': encode(['tasks CREATED_AT ASC', -8e15, uuid(1)]),
    'null where no null is': encode(['tasks CREATED_AT ASC', null, uuid(1)]),
    'text for an instant': encode(['tasks CREATED_AT ASC', "'; DROP TABLE task", uuid(1)]),
    'no id': encode(['tasks CREATED_AT ASC', 0, 'x']),
    'a value too many': encode(['tasks CREATED_AT ASC', 0, uuid(1), 1]),
    'of another direction': encode(['tasks CREATED_AT DESC', 0, uuid(1)]),
    'of another list': encode(['meshes CREATED_AT ASC', 0, uuid(1)]),
  };
  const refusal = {
    refusal: {
      code: 'INVALID_INPUT',
      faults: [{ path: 'after', message: expect.stringContaining('endCursor') }],
    },
  };

  test.each(Object.entries(hostile))('is refused: %s', async (_, after) => {
    await expect(db.reads.tasks({}, BY_CREATION, { first: 1, after })).rejects.toMatchObject(refusal);
    await expect(
      db.reads.meshes({}, { field: 'NAME', direction: 'ASC' }, { first: 1, after }),
    ).rejects.toMatchObject(refusal);
    await expect(db.reads.edges({}, { first: 1, after })).rejects.toMatchObject(refusal);
    await expect(db.reads.events({}, { first: 1, after, newestFirst: true })).rejects.toMatchObject(refusal);
    await expect(db.reads.logs({ taskId: uuid(1) }, { first: 1, after })).rejects.toMatchObject(refusal);
  });

  test.each(['a\u0000b', '\ud800'])('is refused when its text cannot be stored: %j', async (name) => {
    const after = encode(['tasks NAME ASC', name, uuid(1)]);
    await expect(
      db.reads.tasks({}, { field: 'NAME', direction: 'ASC' }, { first: 1, after }),
    ).rejects.toMatchObject(refusal);
  });

  test.each([-1, 1.5, 1e300])('is refused with the sequence number %d', async (seq) => {
    await expect(
      db.reads.events({}, { first: 1, after: encode(['events ASC', seq]), newestFirst: false }),
    ).rejects.toMatchObject(refusal);
    await expect(
      db.reads.logs({ taskId: uuid(1) }, { first: 1, after: encode(['logs', seq]) }),
    ).rejects.toMatchObject(refusal);
  });
});

describe('a page of a tenant', () => {
  test('reads the first rows of an index, however many tasks there are', async () => {
    await db.pool.query(
      `INSERT INTO task (id, mesh_id, ordinal, key, name, priority, task_type, layer, type_key, work_kind, tags, spec, created_by, created_at)
       SELECT gen_random_uuid(), mesh_id, 1000 + n, 'more ' || n, name, priority, task_type, layer, type_key, work_kind, tags, spec, created_by, created_at
       FROM task, generate_series(1, 1000) AS n WHERE id = $1`,
      [uuid(1)],
    );
    await db.pool.query(
      `INSERT INTO task_state (task_id, status, attempt, crashes, updated_at)
       SELECT id, 'PENDING', 0, 0, created_at FROM task WHERE key LIKE 'more %'`,
    );
    await db.pool.query('ANALYZE task, task_state, mesh');
    const [text] = await db.statementsOf(() =>
      db.reads.tasks({ tenant: 'default' }, { field: 'CREATED_AT', direction: 'DESC' }, { first: 10 }),
    );
    const { rows } = await db.pool.query({ text: `EXPLAIN ${text}`, values: ['default'] });
    const plan = JSON.stringify(rows);
    expect(plan).toContain('task_created_at_id_idx');
    expect(plan).not.toContain('Seq Scan on task ');
  });
});
