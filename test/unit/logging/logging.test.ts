/** What a line of the log looks like, and what never stands in it. */
import { describe, expect, it } from 'vitest';
import type { Logger } from 'pino';
import type { Config } from '../../../src/config.js';
import { createLogger, maskText } from '../../../src/logging.js';

interface Wish {
  readonly level?: Config['observability']['logs']['level'];
  readonly format?: 'json' | 'pretty';
  readonly debugMode?: boolean;
  readonly quiet?: boolean;
}

function logger({ level = 'info', format = 'json', debugMode = false, quiet = false }: Wish = {}): {
  log: Logger;
  lines: string[];
} {
  const lines: string[] = [];
  const general = { instanceName: 'orchestrator-core', environment: 'test', debugMode };
  const metrics = { enabled: false, port: 0, collectionInterval: 60, retentionDays: 7 };
  const tracing = { enabled: false, endpoint: '', headers: [], sampleRatio: 1, intervalSeconds: 5 };
  const config = { general, observability: { metrics, tracing, logs: { level, format } } };
  return { log: createLogger(config, quiet, { write: (line) => void lines.push(line) }), lines };
}

describe('the log', () => {
  it('is JSON with level, time, instance and the ids of request, mesh and task', () => {
    const { log, lines } = logger();
    log.child({ requestId: 'r' }).info({ meshId: 'm', taskId: 't' }, 'started');
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      instance: 'orchestrator-core',
      environment: 'test',
      pid: process.pid,
      requestId: 'r',
      meshId: 'm',
      taskId: 't',
      msg: 'started',
    });
  });

  it('keeps silent below its level', () => {
    const { log, lines } = logger({ level: 'warn' });
    log.info('not this');
    log.warn('this');
    expect(lines).toHaveLength(1);
  });

  it('of a guest says only what is wrong', () => {
    const { log, lines } = logger({ level: 'debug', quiet: true });
    log.warn('not this');
    log.error('this');
    expect(lines).toHaveLength(1);
  });

  it('has stacks in debug mode only', () => {
    const without = logger();
    without.log.error({ err: new Error('broken') }, 'oh');
    expect(JSON.parse(without.lines[0] ?? '').err).toEqual({ type: 'Error', message: 'broken' });
    const withStacks = logger({ debugMode: true });
    withStacks.log.error({ err: new Error('broken') }, 'oh');
    expect(JSON.parse(withStacks.lines[0] ?? '').err.stack).toContain('logging.test.ts');
  });

  it.each([
    { token: 's3cret' },
    { headers: { authorization: 'Bearer s3cret' } },
    { request: { headers: { cookie: 's3cret' } } },
    { work: { env: { KEY: 's3cret' } } },
    { database: { password: 's3cret' } },
    { note: 'Authorization: Bearer s3cret' },
    { url: '/graphql?token=s3cret&a=1' },
    { err: new Error('connect postgres://me:s3cret@db:5432/x failed') },
  ])('masks the secret in %o', (fields) => {
    for (const format of ['json', 'pretty'] as const) {
      const { log, lines } = logger({ format, debugMode: true });
      log.info(fields, 'careful');
      expect(lines.join('')).toContain('***');
      expect(lines.join('')).not.toContain('s3cret');
    }
  });

  it('leaves ordinary addresses alone', () => {
    const text = 'listening on http://127.0.0.1:8000/graphql and http://[::1]:8000, mail a@b.example';
    expect(maskText(text)).toBe(text);
  });

  it('can be read by people', () => {
    const { log, lines } = logger({ format: 'pretty' });
    log.warn({ taskId: 't', ms: 12, err: new Error('broken') }, 'retrying');
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} WARN {2}retrying {2}taskId=t ms=12\n {2}broken\n$/);
  });
});
