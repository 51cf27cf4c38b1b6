/** What people change of the system, and its entry of the audit: both are there, or neither, whatever fails in between. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, startApp } from '../../support/app.js';
import { Person } from '../../support/identity/people.js';
import { until } from '../../support/until.js';

const DECISION = '01900000-0000-7000-8000-000000000001';
const ALERT = '01900000-0000-7000-8000-000000000002';
const RULE = '01900000-0000-7000-8000-000000000003';
const ROWS = `
  INSERT INTO node (name, instance, address, version, slots, cores, memory_bytes, lease_ms)
  VALUES ('n1', 'i1', '127.0.0.1', '1', 1, 1, 1, 3600000);
  INSERT INTO alert_rule (id, name, severity, condition, channels, for_seconds, quiet_seconds, enabled, created_by)
  VALUES ('${RULE}', 'first', 'INFO', '{"insight":{"kinds":[]}}', '[]', 0, 60, false, 'ann');
  INSERT INTO alert (id, rule_id, rule_name, severity, subject, text)
  VALUES ('${ALERT}', '${RULE}', 'first', 'INFO', 's', 't');
  INSERT INTO decision (id, at, kind, subject, level, mode, candidates, chosen, static_choice, reason, expected_effect, propensity, parameters)
  VALUES ('${DECISION}', now(), 'HOLD', 's', 'BASIC', 'SHADOW', '[]', 'a', 'b', 'r', 0, 1, '{}');
  INSERT INTO join_token (hash, created_by, created_at, expires_at)
  VALUES (encode(sha256('join_here'), 'hex'), 'ann', now(), now() + interval '1 hour');`;

const rule = (name: string): string =>
  `{ name: "${name}", severity: INFO, condition: { insight: { kinds: [] } }, channels: [], enabled: false }`;

/** The operation, the state that it changes, and what the audit says it was before. */
const CHANGES: readonly (readonly [
  action: string,
  document: string,
  state: string,
  before: object | null,
])[] = [
  ['cordonNode', 'cordonNode(id: "n1") { id }', 'SELECT cordoned FROM node', { cordoned: false }],
  ['drainNode', 'drainNode(id: "n1") { id }', 'SELECT state FROM node', {}],
  [
    'setPlacementPolicy',
    'setPlacementPolicy(policy: ROUND_ROBIN)',
    'SELECT policy FROM cluster_setting',
    null,
  ],
  ['createJoinToken', 'createJoinToken { token }', 'SELECT count(*) FROM join_token', null],
  [
    'joinCluster',
    'joinCluster(token: "join_here", node: "n2") { schema }',
    'SELECT count(used_at) FROM join_token',
    null,
  ],
  [
    'createAlertRule',
    `createAlertRule(input: ${rule('second')}) { id }`,
    'SELECT count(*) FROM alert_rule',
    null,
  ],
  [
    'updateAlertRule',
    `updateAlertRule(id: "${RULE}", input: ${rule('renamed')}) { id }`,
    'SELECT name FROM alert_rule ORDER BY id LIMIT 1',
    { name: 'first', enabled: false },
  ],
  [
    'silenceAlertRule',
    `silenceAlertRule(id: "${RULE}", seconds: 60) { id }`,
    'SELECT count(silenced_until) FROM alert_rule',
    { silencedUntil: null },
  ],
  [
    'acknowledgeAlert',
    `acknowledgeAlert(id: "${ALERT}", note: "seen") { id }`,
    'SELECT acknowledged_by FROM alert',
    { acknowledgedBy: null },
  ],
  [
    'deleteAlertRule',
    `deleteAlertRule(id: "${RULE}")`,
    'SELECT count(*) FROM alert_rule',
    { name: 'renamed' },
  ],
  [
    'rateDecision',
    `rateDecision(id: "${DECISION}", rating: 0.2, why: "w") { id }`,
    'SELECT rating FROM decision',
    null,
  ],
  [
    'processEvent',
    'processEvent(input: { kind: "DEPLOY", subject: "s", text: "t" }) { id }',
    'SELECT count(*) FROM external_event',
    null,
  ],
  [
    'evolveConsciousness',
    'evolveConsciousness(input: { level: COGNITIVE, why: "w", acceptRisk: true }) { number }',
    'SELECT count(*) FROM level_line',
    null,
  ],
  [
    'createApiToken',
    'createApiToken(input: { name: "t", role: VIEWER }) { id }',
    'SELECT count(*) FROM api_token',
    null,
  ],
];

let app: TestApp;
let owner: Person;
let client: pg.Client;
/** Holds the end of the chain. */
let holder: pg.Client;

beforeAll(async () => {
  app = await startApp({ execution: { drainSeconds: 0 }, cluster: { enabled: true } });
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
