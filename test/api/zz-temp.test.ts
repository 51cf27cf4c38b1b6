import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pino } from 'pino';
import { createServer } from '../../src/api/server.js';
import { SchemaDoor } from '../../src/api/graphql/graphql-door.js';
import { buildApiSchema } from '../../src/api/graphql/build-schema.js';
import { DEFAULT_LIMITS } from '../../src/api/limits.js';
import { RefusedError } from '../../src/lifecycle/refusal.js';
import { SystemClock } from '../../src/kit/clock.js';
import { registerRest, answerNoRoute } from '../../src/api/rest/register-rest.js';
import { registerDocs } from '../../src/api/rest/docs.js';
import { sendRow } from './bad-input/rest-send.js';
import { REST_TABLE } from './bad-input/rest-table.js';

const nf = () => { throw new RefusedError({ code: 'NOT_FOUND', message: 'there is no such thing nobody-made-this' }); };
let url = ''; let server: any;
beforeAll(async () => {
  const log = pino({ level: 'error' });
  const reads: any = new Proxy({}, { get: (_, name) => async () => name === 'lastEventSeq' ? 9 : name === 'tasks' || name==='events' ? { nodes: [], cursors: [], hasNextPage: false } : [] });
  const commands: any = new Proxy({}, { get: () => async () => nf() });
  const clock = new SystemClock();
  const metrics: any = { contentType: 'text/plain', text: async () => '', snapshot: async () => ({}) };
  const health: any = { report: async () => ({ status: 'ok', ready: true, checks: [] }) };
  const schema = await buildApiSchema({ commands, reads, layers: [], clock, metrics, health, status: {} as any, taskDefaults: { maxAttempts: 3, executionTimeoutMs: 1000 } } as any);
  const door = new SchemaDoor({ schema, reads, limits: DEFAULT_LIMITS, subscriptionsMax: 10, log } as any);
  server = await createServer({ host: '127.0.0.1', port: 0, instanceName: 'x', schema, door, token: 't'.repeat(64), allowed: { hosts: [], origins: [] }, body: { bodyMaxBytes: 256 * 1024, submissionMaxBytes: 16e6 }, requestTimeoutMs: 30000, socketsMax: 10, log: log as any,
    mount: async (f) => { await registerRest(f, { door, schema, health, metrics, bodyMax: 256 * 1024, viewerOf: (r) => r.viewer }); await registerDocs(f, { schema, version: '0' }); }, notFound: answerNoRoute });
  ({ url } = await server.listen());
});
afterAll(() => server.close(1000));
describe('rows', () => {
  it.each(REST_TABLE.map((row) => [`${row.method} ${row.says}`, row] as const))('%s', async (_, row) => {
    const answer = await sendRow(url, 't'.repeat(64), row);
    expect(answer.status, answer.lines.join('\n')).toBe(row.status);
    expect(answer.lines.some((line) => row.message.test(line)), answer.lines.join('\n')).toBe(true);
  });
});
