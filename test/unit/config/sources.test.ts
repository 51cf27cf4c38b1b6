/** Where a configuration comes from: which file, which variables count, and what an empty one means. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config.js';
import { faultsOf, load, loaded, workingDirectory } from './config.fixture.js';

describe('the file', () => {
  it('may be absent where nobody named it', () => {
    expect(load()).toMatchObject({ ok: true, path: undefined });
  });

  it('is the one that --config names, else TASKMESH_CONFIG, else taskmesh.toml', () => {
    const cwd = workingDirectory('server.port = 1001');
    writeFileSync(join(cwd, 'b.toml'), 'server.port = 1002');
    writeFileSync(join(cwd, 'c.toml'), 'server.port = 1003');
    const env = { TASKMESH_CONFIG: 'b.toml' };
    expect(loadConfig({ cwd, env: {} })).toMatchObject({
      path: join(cwd, 'taskmesh.toml'),
      config: { server: { port: 1001 } },
    });
    expect(loadConfig({ cwd, env })).toMatchObject({
      path: join(cwd, 'b.toml'),
      config: { server: { port: 1002 } },
    });
    expect(loadConfig({ cwd, env, file: 'c.toml' })).toMatchObject({ config: { server: { port: 1003 } } });
  });

  it.each([{ file: 'gone.toml' }, { env: { TASKMESH_CONFIG: 'gone.toml' } }])(
    'is a fault where it was named and is missing (%o)',
    (given) => {
      expect(faultsOf(given)).toMatchObject([
        {
          source: 'file',
          where: expect.stringMatching(/gone\.toml$/),
          rule: 'must be readable',
          got: 'ENOENT',
        },
      ]);
    },
  );

  it('is a fault where it cannot be read', () => {
    const cwd = workingDirectory();
    mkdirSync(join(cwd, 'taskmesh.toml'));
    expect(loadConfig({ cwd, env: {} })).toMatchObject({
      ok: false,
      faults: [{ got: 'EISDIR', fix: 'make it readable, or remove it' }],
    });
  });

  it('may begin with a byte order mark and end its lines with CRLF', () => {
    expect(loaded({ toml: '\uFEFF[server]\r\nport = 1234\r\n' }).config.server.port).toBe(1234);
    expect(faultsOf({ toml: '\uFEFF[server]\r\nport = 1234\r\nprot = 1\r\n' })).toMatchObject([{ line: 3 }]);
  });

  it('may be empty', () => {
    expect(load({ toml: '' })).toMatchObject({ ok: true });
  });
});

describe('the environment', () => {
  it('counts an empty variable as not set', () => {
    const env = { TASKMESH_SERVER__PORT: '', TASKMESH_CONFIG: '', TASKMESH_STATE_DIR: '', DATABASE_URL: '' };
    const { config, origins } = loaded({ env });
    expect(config.server.port).toBe(8000);
    expect(origins.get('database.url')).toBe('default');
  });

  it('can empty a list', () => {
    const { config, origins } = loaded({
      toml: '[server]\nallowed_hosts = ["a.b"]',
      env: { TASKMESH_SERVER__ALLOWED_HOSTS: '[]' },
    });
    expect(config.server.allowedHosts).toEqual([]);
    expect(origins.get('server.allowed_hosts')).toBe('environment');
  });

  it.each(['true', 'YES', 'on', '1'])('reads %s as true', (value) => {
    expect(loaded({ env: { TASKMESH_SERVER__INSECURE: value } }).config.server.insecure).toBe(true);
  });

  it.each(['false', 'No', 'off', '0'])('reads %s as false', (value) => {
    expect(loaded({ env: { TASKMESH_GENERAL__DEBUG_MODE: value } }).config.general.debugMode).toBe(false);
  });

  it('takes DATABASE_URL above the file and below TASKMESH_DATABASE__URL', () => {
    const toml = '[database]\nurl = "postgres://file/x"';
    const env = { DATABASE_URL: 'postgres://plain/x' };
    expect(loaded({ toml, env }).config.database.url).toBe('postgres://plain/x');
    expect(
      loaded({ toml, env: { ...env, TASKMESH_DATABASE__URL: 'postgres://ours/x' } }).config.database.url,
    ).toBe('postgres://ours/x');
  });

  it('does not judge a DATABASE_URL that it does not use', () => {
    const env = { DATABASE_URL: 'mysql://other/app', TASKMESH_DATABASE__URL: 'postgres://ours/x' };
    expect(load({ env })).toMatchObject({ ok: true });
    expect(faultsOf({ env: { DATABASE_URL: 'mysql://other/app' } })).toMatchObject([
      { where: 'DATABASE_URL', key: 'database.url' },
    ]);
  });

  it('leaves alone what is not a key of the configuration', () => {
    const server = { TASKMESH_TOKEN: 't', TASKMESH_URL: 'http://127.0.0.1:8000' };
    const children = {
      TASKMESH_OUTPUT: 'o',
      TASKMESH_INPUTS: 'i',
      TASKMESH_ATTEMPT: '1',
      TASKMESH_IDEMPOTENCY_KEY: 'k',
    };
    const kubernetes = {
      TASKMESH_SERVICE_HOST: '10.0.0.1',
      TASKMESH_PORT: 'tcp://10.0.0.1:80',
      TASKMESH_PORT_80_TCP: 'x',
    };
    expect(
      load({ env: { ...server, ...children, ...kubernetes, TASKMESH_TASK_ID: 't', TASKMESH_MESH_ID: 'm' } }),
    ).toMatchObject({ ok: true });
  });
});
