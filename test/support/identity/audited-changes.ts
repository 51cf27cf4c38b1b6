/** What people change of the system beside meshes and tasks, in an order in which each finds what it needs. */

const DECISION = '01900000-0000-7000-8000-000000000001';
const ALERT = '01900000-0000-7000-8000-000000000002';
const RULE = '01900000-0000-7000-8000-000000000003';
const TOKEN = '01900000-0000-7000-8000-000000000004';
/** What there has to be for them; no operation makes it in a test. */
export const ROWS = `
  INSERT INTO node (name, instance, address, version, slots, cores, memory_bytes, lease_ms)
  VALUES ('n1', 'i1', '127.0.0.1', '1', 1, 1, 1, 3600000);
  INSERT INTO alert_rule (id, name, severity, condition, channels, for_seconds, quiet_seconds, enabled, created_by)
  VALUES ('${RULE}', 'first', 'INFO', '{"insight":{"kinds":[]}}', '[]', 0, 60, false, 'ann');
  INSERT INTO alert (id, rule_id, rule_name, severity, subject, text)
  VALUES ('${ALERT}', '${RULE}', 'first', 'INFO', 's', 't');
  INSERT INTO decision (id, at, kind, subject, level, mode, candidates, chosen, static_choice, reason, expected_effect, propensity, parameters)
  VALUES ('${DECISION}', now(), 'HOLD', 's', 'BASIC', 'SHADOW', '[]', 'a', 'b', 'r', 0, 1, '{}');
  INSERT INTO join_token (hash, created_by, created_at, expires_at)
  VALUES (encode(sha256('join_here'), 'hex'), 'ann', now(), now() + interval '1 hour');
  INSERT INTO api_token (id, name, hash, tenant_id, role, created_by, expires_at)
  VALUES ('${TOKEN}', 't', repeat('0', 64), 'default', 'VIEWER', 'ann', now() + interval '1 hour');`;

const rule = (name: string): string =>
  `{ name: "${name}", severity: INFO, condition: { insight: { kinds: [] } }, channels: [], enabled: false }`;

const definition = (key: string): string => `{ name: "m", tasks: [{ key: "${key}", hold: true }] }`;

/** The operation, the state that it changes, and what the audit says it was before. */
export const CHANGES: readonly (readonly [
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
  [
    'revokeApiToken',
    `revokeApiToken(id: "${TOKEN}") { id }`,
    `SELECT revoked_at FROM api_token WHERE id = '${TOKEN}'`,
    null,
  ],
  [
    'revokeIdentity',
    'revokeIdentity(input: { subject: "bob" }) { subject }',
    'SELECT count(*) FROM revoked_identity',
    null,
  ],
  [
    'createTemplate',
    `createTemplate(input: { name: "nightly", definition: ${definition('one')} }) { name }`,
    'SELECT count(*) FROM template',
    null,
  ],
  [
    'updateTemplate',
    `updateTemplate(name: "nightly", input: { expectedVersion: 1, definition: ${definition('two')} }) { name }`,
    'SELECT version FROM template',
    {},
  ],
  [
    'createSchedule',
    'createSchedule(input: { name: "yearly", template: "nightly", cron: "0 0 1 1 *" }) { name }',
    'SELECT count(*) FROM schedule',
    null,
  ],
  [
    'updateSchedule',
    'updateSchedule(name: "yearly", input: { expectedRevision: 1, template: "nightly", cron: "0 0 2 1 *" }) { name }',
    'SELECT cron FROM schedule',
    { cron: '0 0 1 1 *' },
  ],
  [
    'pauseSchedule',
    'pauseSchedule(name: "yearly") { name }',
    'SELECT paused FROM schedule',
    { paused: false },
  ],
  [
    'resumeSchedule',
    'resumeSchedule(name: "yearly") { name }',
    'SELECT paused FROM schedule',
    { paused: true },
  ],
  [
    'deleteSchedule',
    'deleteSchedule(name: "yearly")',
    'SELECT count(*) FROM schedule',
    { cron: '0 0 2 1 *' },
  ],
  ['deleteTemplate', 'deleteTemplate(name: "nightly")', 'SELECT count(deleted_at) FROM template', {}],
];

/** What is told of beside its row when that can be written, and holds at once or goes on meanwhile. */
export const SETTLED = ['vetoDecision', 'undoDecision', 'trainModel', 'cancelTraining'];

/** A mesh of the tasks a and b, which are held, and a task of its own. */
export interface Ids {
  readonly mesh: string;
  readonly a: string;
  readonly b: string;
  readonly task: string;
}

/** What the core commits, in an order in which each may be done; a template and a schedule have to be there. */
export const OF_THE_CORE: readonly (readonly [action: string, document: (ids: Ids) => string])[] = [
  ['submitMesh', () => 'submitMesh(input: { name: "m", tasks: [{ key: "a", hold: true }] }) { id }'],
  ['createTask', () => 'createTask(input: { name: "t", hold: true }) { id }'],
  ['addEdge', ({ a, b }) => `addEdge(input: { sourceId: "${a}", targetId: "${b}" }) { id }`],
  ['removeEdge', ({ a, b }) => `removeEdge(sourceId: "${a}", targetId: "${b}")`],
  ['updateTask', ({ a }) => `updateTask(id: "${a}", input: { priority: HIGH }) { id }`],
  ['pauseMesh', ({ mesh }) => `pauseMesh(id: "${mesh}") { id }`],
  ['releaseTask', ({ a }) => `releaseTask(id: "${a}") { id }`],
  ['holdTask', ({ a }) => `holdTask(id: "${a}") { id }`],
  ['resumeMesh', ({ mesh }) => `resumeMesh(id: "${mesh}") { id }`],
  [
    'extendMesh',
    ({ mesh }) => `extendMesh(meshId: "${mesh}", input: { tasks: [{ key: "c", hold: true }] }) { id }`,
  ],
  ['executeTask', ({ a }) => `executeTask(id: "${a}") { id }`],
  ['cancelTask', ({ b }) => `cancelTask(id: "${b}") { id }`],
  ['cancelMesh', ({ mesh }) => `cancelMesh(id: "${mesh}") { id }`],
  ['retryTask', ({ b }) => `retryTask(id: "${b}") { id }`],
  ['rerunMesh', ({ mesh }) => `rerunMesh(id: "${mesh}") { id }`],
  ['deleteTask', ({ task }) => `deleteTask(id: "${task}")`],
  ['instantiateTemplate', () => 'instantiateTemplate(input: { template: "at_hand" }) { id }'],
  ['triggerSchedule', () => 'triggerSchedule(name: "at_hand") { id }'],
];

/** What has to be there for them. */
export const AT_HAND = [
  `createTemplate(input: { name: "at_hand", definition: ${definition('one')} }) { name }`,
  'createSchedule(input: { name: "at_hand", template: "at_hand", cron: "0 0 1 1 *" }) { name }',
];
