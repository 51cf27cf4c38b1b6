/** What people change of the system, and its entry of the audit: both are there, or neither, whatever fails in between. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, startApp } from '../../support/app.js';
import { AT_HAND, CHANGES, OF_THE_CORE, ROWS, SETTLED } from '../../support/identity/audited-changes.js';
import { JWTS } from '../../support/identity/jwts.js';
import { Person } from '../../support/identity/people.js';
import { until } from '../../support/until.js';

let app: TestApp;
let owner: Person;
let client: pg.Client;
/** Holds the end of the chain. */
let holder: pg.Client;

beforeAll(async () => {
  app = await startApp({
    execution: { drainSeconds: 0 },
    cluster: { enabled: true },
    security: JWTS,
  });
  owner = new Person(app.url, app.token);
  client = new pg.Client({ connectionString: app.databaseUrl });
  holder = new pg.Client({ connectionString: app.databaseUrl });
  await Promise.all([client.connect(), holder.connect()]);
  await client.query(ROWS);
});
afterAll(async () => {
  await Promise.all([client.end(), holder.end()]);
  await app.close();
});

async function stateOf(query: string): Promise<string> {
  return JSON.stringify((await client.query(query)).rows);
}

async function entriesOf(action: string): Promise<{ before: object | null; actor: string }[]> {
  const text = 'SELECT before, actor FROM audit_entry WHERE action = $1 AND refusal IS NULL';
  return (await client.query<{ before: object | null; actor: string }>(text, [action])).rows;
}

const REFUSE = `
  CREATE FUNCTION no_entry() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no entry today'; END $$;
  CREATE TRIGGER no_entry BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION no_entry()`;
const ALLOW = 'DROP TRIGGER no_entry ON audit_entry; DROP FUNCTION no_entry()';

/** Whoever waits for the end of the chain has made the change already, and has not committed it. */
const WAITING = `
  SELECT pid FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%taskmesh_audit%'`;

describe.each(CHANGES)('%s', (action, document, state, was) => {
  it('changes nothing when its entry cannot be written', async () => {
    const before = await stateOf(state);
    await client.query(REFUSE);
    try {
      expect(await owner.codeOf(`mutation { ${document} }`)).toBeDefined();
    } finally {
      await client.query(ALLOW);
    }
    expect(await stateOf(state)).toBe(before);
    expect(await entriesOf(action)).toEqual([]);
  });

  it('leaves neither when it is killed in between, and both when it is not', async () => {
    const before = await stateOf(state);
    await holder.query('BEGIN; SELECT FROM audit_head FOR UPDATE');
    const killed = owner.ask(`mutation { ${document} }`);
    await until('it waits', async () => {
      const { rows } = await client.query<{ pid: number }>(WAITING);
      for (const { pid } of rows) await client.query('SELECT pg_terminate_backend($1)', [pid]);
      return rows.length > 0;
    });
    await holder.query('COMMIT');
    // what is folded is asked for once more by the fold itself; all else is refused
    const { errors } = await killed;
    if (errors.length > 0) {
      expect(await stateOf(state)).toBe(before);
      expect(await entriesOf(action)).toEqual([]);
      await until(
        'it is done',
        async () => (await owner.ask(`mutation { ${document} }`)).errors.length === 0,
      );
    }
    expect(await stateOf(state)).not.toBe(before);
    const entries = await entriesOf(action);
    expect(entries).toMatchObject([{ actor: 'owner' }]);
    if (was !== null) expect(entries[0]?.before).toMatchObject(was);
  });
});

describe('what holds at once', () => {
  /** The decision about a dependency that fails; it is open. */
  async function decided(dependency: string): Promise<string> {
    const work = { command: { argv: ['false'] } };
    const tasks = Array.from({ length: 6 }, (_, at) => ({
      ...{ key: `t${at}`, work, metadata: { dependency } },
    }));
    await owner.get('mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id } }', {
      input: { name: dependency, tasks },
    });
    const query = 'SELECT id FROM decision WHERE subject = $1 AND ended IS NULL';
    let id: string | undefined;
    await until('it is decided', async () => {
      [id] = (await client.query<{ id: string }>(query, [dependency])).rows.map((row) => row.id);
      return id !== undefined;
    });
    return id as string;
  }

  it.each([
    ['vetoDecision', 'VETOED'],
    ['undoDecision', 'UNDONE'],
  ])('%s is written with its entry when that can be, and until then neither is', async (action, ended) => {
    const id = await decided(`of ${action}`);
    await client.query(REFUSE);
    try {
      const refusal = (await owner.ask(`mutation { ${action}(id: "${id}", why: "w") { id } }`)).errors[0];
      expect(refusal).toMatchObject({
        message: expect.stringContaining('is stopped'),
        extensions: { code: 'UNAVAILABLE' },
      });
      expect(await stateOf(`SELECT ended FROM decision WHERE id = '${id}'`)).toBe('[{"ended":null}]');
    } finally {
      await client.query(ALLOW);
    }
    await decided(`after ${action}`);
    expect(await stateOf(`SELECT ended, ended_by FROM decision WHERE id = '${id}'`)).toBe(
      JSON.stringify([{ ended, ended_by: 'owner' }]),
    );
    expect(await entriesOf(action)).toMatchObject([{ actor: 'owner' }]);
  });
});

