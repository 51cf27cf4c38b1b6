/** What people change is told in the transaction that changes it, in a chain that shows every tampering. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, startApp } from '../../support/app.js';
import { Person } from '../../support/identity/people.js';
import { until } from '../../support/until.js';

let app: TestApp;
let owner: Person;
let client: pg.Client;

beforeAll(async () => {
  app = await startApp({ execution: { drainSeconds: 0 } });
  owner = new Person(app.url, app.token);
  client = new pg.Client({ connectionString: app.databaseUrl });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await app.close();
});

interface Entry {
  readonly seq: number;
  readonly actor: string;
  readonly role: string;
  readonly address: string;
  readonly action: string;
  readonly subject: string | null;
  readonly before: Record<string, unknown> | null;
  readonly after: Record<string, unknown> | null;
  readonly refusal: string | null;
}

async function entries(filter: object = {}, person = owner): Promise<Entry[]> {
  const { auditLog } = await person.get<{ auditLog: { nodes: Entry[] } }>(
    `query ($filter: AuditFilter) { auditLog(filter: $filter, first: 100) {
       nodes { seq at actor role address action subject before after refusal hash } } }`,
    { filter },
  );
  return auditLog.nodes;
}

interface Verdict {
  readonly intact: boolean;
  readonly entries: number;
  readonly fault: string | null;
  readonly head: string;
}

async function verdict(kept?: string): Promise<Verdict> {
  const query = 'query ($kept: String) { auditVerdict(kept: $kept) { intact entries fault head } }';
  return (await owner.get<{ auditVerdict: Verdict }>(query, { kept })).auditVerdict;
}

const create = 'mutation ($input: CreateTaskInput!) { createTask(input: $input) { id } }';
const HELD = { hold: true, work: { wait: { durationMs: 1 } } };

async function heldTask(person = owner, more: object = {}): Promise<string> {
  const { createTask } = await person.get<{ createTask: { id: string } }>(create, {
    input: { name: 'audited', ...HELD, ...more },
  });
  return createTask.id;
}

describe('the audit', () => {
  it('tells who changed what, from where, from what to what', async () => {
    const developer = await owner.admit('DEVELOPER');
    const id = await heldTask(developer);
    await developer.get(
      `mutation { updateTask(id: "${id}", input: { priority: HIGH, name: "renamed" }) { id } }`,
    );
    await developer.get(`mutation { cancelTask(id: "${id}") { id } }`);
    await developer.get(`mutation { deleteTask(id: "${id}") }`);
    const told = (await entries({ subject: `task ${id}` })).map(({ seq: _, ...entry }) => entry);
    const who = { actor: `token:${developer.id}`, role: 'DEVELOPER', address: '127.0.0.1' };
    expect(told.toReversed()).toMatchObject([
      { ...who, action: 'createTask', before: null, after: { name: 'audited' } },
      {
        ...who,
        action: 'updateTask',
        before: { priority: 'NORMAL', name: 'audited' },
        after: { priority: 'HIGH', name: 'renamed' },
      },
      { ...who, action: 'cancelTask', before: { status: 'HELD' }, after: { status: 'CANCELLED' } },
      { ...who, action: 'deleteTask', before: { status: 'CANCELLED' }, after: { deleted: true } },
    ]);
    expect(await entries({ action: 'createApiToken' })).toMatchObject([
      { actor: 'owner', subject: `token ${developer.id}`, after: { role: 'DEVELOPER', tenant: 'default' } },
    ]);
  });

  it('tells of meshes and of what joins them', async () => {
    const input = { name: 'm', tasks: [{ key: 'a', ...HELD }] };
    const { submitMesh } = await owner.get<{ submitMesh: { id: string } }>(
      'mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id } }',
      { input },
    );
    const { id } = submitMesh;
    await owner.get(
      `mutation { extendMesh(meshId: "${id}", input: { tasks: [{ key: "b", hold: true }] }) { id } }`,
    );
    await owner.get(`mutation { pauseMesh(id: "${id}") { id } }`);
    expect((await entries({ subject: `mesh ${id}` })).toReversed()).toMatchObject([
      { action: 'submitMesh', before: null, after: { name: 'm', tasks: 1, edges: 0 } },
      { action: 'extendMesh', before: { tasks: 1 }, after: { tasks: 2, added: ['b'] } },
      { action: 'pauseMesh', before: { status: 'RUNNING' }, after: { status: 'PAUSED' } },
    ]);
  });

  it('masks what is secret, and tells nothing of what was refused', async () => {
    const id = await heldTask();
    const work = { command: { argv: ['true'], env: { API_PASSWORD: 'canary-7d1f' } } };
    await owner.get(
      'mutation ($id: ID!, $input: UpdateTaskInput!) { updateTask(id: $id, input: $input) { id } }',
      {
        id,
        input: { work, metadata: { token: 'canary-7d1f' } },
      },
    );
    const before = (await entries()).length;
    expect(await owner.codeOf(`mutation { retryTask(id: "${id}") { id } }`)).toBe('CONFLICT');
    expect((await entries()).length).toBe(before);
    const { rows } = await client.query<{ text: string }>('SELECT e::text AS text FROM audit_entry e');
    expect(rows.map(({ text }) => text).join()).not.toContain('canary-7d1f');
    expect(JSON.stringify(await entries({ action: 'updateTask' }))).toContain('API_PASSWORD');
  });

  it('tells of attempts that were refused, and counts those that are alike', async () => {
    const viewer = await owner.admit('VIEWER');
    const stranger = new Person(app.url, `tm_${'x'.repeat(43)}`);
    for (let i = 0; i < 5; i++) {
      expect(await viewer.codeOf('mutation { setPlacementPolicy(policy: ROUND_ROBIN) }')).toBe('FORBIDDEN');
      expect(await stranger.codeOf('{ viewer { id } }')).toBe('UNAUTHENTICATED');
    }
    await until('they are written', async () => (await entries({ refused: true })).length >= 2);
    const refused = (await entries({ refused: true })).toSorted((a, b) => (a.action < b.action ? -1 : 1));
    const address = '127.0.0.1';
    expect(refused).toMatchObject([
      { action: 'authenticate', actor: 'unknown', role: null, address, refusal: 'UNAUTHENTICATED' },
      {
        action: 'setPlacementPolicy',
        actor: `token:${viewer.id}`,
        role: 'VIEWER',
        address,
        refusal: 'FORBIDDEN',
      },
    ]);
    expect(refused.map(({ after }) => after?.times)).toEqual([expect.any(Number), expect.any(Number)]);
    expect(await entries({ action: 'setPlacementPolicy', refused: false })).toEqual([]);
    expect(await verdict()).toMatchObject({ intact: true });
  });

  it('is for ADMINs, of their tenant', async () => {
    const acme = await owner.admit('ADMIN', 'acme');
    const id = await heldTask(acme);
    expect((await entries({}, acme)).map(({ subject }) => subject)).toContain(`task ${id}`);
    expect(JSON.stringify(await entries())).not.toContain(id);
    expect(await (await owner.admit('DEVELOPER')).codeOf('{ auditLog { nodes { seq } } }')).toBe('FORBIDDEN');
  });

  it('is committed with the change: there is one entry for each task that was made', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `burst ${index}`);
    const made = await Promise.all(names.map((name) => heldTask(owner, { name, key: name })));
    const { rows } = await client.query<{ count: string }>(
      `SELECT count(*) AS count FROM audit_entry WHERE action = 'createTask' AND after::text LIKE '%burst%'`,
    );
    expect([made.length, Number(rows[0]?.count)]).toEqual([40, 40]);
    expect(await verdict()).toMatchObject({ intact: true, fault: null });
  });

  it.each([
    'UPDATE audit_entry SET actor = $$x$$',
    'DELETE FROM audit_entry',
    'TRUNCATE audit_entry',
    'DELETE FROM audit_head',
    'UPDATE audit_head SET hash = $$x$$',
  ])('refuses: %s', async (statement) => {
    await expect(client.query(statement)).rejects.toMatchObject({ code: 'TM002' });
  });
});

describe('tampering by one who switches the triggers off', () => {
  it.each([
    [
      'an entry is changed',
      "UPDATE audit_entry SET actor = 'somebody' WHERE seq = 3",
      /^entry 3 is not as it was written$/,
    ],
    [
      'its time is changed',
      "UPDATE audit_entry SET at = at + interval '1 ms' WHERE seq = 3",
      /^entry 3 is not/,
    ],
    [
      'a text moves from one column to the next',
      'UPDATE audit_entry SET role = NULL, address = role WHERE seq = 4',
      /^entry 4 is not/,
    ],
    ['an entry is removed', 'DELETE FROM audit_entry WHERE seq = 5', /^entry 5 is missing/],
    [
      'two are exchanged',
      'UPDATE audit_entry SET seq = CASE seq WHEN 3 THEN 1000000 ELSE 3 END WHERE seq IN (3, 4); UPDATE audit_entry SET seq = 4 WHERE seq = 1000000',
      /^entry 3 is not/,
    ],
    ['the end is cut off', 'DELETE FROM audit_entry WHERE seq > 6', /^the last \d+ entries are missing$/],
    [
      'the end is cut off and the note set back',
      'DELETE FROM audit_entry WHERE seq > 6; UPDATE audit_head SET seq = 6',
      /^the noted end of the chain is another$/,
    ],
    ['all is removed', 'DELETE FROM audit_entry', /entries are missing/],
  ])('is told when %s', async (_, statements, fault) => {
    await client.query(
      'BEGIN; CREATE TEMP TABLE kept ON COMMIT PRESERVE ROWS AS SELECT * FROM audit_entry; CREATE TEMP TABLE kept_head AS SELECT * FROM audit_head; COMMIT',
    );
    try {
      await client.query(`SET session_replication_role = replica; ${statements}`);
      expect(await verdict()).toMatchObject({ intact: false, fault: expect.stringMatching(fault) });
    } finally {
      await client.query(
        'DELETE FROM audit_entry; INSERT INTO audit_entry SELECT * FROM kept; UPDATE audit_head SET seq = k.seq, hash = k.hash FROM kept_head k; DROP TABLE kept, kept_head; SET session_replication_role = DEFAULT',
      );
    }
    expect(await verdict()).toMatchObject({ intact: true });
  });

  it('shows against an end that was kept when the whole chain is written anew', async () => {
    const { head } = await verdict();
    expect(await verdict(head)).toMatchObject({ intact: true });
    await client.query(`SET session_replication_role = replica; UPDATE audit_entry SET actor = 'somebody' WHERE seq = 2;
      DO $$ DECLARE e record; h text := repeat('0', 64); BEGIN
        FOR e IN SELECT * FROM audit_entry ORDER BY seq LOOP
          SELECT encode(sha256(convert_to(h || string_agg(taskmesh_audit_part(c), '' ORDER BY n), 'UTF8')), 'hex') INTO h
            FROM unnest(ARRAY[e.seq::text, (extract(epoch FROM e.at) * 1000)::bigint::text, e.tenant_id, e.actor, e.role, e.address,
                              e.action, e.subject, e.before::text, e.after::text]
                              || CASE WHEN e.refusal IS NULL THEN '{}'::text[] ELSE ARRAY[e.refusal] END) WITH ORDINALITY AS u(c, n);
          UPDATE audit_entry SET hash = h WHERE seq = e.seq;
        END LOOP; UPDATE audit_head SET hash = h; END $$; SET session_replication_role = DEFAULT`);
    expect(await verdict()).toMatchObject({ intact: true });
    expect(await verdict(head)).toMatchObject({
      intact: false,
      fault: expect.stringContaining('written anew'),
    });
  });
});
