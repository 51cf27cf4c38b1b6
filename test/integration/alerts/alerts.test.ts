/**
 * Alerts on a complete server: rules over metrics, statuses, deadlines and insights; a web server and a mail server that are told;
 * people who acknowledge and silence; a stream that resumes.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { startApp, type TestApp } from '../../support/app.js';
import { until } from '../../support/until.js';
import { rest } from '../../support/servers/doors.js';
import { node, taskApi, wait } from '../../support/task-api.js';
import { isSigned, type MailReceiver, mailReceiver, type WebReceiver, webReceiver } from './receivers.js';

const KEY = 'a key that only both sides know';
const SLOWLY = { timeout: 120_000 };

let app: TestApp;
let web: WebReceiver;
let mail: MailReceiver;
const { ask, refusal, submit } = taskApi(() => app);

beforeAll(async () => {
  process.env.MESH_SECRET_HOOK = KEY;
  web = await webReceiver();
  mail = await mailReceiver();
  app = await startApp({
    alerts: { intervalSeconds: 0.2, smtpUrl: mail.url, smtpFrom: 'mesh@example.org' },
    execution: { httpAllowPrivate: ['127.0.0.1'], maxParallelTasks: 8 },
  });
}, SLOWLY.timeout);
afterAll(async () => {
  await app?.close();
  await web.close();
  await mail.close();
  delete process.env.MESH_SECRET_HOOK;
}, SLOWLY.timeout);

const CREATE =
  'mutation ($input: AlertRuleInput!) { createAlertRule(input: $input) { id name silencedUntil } }';
const hook = () => ({ webhook: { url: web.url, secret: 'HOOK' } });

async function makeRule(input: object): Promise<string> {
  const { createAlertRule } = await ask<{ createAlertRule: { id: string } }>(CREATE, { input });
  return createAlertRule.id;
}

interface AlertAnswer {
  readonly id: string;
  readonly number: number;
  readonly subject: string;
  readonly text: string;
  readonly occurrences: number;
  readonly resolvedAt: string | null;
  readonly acknowledgedBy: string | null;
  readonly deliveries: readonly {
    phase: string;
    tries: number;
    endedAt: string | null;
    failure: string | null;
  }[];
}

async function alertsOf(ruleId: string): Promise<readonly AlertAnswer[]> {
  const { alerts } = await ask<{ alerts: { nodes: AlertAnswer[] } }>(
    `query ($ruleId: ID!) { alerts(filter: { ruleId: $ruleId }) { nodes {
      id number subject text occurrences resolvedAt acknowledgedBy deliveries { phase tries endedAt failure } } } }`,
    { ruleId },
  );
  return alerts.nodes;
}

/** As if it had been told an hour ago. */
async function anHourLater(alertId: string): Promise<void> {
  const client = new pg.Client({ connectionString: app.databaseUrl });
  await client.connect();
  await client.query("UPDATE alert SET told_at = told_at - interval '1 hour' WHERE id = $1", [alertId]);
  await client.end();
}

const toldOf = (alertId: string) => web.told.filter(({ body }) => body.alert.id === alertId);
const remove = (id: string) => ask('mutation ($id: ID!) { deleteAlertRule(id: $id) }', { id });

async function first(
  ruleId: string,
  holds: (alert: AlertAnswer) => boolean = () => true,
): Promise<AlertAnswer> {
  let found: AlertAnswer | undefined;
  await until('an alert', async () => {
    found = (await alertsOf(ruleId)).find(holds);
    return found !== undefined;
  });
  return found as AlertAnswer;
}