describe('a training', () => {
  const train = async (model: string, iterations: number): Promise<string> =>
    (
      await owner.get<{ trainModel: { id: string } }>(
        `mutation { trainModel(input: { model: "${model}", options: { maxIterations: ${iterations} } }) { id } }`,
      )
    ).trainModel.id;
  const outcomes = async (): Promise<string[]> => {
    const asked = "SELECT outcome FROM training_run WHERE requested_by = 'owner' ORDER BY started_at";
    return (await client.query<{ outcome: string }>(asked)).rows.map(({ outcome }) => outcome);
  };
  const told = async (): Promise<number[]> => [
    (await entriesOf('trainModel')).length,
    (await entriesOf('cancelTraining')).length,
  ];
  const isRunning = async (): Promise<boolean> =>
    (await owner.get<{ runningTrainings: unknown[] }>('{ runningTrainings { id } }')).runningTrainings
      .length > 0;

  beforeAll(async () => {
    const work = { command: { argv: ['true'] } };
    const tasks = Array.from({ length: 25 }, (_, at) => ({ key: `t${at}`, work }));
    await owner.get('mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id } }', {
      input: { name: 'to learn from', tasks },
    });
    const learned = async () =>
      (
        await owner.get<{ model: { target: string; rows: number }[] }>(
          '{ model(name: "hierarchical") { target rows } }',
        )
      ).model.find(({ target }) => target === 'RUN_TIME')?.rows ?? 0;
    await until('it is learned from', async () => (await learned()) >= 25);
    await until('nothing is trained by itself', async () => !(await isRunning()));
  });

  it('is told with the row of what came of it, and until that is written neither is there', async () => {
    await client.query(REFUSE);
    try {
      await train('quantum-kernel', 5);
      await until('it has ended', async () => !(await isRunning()));
      expect([await outcomes(), await told()]).toEqual([[], [0, 0]]);
    } finally {
      await client.query(ALLOW);
    }
    await until('it is written', async () => (await outcomes()).length === 1);
    expect([await outcomes(), await told()]).toEqual([['TRAINED'], [1, 0]]);
  });

  it('that is cancelled is told of as well', async () => {
    const id = await train('network', 10_000);
    expect(await owner.get(`mutation { cancelTraining(id: "${id}") }`)).toEqual({ cancelTraining: true });
    await until('it is written', async () => (await outcomes()).length === 2);
    expect([await outcomes(), await told()]).toEqual([
      ['TRAINED', 'CANCELLED'],
      [2, 1],
    ]);
  });
});

describe('what the core commits', () => {
  it('is told of, each time once', async () => {
    for (const document of AT_HAND) await owner.get(`mutation { ${document} }`);
    const { submitMesh, createTask } = await owner.get<{
      submitMesh: { id: string; tasks: { nodes: { id: string }[] } };
      createTask: { id: string };
    }>(`mutation {
      submitMesh(input: { name: "m", tasks: [{ key: "a", hold: true }, { key: "b", hold: true }] }) {
        id tasks(first: 2) { nodes { id key } }
      }
      createTask(input: { name: "t", hold: true }) { id }
    }`);
    const [a, b] = submitMesh.tasks.nodes.map(({ id }) => id) as [string, string];
    await owner.get(`mutation { cancelTask(id: "${createTask.id}") { id } }`);
    for (const [action, document] of OF_THE_CORE) {
      const before = (await entriesOf(action)).length;
      await owner.get(`mutation { ${document({ mesh: submitMesh.id, a, b, task: createTask.id })} }`);
      const after = await entriesOf(action);
      expect([action, after.length - before, after.at(-1)?.actor]).toEqual([action, 1, 'owner']);
    }
    const { rows } = await client.query<{ after: object }>(
      "SELECT after FROM audit_entry WHERE action IN ('instantiateTemplate', 'triggerSchedule') ORDER BY seq",
    );
    const made = { name: 'm', tasks: 1, edges: 0, template: 'at_hand', version: 1 };
    expect(rows.map((row) => row.after)).toEqual([made, { ...made, schedule: 'at_hand', dueAt: null }]);
  });
});

it('nothing else changes anything', async () => {
  const { __schema } = await owner.get<{ __schema: { mutationType: { fields: { name: string }[] } } }>(
    '{ __schema { mutationType { fields { name } } } }',
  );
  const tried = [...[...CHANGES, ...OF_THE_CORE].map(([action]) => action), ...SETTLED];
  expect(__schema.mutationType.fields.map(({ name }) => name).toSorted()).toEqual(tried.toSorted());
});
