/**
 * Who reaches the queues of the cluster, and a node that is not what it was: reports that are forged, malformed, of another's attempt,
 * of an attempt that has ended, and orders that no server gave. The server, the nodes and the queue are real processes.
 */
import { existsSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  outcomeReport,
  packOrders,
  packReports,
  queueOf,
  REPORTS_QUEUE,
} from '../../src/layers/cluster/messages.js';
import type { Packed } from '../../src/layers/cluster/seal.js';
import { openBackend } from '../../src/layers/cluster/open-backend.js';
import type { QueueBackend } from '../../src/layers/cluster/queue-backend.js';
import type { NodeKey } from '../../src/layers/cluster/seal.js';
import type { AttemptKey } from '../../src/lifecycle/task.js';
import { completed, ranFor } from '../../src/work/outcome.js';
import { ClusterSite, onCluster } from '../support/cluster/cluster-site.js';
import type { NodeProcess } from '../support/cluster/node-process.js';
import { hasRedis } from '../support/cluster/redis-process.js';
import { until } from '../support/until.js';
import { attemptOf } from '../support/work/fixtures.js';

const SLOWLY = { timeout: 180_000 };
const NOBODY: AttemptKey = { taskId: '01890a5d-ac96-774b-bcce-b302099a8057', attempt: 1, token: 2 ** 40 };
const FORGED = JSON.stringify(completed('forged', ranFor(1)));

let site: ClusterSite;
let backend: QueueBackend;
let pool: pg.Pool;
const nodes: Record<string, NodeProcess> = {};

beforeAll(async () => {
  site = await ClusterSite.open(hasRedis ? 'redis' : 'postgresql', {
    env: { TASKMESH_CLUSTER__LEASE_SECONDS: '30' },
  });
  for (const name of ['one', 'two']) nodes[name] = await site.start(name, '--labels', name);
  pool = new pg.Pool({ connectionString: site.database.url, max: 1 });
  const url = site.redis?.url ?? site.database.url;
  backend = await openBackend({ url, schema: 'taskmesh_queue', connections: 1, onError: () => undefined });
}, SLOWLY.timeout);
afterAll(async () => {
  await backend?.close();
  await pool?.end();
  await site?.close();
}, SLOWLY.timeout);

/** As the database has it, which an attacker of the queue alone does not. */
async function keyOf(name: string): Promise<NodeKey> {
  const { rows } = await pool.query('SELECT incarnation, key FROM node WHERE name = $1', [name]);
  return { ref: `${name}:${rows[0].incarnation}`, key: rows[0].key as string };
}

async function refused(): Promise<Record<string, number>> {
  const text = await (await fetch(`${site.server.url}/metrics/prometheus`)).text();
  const series = text.matchAll(/^taskmesh_node_reports_refused_total\{reason="(\w+)"\} (\d+)$/gm);
  return Object.fromEntries([...series].map(([, reason, count]) => [reason as string, Number(count)]));
}

async function say(...batches: readonly unknown[]): Promise<void> {
  const queue = backend.queue(REPORTS_QUEUE);
  for (const data of batches)
    await queue.add('reports', data as Packed, { removeOnComplete: true, removeOnFail: true });
  await queue.close();
}

/** Resolves when so many more were refused for that reason. */
async function areRefused(reason: string, batches: readonly unknown[]): Promise<void> {
  const before = (await refused())[reason] as number;
  await say(...batches);
  await until(`${batches.length} are refused: ${reason}`, async () => {
    const now = (await refused())[reason] as number;
    return now >= before + batches.length;
  });
}

/** A task that node `one` runs until the file is there. */
async function running(file: string): Promise<{ mesh: string; key: AttemptKey }> {
  const script = `echo begun; while [ ! -f ${site.file(file)} ]; do sleep 0.1; done; echo real`;
  const mesh = await site.submit([{ ...onCluster('real', script), nodeSelector: ['one'] }]);
  await until('it runs', async () => (await site.tasksOf(mesh))[0]?.status === 'RUNNING');
  const { rows } = await pool.query(
    'SELECT s.task_id AS id, s.attempt, s.token FROM task_state s JOIN task t ON t.id = s.task_id WHERE t.mesh_id = $1',
    [mesh],
  );
  return { mesh, key: { taskId: rows[0].id, attempt: rows[0].attempt, token: Number(rows[0].token) } };
}