describe('a rule over statuses', () => {
  it(
    'tells of a mesh once, signed, and again when the receiver was away; others are not told of',
    SLOWLY,
    async () => {
      web.answers.push(503);
      const condition = { status: { task: ['FAILED'], mesh: ['FAILED'], meshName: 'night*' } };
      const rule = await makeRule({
        name: 'nights',
        severity: 'CRITICAL',
        condition,
        channels: [hook()],
        quietSeconds: 1,
      });
      const fails = { key: 'a', name: 'a', work: node('process.exit(3)'), retryPolicy: { maxAttempts: 1 } };
      const meshId = await submit([fails, { ...fails, key: 'b' }], { name: 'nightly' });
      await submit([{ ...fails, key: 'c' }], { name: 'daily' });
      const alert = await first(rule, ({ occurrences }) => occurrences === 3);
      expect(alert).toMatchObject({ subject: `mesh ${meshId}`, text: expect.stringContaining('nightly') });
      await until('it was told', async () => toldOf(alert.id).some(({ body }) => body.phase === 'RESOLVED'));
      await until('it was told again', async () =>
        (await alertsOf(rule)).every((one) => one.deliveries.every(({ endedAt }) => endedAt !== null)),
      );
      const raised = toldOf(alert.id).filter(({ body }) => body.phase === 'RAISED');
      expect(raised).toHaveLength(2);
      expect(new Set(raised.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
      // it is over before the receiver is back, and that is told behind
      expect(toldOf(alert.id).map(({ body }) => body.phase)).toEqual(['RAISED', 'RAISED', 'RESOLVED']);
      expect(toldOf(alert.id).every((told) => isSigned(told, KEY))).toBe(true);
      const all = await alertsOf(rule);
      expect(all).toHaveLength(1);
      expect(all[0]?.deliveries).toContainEqual({
        phase: 'RAISED',
        tries: 2,
        endedAt: expect.any(String),
        failure: null,
      });
      await remove(rule);
    },
  );
});

describe('a rule over a metric', () => {
  it('raises while the number is broken, in the mail too, and is over when it is not', SLOWLY, async () => {
    const metric = { name: 'tasks', labels: [{ name: 'status', value: 'running' }], threshold: 0 };
    const email = { email: { to: ['ops@example.org'] } };
    const rule = await makeRule({
      name: 'busy',
      condition: { metric },
      forSeconds: 0.3,
      channels: [email, hook()],
    });
    await submit([{ key: 'w', name: 'w', work: wait(3000) }]);
    const alert = await first(rule, ({ resolvedAt }) => resolvedAt !== null);
    expect(alert.subject).toBe('tasks{status="running"}');
    await until('mail of both', () => mail.mails.length >= 2);
    expect(mail.mails[0]?.to).toEqual(['ops@example.org']);
    expect(mail.mails[0]?.text).toContain('WARNING');
    expect(mail.mails[0]?.text).toContain('tasks{status="running"} is 1, above 0');
    expect(mail.mails[1]?.text).toContain('RESOLVED');
    expect(mail.mails[0]?.text).toContain(`Message-ID: <${alert.id}.RAISED.0@taskmesh>`);
    await remove(rule);
  });

  it('sees rates and percentiles of what came since the last look', SLOWLY, async () => {
    const rate = await makeRule({
      name: 'rate',
      condition: { metric: { name: 'commits_total', statistic: 'RATE', threshold: 0.01 } },
    });
    const p99 = await makeRule({
      name: 'p99',
      condition: { metric: { name: 'commit_seconds', statistic: 'P99', threshold: 0 } },
    });
    const submitted = async (): Promise<boolean> => {
      await submit([{ key: 'x', name: 'x' }]);
      return (await alertsOf(rate)).length > 0 && (await alertsOf(p99)).length > 0;
    };
    await until('both', submitted);
    await Promise.all([remove(rate), remove(p99)]);
  });
});

describe('a rule over deadlines', () => {
  it('tells of meshes and tasks that take longer than they may, until they end', SLOWLY, async () => {
    const mesh = await makeRule({ name: 'late', condition: { deadline: { seconds: 1, name: 'slow' } } });
    const task = await makeRule({
      name: 'long',
      condition: { deadline: { of: 'TASK', seconds: 1, name: 'w*' } },
    });
    const meshId = await submit([{ key: 'w', name: 'wait', work: wait(60_000) }], { name: 'slow' });
    expect((await first(mesh)).subject).toBe(`mesh ${meshId}`);
    expect((await first(task)).text).toContain('task wait');
    await ask('mutation ($id: ID!) { cancelMesh(id: $id) { id } }', { id: meshId });
    await first(mesh, ({ resolvedAt }) => resolvedAt !== null);
    await first(task, ({ resolvedAt }) => resolvedAt !== null);
    await Promise.all([remove(mesh), remove(task)]);
  });
});

describe('a rule over an estimate', () => {
  it('tells of a mesh that will take too long, before it has', SLOWLY, async () => {
    const condition = { deadline: { seconds: 3600, name: 'ahead*', ahead: true } };
    const rule = await makeRule({ name: 'ahead', condition });
    const tasks = Array.from({ length: 3 }, (_, at) => ({
      ...{ key: `w${at}`, name: 'long wait', work: wait(3_000_000) },
      dependsOn: at === 0 ? [] : [{ task: `w${at - 1}` }],
    }));
    const meshId = await submit(tasks, { name: 'ahead of time' });
    const alert = await first(rule);
    expect(alert).toMatchObject({
      subject: `mesh ${meshId}`,
      text: expect.stringContaining('is expected to take'),
    });
    await ask('mutation ($id: ID!) { cancelMesh(id: $id) { id } }', { id: meshId });
    await first(rule, ({ resolvedAt }) => resolvedAt !== null);
    await remove(rule);
  });
});

describe('a rule over insights', () => {
  it('tells what consciousness says, once for each subject', SLOWLY, async () => {
    const rule = await makeRule({
      name: 'levels',
      condition: { insight: { kinds: ['LEVEL'] } },
      channels: [hook()],
    });
    const force = (level: string) =>
      ask('mutation ($input: EvolveConsciousnessInput!) { evolveConsciousness(input: $input) { from } }', {
        input: { level, why: 'to see who is told', acceptRisk: true },
      });
    await force('COGNITIVE');
    const alert = await first(rule);
    expect(alert).toMatchObject({
      subject: 'LEVEL COGNITIVE',
      text: expect.stringContaining('to see who is told'),
    });
    await force('BASIC');
    await first(rule, ({ subject }) => subject === 'LEVEL BASIC');
    expect((await alertsOf(rule)).length).toBe(2);
    await until('it is told', () => toldOf(alert.id).length === 1);
    await remove(rule);
  });
});

describe('people', () => {
  it('are refused what they may not or cannot, each fault with its field', async () => {
    expect(await refusal(CREATE, { input: { name: 'x', condition: { insight: {} } } }, 'guest')).toBe(
      'FORBIDDEN',
    );
    const { body } = await rest(app, '/alerts/rules', {
      name: '',
      for_seconds: -1,
      condition: { metric: { name: 'taks', statistic: 'p95', threshold: 1 } },
      channels: [{ webhook: { url: 'ftp://x', secret: '../etc' } }, { email: { to: ['a\nb@c'] } }],
    });
    const { error } = body as { error: { code: string; errors: { path: string; message: string }[] } };
    expect(error.code).toBe('INVALID_INPUT');
    expect(JSON.stringify(error)).toContain('did you mean tasks?');
    for (const field of ['name', 'for_seconds', 'webhook.url', 'webhook.secret', 'email.to'])
      expect(JSON.stringify(error)).toContain(field);
  });

  it('silence a rule, and acknowledge an alert so that it is not repeated', SLOWLY, async () => {
    const metric = { name: 'build_info', comparison: 'BELOW', threshold: 2 };
    const rule = await makeRule({
      name: 'always',
      condition: { metric },
      channels: [hook()],
    });
    const alert = await first(rule, ({ deliveries }) => deliveries.every(({ endedAt }) => endedAt !== null));
    const silenced = await rest(app, `/alerts/rules/${rule}/silence?seconds=3600`, {});
    expect(silenced.body).toMatchObject({ silenced_until: expect.any(String) });
    const done = await rest(app, `/alerts/${alert.id}/acknowledge?note=seen`, {});
    expect(done.body).toMatchObject({ acknowledged_by: 'owner', note: 'seen' });
    await remove(rule);
    await first(rule, ({ resolvedAt }) => resolvedAt !== null);
    expect(toldOf(alert.id).map(({ body }) => body.phase)).toEqual(['RAISED']);
  });

  it('are told again of what lasts, until they acknowledge it', SLOWLY, async () => {
    const metric = { name: 'build_info', comparison: 'BELOW', threshold: 2 };
    const rule = await makeRule({
      ...{ name: 'lasting', condition: { metric }, repeatSeconds: 60, channels: [hook()] },
    });
    const alert = await first(rule);
    const phases = (): string[] => toldOf(alert.id).map(({ body }) => body.phase);
    await until('it is told', () => phases().length === 1);
    await anHourLater(alert.id);
    await until('it is told again', () => phases().length === 2);
    expect(new Set(toldOf(alert.id).map(({ headers }) => headers['webhook-id'])).size).toBe(2);
    await rest(app, `/alerts/${alert.id}/acknowledge`, {});
    await anHourLater(alert.id);
    // the leader has looked at all rules again when it tells of a newer one
    const newer = await makeRule({ name: 'newer', condition: { metric }, channels: [hook()] });
    await until('that is told', async () => toldOf((await first(newer)).id).length === 1);
    expect(phases()).toEqual(['RAISED', 'REPEATED']);
    await Promise.all([remove(rule), remove(newer)]);
  });

  it('follow alerts behind a number, and a number that was not given out is refused', SLOWLY, async () => {
    const { alerts } = await ask<{ alerts: { nodes: { number: number }[] } }>(
      '{ alerts { nodes { number } } }',
    );
    const numbers = alerts.nodes.map(({ number }) => number).reverse();
    const client = createClient({
      url: `${app.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
    });
    const seen: number[] = [];
    for await (const { data } of client.iterate<{ alertRaised: { number: number } }>({
      query: `subscription { alertRaised(after: ${numbers[0]}) { number } }`,
    })) {
      seen.push(data?.alertRaised.number as number);
      if (seen.length === numbers.length - 1) break;
    }
    expect(seen).toEqual(numbers.slice(1));
    const beyond = client.iterate({ query: `subscription { alertRaised(after: 999999) { number } }` });
    const { value } = await beyond.next();
    expect(JSON.stringify(value)).toContain('INVALID_INPUT');
    await client.dispose();
  });

  it('read in Prometheus what was raised and told', async () => {
    const text = await (await fetch(`${app.url}/metrics/prometheus`)).text();
    expect(text).toMatch(/taskmesh_alerts_raised_total\{severity="CRITICAL"\} [1-9]/);
    expect(text).toMatch(/taskmesh_alert_deliveries_total\{channel="webhook",outcome="delivered"\} [1-9]/);
    expect(text).toMatch(/taskmesh_alert_deliveries_total\{channel="webhook",outcome="retried"\} 1/);
    expect(text).toMatch(/taskmesh_alerts_firing\{severity="WARNING"\} \d/);
  });
});

describe('a webhook', () => {
  it('that does not answer delays neither what others are told, nor the next look', SLOWLY, async () => {
    const asked: string[] = [];
    const silent = createServer((request) => asked.push(request.url ?? ''));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/silent`;
    const metric = { name: 'build_info', comparison: 'BELOW', threshold: 2 };
    const made: string[] = [];
    for (let at = 0; at < 25; at++)
      made.push(
        await makeRule({
          ...{ name: `silent ${at}`, condition: { metric } },
          channels: [{ webhook: { url, secret: 'HOOK' } }],
        }),
      );
    await until('it is asked', () => asked.length > 0);
    const rule = await makeRule({ name: 'heard', condition: { metric }, channels: [hook()] });
    const alert = await first(rule, ({ deliveries }) => deliveries.every(({ endedAt }) => endedAt !== null));
    expect(toldOf(alert.id)).toHaveLength(1);
    // five at once, each for ten seconds: most have not been asked by then
    const tried = await Promise.all(made.map(async (id) => (await first(id)).deliveries[0]?.tries ?? 0));
    expect(tried.filter((tries) => tries === 0).length).toBeGreaterThan(5);
    expect(asked.length).toBeLessThanOrEqual(20);
    for (const id of [...made, rule]) await remove(id);
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
  });

  it('reaches no private address that is not allowed, and is given up at once', SLOWLY, async () => {
    const url = 'http://169.254.169.254/latest/meta-data';
    const rule = await makeRule({
      name: 'metadata',
      condition: { metric: { name: 'tasks', threshold: -1 } },
      channels: [{ webhook: { url, secret: 'HOOK' } }],
    });
    const alert = await first(rule, ({ deliveries }) => deliveries.some(({ endedAt }) => endedAt !== null));
    expect(alert.deliveries[0]).toMatchObject({
      tries: 1,
      failure: expect.stringContaining('PRIVATE_ADDRESS_REFUSED'),
    });
    await remove(rule);
  });
});
