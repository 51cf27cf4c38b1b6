/** What a task is, proved on the complete server: real work, through GraphQL, one pass per feature. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, startApp } from '../../support/app.js';
import { sleepers, temporaryDir, uniqueSleep } from '../../support/work/fixtures.js';
import { httpServer } from '../../support/work/http-server.js';
import { HOUR, node, taskApi, wait } from '../../support/task-api.js';

const root = temporaryDir('semantics');
const local = await httpServer((response, request) => {
  const status = request.path === '/teapot' ? 418 : 200;
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({
      method: request.method,
      body: request.body,
      key: request.headers['idempotency-key'] ?? null,
    }),
  );
});
let app: TestApp;

beforeAll(async () => {
  mkdirSync(join(root, 'modules'));
  writeFileSync(
    join(root, 'modules', 'sum.mjs'),
    'export default async ({ inputs, input, attempt, log, progress }) => { log("summing"); progress(0.5); ' +
      'return { sum: inputs.numbers.reduce((a, b) => a + b, input.start), attempt }; };',
  );
  app = await startApp({
    execution: {
      moduleRoot: join(root, 'modules'),
      httpAllowPrivate: ['127.0.0.1'],
      killGraceSeconds: 1,
      drainSeconds: 0,
    },
  });
});
afterAll(async () => await app.close());
const { ask, refusal, submit, tasksOf, statusesOf, meshStatus, ended, run, change, until, logs } = taskApi(
  () => app,
);

describe('work', () => {
  it('of a command gives the output file, else the last line as JSON or text', async () => {
    const tasks = await run([
      {
        key: 'file',
        work: node(
          "console.log('ignored'); require('fs').writeFileSync(process.env.TASKMESH_OUTPUT, '{\"rows\":3}')",
        ),
      },
      { key: 'json', work: node("console.log('first'); console.log('[1,2]')") },
      { key: 'text', work: node("console.log('all is well')") },
      { key: 'stdin', work: node('process.stdin.pipe(process.stdout)', { stdin: 'from stdin' }) },
      {
        key: 'env',
        work: node('console.log(JSON.stringify([process.env.GIVEN, process.env.DATABASE_URL ?? null]))', {
          env: { GIVEN: 'x' },
        }),
      },
      { key: 'broken', work: node('process.exit(3)'), retryPolicy: { maxAttempts: 1 } },
    ]);
    const outputs = Object.fromEntries(Object.entries(tasks).map(([key, task]) => [key, task.output]));
    expect(outputs).toEqual({
      file: { rows: 3 },
      json: [1, 2],
      text: 'all is well',
      stdin: 'from stdin',
      env: ['x', null],
      broken: null,
    });
    expect(tasks.broken).toMatchObject({
      status: 'FAILED',
      failure: { kind: 'ERROR' },
      attempts: [{ outcome: 'FAILED', exitCode: 3 }],
    });
  });

  it('of a module and of http gets what DATA edges bring, also through templates', async () => {
    const tasks = await run([
      { key: 'numbers', work: node("console.log('[1,2,3]')") },
      {
        key: 'sum',
        work: { module: { path: 'sum.mjs', input: { start: 10 } } },
        dependsOn: [{ task: 'numbers', type: 'DATA' }],
      },
      {
        key: 'post',
        work: { http: { method: 'POST', url: `${local.url}/add`, body: { total: '${inputs.sum.sum}' } } },
        dependsOn: [{ task: 'sum', type: 'DATA' }],
      },
      { key: 'echo', work: node('console.log(process.argv[1])'), dependsOn: [{ task: 'sum', type: 'DATA' }] },
    ]);
    expect(tasks.sum?.output).toEqual({ sum: 16, attempt: 1 });
    expect(JSON.stringify(tasks.post?.output)).toContain('16');
    expect(local.received.find((request) => request.path === '/add')?.body).toBe('{"total":16}');
    expect((await logs(tasks.sum?.id)).map((line) => line.text)).toContain('summing');
  });

  it('of http fails on an unexpected status and reaches no private address that is not listed', async () => {
    const once = { retryPolicy: { maxAttempts: 1 } };
    const tasks = await run([
      { key: 'teapot', work: { http: { url: `${local.url}/teapot` } }, ...once },
      { key: 'expected', work: { http: { url: `${local.url}/teapot`, expectedStatuses: [418] } } },
      {
        key: 'private',
        work: { http: { url: 'http://10.1.2.3/' } },
        ...once,
      },
    ]);
    expect([tasks.teapot?.status, tasks.expected?.status]).toEqual(['FAILED', 'COMPLETED']);
    expect(tasks.private).toMatchObject({ status: 'FAILED', failure: { code: 'PRIVATE_ADDRESS_REFUSED' } });
  });

  it('of none is a milestone, and the edges mean what they say', async () => {
    const tasks = await run([
      { key: 'start' },
      {
        key: 'bad',
        work: node('process.exit(1)'),
        retryPolicy: { maxAttempts: 1 },
        dependsOn: [{ task: 'start' }],
      },
      { key: 'doomed', dependsOn: [{ task: 'bad' }] },
      { key: 'cleanup', work: wait(1), dependsOn: [{ task: 'doomed', type: 'SOFT' }] },
    ]);
    expect(Object.values(tasks).map((task) => task.status)).toEqual([
      'COMPLETED',
      'FAILED',
      'UPSTREAM_FAILED',
      'COMPLETED',
    ]);
  });
});

describe('attempts', () => {
  it('are repeated until one succeeds, each knows its number, and a completed task shows no failure', async () => {
    const script = "process.exit(process.env.TASKMESH_ATTEMPT === '3' ? 0 : 9)";
    const retryPolicy = { maxAttempts: 3, initialIntervalMs: 1, maxIntervalMs: 5 };
    const { flaky, never } = await run([
      { key: 'flaky', work: node(script), retryPolicy },
      {
        key: 'never',
        work: node('process.exit(9)'),
        retryPolicy: {
          ...retryPolicy,
          nonRetryableErrors: ['EXIT_9'],
        },
      },
    ]);
    expect(flaky).toMatchObject({ status: 'COMPLETED', attempt: 3, failure: null });
    expect(flaky?.attempts.map((attempt) => attempt.outcome)).toEqual(['FAILED', 'FAILED', 'COMPLETED']);
    expect(never).toMatchObject({ status: 'FAILED', attempt: 1, failure: { code: 'EXIT_9' } });
  });

  it('over their time are killed with their whole process group', async () => {
    const seconds = uniqueSleep();
    const work = { command: { argv: [`sleep ${seconds} & sleep ${seconds}`], shell: true } };
    const { slow } = await run([
      { key: 'slow', work, executionTimeoutMs: 300, retryPolicy: { maxAttempts: 1 } },
    ]);
    expect(slow).toMatchObject({ status: 'FAILED', failure: { kind: 'TIMEOUT', code: 'EXECUTION_TIMEOUT' } });
    expect(sleepers(seconds)).toEqual([]);
  });

  it('that are cancelled end for good, and nothing of the mesh starts afterwards', async () => {
    const seconds = uniqueSleep();
    const work = { command: { argv: ['sleep', seconds] } };
    const meshId = await submit([
      { key: 'a', work },
      { key: 'b', work },
      { key: 'below', dependsOn: [{ task: 'a' }] },
      { key: 'after', work: wait(1), dependsOn: [{ task: 'b', type: 'SOFT' }] },
    ]);
    await expect.poll(() => sleepers(seconds).length).toBe(2);
    const { a } = await tasksOf(meshId);
    expect((await change('cancelTask', a?.id)).status).toBe('CANCELLED');
    await expect.poll(() => sleepers(seconds).length).toBe(1);
    expect(await statusesOf(meshId)).toEqual({
      a: 'CANCELLED',
      b: 'RUNNING',
      below: 'UPSTREAM_FAILED',
      after: 'PENDING',
    });
    await change('cancelMesh', meshId);
    await expect.poll(() => sleepers(seconds).length).toBe(0);
    expect(await statusesOf(meshId)).toEqual({
      a: 'CANCELLED',
      b: 'CANCELLED',
      below: 'UPSTREAM_FAILED',
      after: 'CANCELLED',
    });
    expect(await meshStatus(meshId)).toBe('CANCELLED');
    expect(await refusal('mutation ($id: ID!) { cancelTask(id: $id) { id } }', { id: a?.id })).toBe(
      'CONFLICT',
    );
  });

  it('leave their lines in order, by stream', async () => {
    const { a } = await run([
      { key: 'a', work: node("for (let i = 0; i < 20; i++) console.log('out ' + i); console.error('err')") },
    ]);
    const lines = await logs(a?.id);
    expect(lines.filter((line) => line.stream === 'STDOUT').map((line) => line.text)).toEqual(
      Array.from({ length: 20 }, (_, i) => `out ${i}`),
    );
    expect(lines.filter((line) => line.stream === 'STDERR').map((line) => line.text)).toEqual(['err']);
    expect(lines.map((line) => line.line)).toEqual(lines.map((_, index) => index + 1));
  });
});

describe('people', () => {
  it('hold, release, delay and execute tasks', async () => {
    const later = new Date(Date.now() + HOUR).toISOString();
    const meshId = await submit([
      { key: 'held', work: wait(1), hold: true },
      { key: 'also', work: wait(1), hold: true },
      { key: 'later', work: wait(1), startAfter: later },
      { key: 'below', work: wait(1), dependsOn: [{ task: 'held' }] },
    ]);
    const { held, also, later: delayed, below } = await tasksOf(meshId);
    expect([held?.status, also?.status, delayed?.status, below?.status]).toEqual([
      'HELD',
      'HELD',
      'PENDING',
      'PENDING',
    ]);
    expect(await refusal('mutation ($id: ID!) { executeTask(id: $id) { id } }', { id: below?.id })).toBe(
      'CONFLICT',
    );
    await change('holdTask', below?.id);
    await change('releaseTask', below?.id);
    await change('releaseTask', held?.id);
    await change('executeTask', also?.id);
    await change('executeTask', delayed?.id);
    expect(Object.values(await ended(meshId)).map((task) => task.status)).toEqual(Array(4).fill('COMPLETED'));
    const again = await change('executeTask', held?.id);
    expect(again.id).not.toBe(held?.id);
    expect((await ended(again.meshId)).held).toMatchObject({
      status: 'COMPLETED',
      rerunOf: { id: held?.id },
    });
  });

  it('pause and resume meshes, and change what has not started', async () => {
    const meshId = await submit([
      { key: 'a', work: wait(1), hold: true },
      { key: 'b', dependsOn: [{ task: 'a' }] },
    ]);
    await change('pauseMesh', meshId);
    const { a, b } = await tasksOf(meshId);
    await change('releaseTask', a?.id);
    await until(meshId, { a: 'QUEUED' });
    const update =
      'mutation ($id: ID!, $input: UpdateTaskInput!) { updateTask(id: $id, input: $input) { priority layerPreference } }';
    expect(await ask(update, { id: a?.id, input: { priority: 'CRITICAL' } })).toMatchObject({
      updateTask: { priority: 'CRITICAL' },
    });
    expect(await refusal(update, { id: a?.id, input: { layer: 'QUANTUM_SIM' } })).toBe('INVALID_INPUT');
    await ask('mutation ($s: ID!, $t: ID!) { removeEdge(sourceId: $s, targetId: $t) }', {
      s: a?.id,
      t: b?.id,
    });
    await ask('mutation ($input: AddEdgeInput!) { addEdge(input: $input) { id } }', {
      input: { sourceId: a?.id, targetId: b?.id, type: 'SOFT' },
    });
    const cycle = { input: { sourceId: b?.id, targetId: a?.id } };
    expect(await refusal('mutation ($input: AddEdgeInput!) { addEdge(input: $input) { id } }', cycle)).toBe(
      'CYCLE_DETECTED',
    );
    await change('resumeMesh', meshId);
    expect((await ended(meshId)).b?.status).toBe('COMPLETED');
  });

  it('retry what failed, with all that hangs on it', async () => {
    const marker = join(root, 'retried');
    const meshId = await submit([
      {
        key: 'a',
        work: node(`require('fs').accessSync(${JSON.stringify(marker)})`),
        retryPolicy: { maxAttempts: 1 },
      },
      { key: 'b', work: wait(1), dependsOn: [{ task: 'a' }] },
    ]);
    const { a } = await ended(meshId);
    writeFileSync(marker, '');
    const again = await change('retryTask', a?.id);
    expect(Object.values(await ended(again.meshId)).map((task) => task.status)).toEqual([
      'COMPLETED',
      'COMPLETED',
    ]);
    expect((await tasksOf(meshId)).a?.status, 'history stays').toBe('FAILED');
  });
});

describe('rerunMesh', () => {
  const RERUN =
    'mutation ($id: ID!, $strategy: RerunStrategy!, $from: ID) { rerunMesh(id: $id, strategy: $strategy, fromTaskId: $from) { id parentMeshId rerunStrategy } }';
  const rerun = async (id: string, strategy: string, from?: string) =>
    (await ask<{ rerunMesh: { id: string; parentMeshId: string } }>(RERUN, { id, strategy, from })).rerunMesh;

  it('keeps what completed, with outputs for DATA edges; from a task; or runs all', async () => {
    const fixed = join(root, 'fixed');
    rmSync(fixed, { force: true });
    const meshId = await submit([
      { key: 'source', work: node("console.log('[4,5]')") },
      {
        key: 'sum',
        work: {
          command: {
            argv: [
              process.execPath,
              '-e',
              `require('fs').accessSync(${JSON.stringify(fixed)}); console.log(process.argv[1])`,
              '${inputs.source}',
            ],
          },
        },
        retryPolicy: { maxAttempts: 1 },
        dependsOn: [{ task: 'source', type: 'DATA' }],
      },
      { key: 'end', dependsOn: [{ task: 'sum' }] },
      { key: 'beside', work: wait(1) },
    ]);
    expect((await ended(meshId)).sum?.status).toBe('FAILED');
    writeFileSync(fixed, '');
    const first = await rerun(meshId, 'FROM_FAILURE');
    expect(first.parentMeshId).toBe(meshId);
    const kept = await ended(first.id);
    expect(kept.source).toMatchObject({ status: 'COMPLETED', attempt: 0, output: [4, 5] });
    expect(kept.sum).toMatchObject({ status: 'COMPLETED', attempt: 1, output: [4, 5] });
    expect([kept.end?.status, kept.beside?.attempt]).toEqual(['COMPLETED', 0]);
    expect(await refusal(RERUN, { id: first.id, strategy: 'FROM_FAILURE' })).toBe('CONFLICT');
    const second = await ended((await rerun(first.id, 'FROM_TASK', kept.sum?.id)).id);
    expect(Object.values(second).map((task) => task.attempt)).toEqual([0, 1, 0, 0]);
    expect(second.sum?.output, 'the output of a kept task of a rerun is still there').toEqual([4, 5]);
    const all = await ended((await rerun(first.id, 'ALL')).id);
    expect(Object.values(all).map((task) => task.attempt)).toEqual([1, 1, 0, 1]);
  });

  it('is refused while the mesh runs', async () => {
    const meshId = await submit([{ key: 'a', hold: true }]);
    expect(await refusal(RERUN, { id: meshId, strategy: 'ALL' })).toBe('CONFLICT');
    await change('cancelMesh', meshId);
  });
});