const outcome = (key: AttemptKey, text = FORGED): string => outcomeReport(key, text);
const line = { at: Date.now(), stream: 'STDOUT', level: 'INFO', text: 'forged', line: 1 };

describe('reports that did not come from the node that has the attempt', () => {
  it('change nothing, are counted and logged, and what the node says counts', SLOWLY, async () => {
    const { mesh, key } = await running('go');
    const [one, two] = [await keyOf('one'), await keyOf('two')];
    const reports = [
      outcome(key),
      JSON.stringify({ kind: 'log', key, line }),
      JSON.stringify({ kind: 'progress', token: key.token, fraction: 1, message: 'forged' }),
      JSON.stringify({ kind: 'alive', token: key.token }),
    ];
    const sealed = packReports(one, 1, reports);
    const [name, incarnation] = one.ref.split(':') as [string, string];
    await areRefused('forged', [
      ...[null, 1, 'x', [], {}, { json: sealed.json }, { node: one.ref, json: sealed.json }],
      { ...sealed, seal: '' },
      { ...sealed, seal: 'A'.repeat(43) },
      { ...sealed, seal: 7 },
      { ...sealed, seal: `${sealed.seal.slice(0, -4)}AAAA` },
      { ...sealed, json: sealed.json.replace('"seq":1', '"seq":9') },
      { ...packReports(two, 1, reports), node: one.ref },
      packReports({ ...one, key: '' }, 1, reports),
      packReports({ ...one, key: two.key }, 1, reports),
      packReports({ ref: 'evil:999', key: 'k' }, 1, reports),
      // another incarnation, before and after
      packReports({ ...one, ref: `${name}:${Number(incarnation) - 1}` }, 1, reports),
      packReports({ ...one, ref: `${name}:${Number(incarnation) + 1000}` }, 1, reports),
      // what a server says to that node, sent back
      packOrders(one, reports),
      { ...sealed, json: 'x'.repeat(16_000_001) },
    ]);
    await areRefused(
      'not_its_attempt',
      reports.map((report) => packReports(two, 1, [report])),
    );
    const wrong = [
      { ...key, attempt: key.attempt + 1 },
      { ...key, taskId: NOBODY.taskId },
    ];
    await areRefused(
      'not_its_attempt',
      wrong.map((other) => packReports(one, 1, [outcome(other)])),
    );
    await areRefused('ended', [packReports(one, 1, [outcome({ ...key, token: key.token + 1 })])]);
    expect((await site.tasksOf(mesh))[0]).toMatchObject({ status: 'RUNNING' });
    site.file('go', '');
    const [task] = await site.ended(mesh);
    expect(task).toMatchObject({ status: 'COMPLETED', output: 'real' });
    expect(task?.attempts).toHaveLength(1);
    const { rows } = await pool.query('SELECT text FROM attempt_log WHERE task_id = $1', [key.taskId]);
    expect(rows.map(({ text }) => text)).toEqual(['begun', 'real']);
    // it has ended: replayed, or told otherwise
    await areRefused('ended', [sealed, packReports(one, 2, [outcome(key)])]);
    expect((await site.tasksOf(mesh))[0]).toMatchObject({ status: 'COMPLETED', output: 'real' });
    for (const reason of ['FORGED', 'NOT_ITS_ATTEMPT'])
      expect(site.server.stderr()).toMatch(
        new RegExp(`"reason":"${reason}: .*"msg":"a report did not count"`),
      );
  });

  it('do not trip the server when they are no reports, whoever sealed them', SLOWLY, async () => {
    const { mesh, key } = await running('go on');
    const one = await keyOf('one');
    const measured = ranFor(1);
    const failure = { kind: 'ERROR', code: 'X', message: 'x' };
    const outcomes: readonly unknown[] = [
      ...[null, 1, 'COMPLETED', [], {}, { kind: 'BOGUS', output: 1, measured }, { kind: 'COMPLETED' }],
      { kind: 'COMPLETED', measured },
      { kind: 'COMPLETED', output: 1, measured: null },
      { kind: 'COMPLETED', output: 1, measured: { ...measured, runMs: -1 } },
      { kind: 'COMPLETED', output: 1, measured: { ...measured, runMs: 'NaN' } },
      { kind: 'COMPLETED', output: 1, measured: { ...measured, exitCode: 2 ** 40 } },
      { kind: 'COMPLETED', output: 'x'.repeat(2_000_000), measured },
      { kind: 'FAILED', measured },
      { kind: 'FAILED', failure: { ...failure, kind: 'BOGUS' }, measured },
      { kind: 'FAILED', failure: { ...failure, code: 'X'.repeat(101) }, measured },
      { kind: 'CRASHED', failure: { ...failure, message: { toString: 1 } }, measured },
    ];
    const deep = `{"kind":"COMPLETED","output":${'['.repeat(5000)}${']'.repeat(5000)},"measured":${JSON.stringify(measured)}}`;
    const others: readonly unknown[] = [
      ...[null, 7, 'log', [], {}, { kind: '__proto__' }, { kind: 'log' }, { kind: 'log', key }],
      ...[
        { taskId: 'x' },
        { taskId: null },
        { attempt: 0 },
        { attempt: 2 ** 31 },
        { token: -1 },
        { token: 1.5 },
      ]
        .map((change) => ({ ...key, ...change }))
        .map((wrong) => ({ kind: 'log', key: wrong, line })),
      { kind: 'log', key, line: { ...line, at: 1e300 } },
      { kind: 'log', key, line: { ...line, stream: 'STDIN' } },
      { kind: 'log', key, line: { ...line, line: -1 } },
      { kind: 'progress', token: key.token, fraction: 7, message: null },
      { kind: 'progress', token: key.token, fraction: null, message: null },
      { kind: 'progress', token: key.token, fraction: 1, message: {} },
      { kind: 'alive', token: '1' },
    ];
    await areRefused('malformed', [
      ...[...outcomes.map((one) => JSON.stringify(one)), deep].map((text) =>
        packReports(one, 1, [outcome(key, text)]),
      ),
      ...others.map((report) => packReports(one, 1, [JSON.stringify(report)])),
      packReports(one, -1, []),
      packReports(one, 1, ['"']),
      packReports(one, 1, ['['.repeat(100_000)]),
    ]);
    site.file('go on', '');
    expect((await site.ended(mesh))[0]).toMatchObject({ status: 'COMPLETED', output: 'real' });
    expect(site.server.stderr()).not.toMatch(/"level":"(fatal|error)"/);
  });
});

