/** What a server tells of its work to others, its traces, holds neither a secret of the work nor the token, however both are shown. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../support/until.js';
import { CANARY, openTarget, type Target } from './running.js';

const SLOWLY = { timeout: 180_000 };

let exported = '';
const receiver = createServer((request, response) => {
  request.on('data', (chunk: Buffer) => (exported += chunk.toString('latin1')));
  request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
});
let target: Target;

beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  target = await openTarget({
    TASKMESH_OBSERVABILITY__TRACING__ENABLED: 'true',
    TASKMESH_OBSERVABILITY__TRACING__ENDPOINT: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/v1/traces`,
    TASKMESH_OBSERVABILITY__TRACING__INTERVAL_SECONDS: '0.1',
  });
}, SLOWLY.timeout);
afterAll(async () => {
  await target?.close();
  receiver.closeAllConnections();
  receiver.close();
}, SLOWLY.timeout);

it(
  'traces of work that shows its secret and of requests that show the token hold neither',
  SLOWLY,
  async () => {
    const script = 'echo "$S"; echo "$S" >&2; exit 4';
    const task = {
      ...{ key: 'shows', name: 'shows', layer: 'LOCAL', retryPolicy: { maxAttempts: 1 } },
      work: { command: { argv: ['/bin/sh', '-c', script], env: { S: '${secret:CANARY}' } } },
    };
    await target.query('mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id } }', {
      input: { name: 'shows', tasks: [task] },
    });
    await target.send(`/tasks?search=${target.token}`);
    await target.query(`{ tasks(filter: { search: "${target.token}" }) { totalCount } }`);
    await until('the attempt and the requests have been told of', () =>
      ['attempt', 'query tasks', 'GET /tasks'].every((name) => exported.includes(name)),
    );
    await until('the end of the attempt has been told of', () => /"code":\s*2/.test(exported));
    for (const secret of [CANARY, Buffer.from(CANARY).toString('base64'), target.token])
      expect(exported.includes(secret), secret).toBe(false);
  },
);