describe('orders that no server has sealed', () => {
  it('begin nothing on a node', SLOWLY, async () => {
    const [one, two] = [await keyOf('one'), await keyOf('two')];
    const attempt = attemptOf({ command: { argv: ['touch', site.file('pwned')] } }, { node: one.ref });
    const order = JSON.stringify({ kind: 'start', attempt });
    const good = packOrders(one, [order]);
    const queue = backend.queue(queueOf(one.ref));
    for (const data of [
      { json: good.json },
      { ...good, seal: '' },
      packOrders({ ...one, key: two.key }, [order]),
      packOrders(two, [order]),
      { ...packReports(one, 1, []), json: good.json },
    ])
      await queue.add('orders', data as Packed, { removeOnComplete: true, removeOnFail: true });
    await queue.close();
    await until('the node has told of it', () =>
      (nodes['one'] as NodeProcess).stderr().includes('an order that no server has sealed was refused'),
    );
    // what comes behind them in the queue is done
    const [task] = await site.ended(
      await site.submit([{ ...onCluster('next', 'echo done'), nodeSelector: ['one'] }]),
    );
    expect(task).toMatchObject({ status: 'COMPLETED', output: 'done' });
    expect(existsSync(site.file('pwned'))).toBe(false);
  });
});

it('a token that is over lets no node in', SLOWLY, async () => {
  const { createJoinToken } = await site.ask<{ createJoinToken: { token: string } }>(
    'mutation { createJoinToken { token } }',
  );
  await pool.query("UPDATE join_token SET expires_at = now() - interval '1 second'");
  const join = site.ask(
    'mutation ($token: String!) { joinCluster(token: $token, node: "late") { database } }',
    {
      token: createJoinToken.token,
    },
  );
  await expect(join).rejects.toThrow('was used already, or is over');
});
