import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EmbeddedPostgres } from '../../src/store/postgres/embedded.js';
import { identify } from '../../src/store/postgres/embedded/process-identity.js';

let home: string;
let stateDir: string;
const servers: EmbeddedPostgres[] = [];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'taskmesh-embedded-'));
  stateDir = join(home, 'state');
  const server = await start();
  await query(server.url, 'CREATE TABLE kept (number INT)');
  await query(server.url, 'INSERT INTO kept VALUES (42)');
  await server.stop();
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

afterAll(() => rm(home, { recursive: true, force: true }));

async function start(directory: string = stateDir): Promise<EmbeddedPostgres> {
  const server = new EmbeddedPostgres({ stateDir: directory });
  servers.push(server);
  await server.start();
  return server;
}

async function query<Row extends pg.QueryResultRow>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

const kept = (url: string): Promise<unknown> => query(url, 'SELECT number FROM kept');

/** Another process that runs the server, as a `taskmesh serve` would. */
async function hold(): Promise<{ child: ChildProcess; postmaster: number }> {
  const script = join(import.meta.dirname, '../support/store/embedded-holder.mjs');
  const child = spawn(process.execPath, [script, stateDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, postmaster: (JSON.parse(line.toString()) as { pid: number }).pid };
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

const isAlive = async (pid: number): Promise<boolean> => (await identify(pid)) !== undefined;

describe('the embedded PostgreSQL', () => {
  it('keeps its data, its password and its port over a restart', async () => {
    const first = await start();
    const { password, port } = new URL(first.url);
    expect(await kept(first.url)).toEqual([{ number: 42 }]);
    await first.stop();
    const second = await start();
    expect(await kept(second.url)).toEqual([{ number: 42 }]);
    expect(new URL(second.url).password).toBe(password);
    expect(new URL(second.url).port).toBe(port);
  });

  it('is PostgreSQL 18, durable, in UTF-8, and listens on the loopback only', async () => {
    const { url } = await start();
    const show = async (name: string): Promise<unknown> =>
      Object.values((await query(url, `SHOW ${name}`))[0] ?? {})[0];
    expect(await show('server_version')).toMatch(/^18\./);
    expect([await show('fsync'), await show('synchronous_commit'), await show('full_page_writes')]).toEqual([
      'on',
      'on',
      'on',
    ]);
    expect([await show('server_encoding'), await show('listen_addresses')]).toEqual(['UTF8', '127.0.0.1']);
    expect(await query(url, `SELECT upper('éa') AS upper, 'Z' < 'a' AS by_code_point`)).toEqual([
      { upper: 'ÉA', by_code_point: true },
    ]);
  });

  it('takes settings of its own from ALTER SYSTEM, and ours beside what initdb found out', async () => {
    const first = await start();
    await query(first.url, `ALTER SYSTEM SET max_connections = '33'`);
    await first.stop();
    const { url } = await start();
    expect(await query(url, 'SHOW max_connections')).toEqual([{ max_connections: '33' }]);
    await query(url, 'ALTER SYSTEM RESET ALL');
    const files = await query<{ file: string }>(
      url,
      'SELECT DISTINCT sourcefile AS file FROM pg_file_settings ORDER BY 1',
    );
    expect(files.map(({ file }) => basename(file))).toEqual(['postgresql.conf', 'taskmesh.conf']);
  });

  it('lets nobody in without the password, and keeps it to its owner', async () => {
    const { url } = await start();
    const without = new URL(url);
    without.password = 'wrong';
    await expect(query(without.href, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
    expect((await stat(join(stateDir, 'postgres', 'password'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(stateDir, 'postgres', 'data'))).mode & 0o777).toBe(0o700);
  });

  it('leaves no process behind when it stops, however often it is told to', async () => {
    const server = await start();
    const pid = server.pid as number;
    await Promise.all([server.stop(), server.stop()]);
    await server.stop();
    expect(await isAlive(pid)).toBe(false);
    expect(server.pid).toBeUndefined();
  });

  it('adds no signal or exit listener to the process', async () => {
    const names = ['SIGTERM', 'SIGINT', 'SIGHUP', 'beforeExit', 'exit', 'uncaughtException'];
    const before = names.map((name) => process.listenerCount(name));
    await start();
    expect(names.map((name) => process.listenerCount(name))).toEqual(before);
  });

  it('refuses a second server on the same state directory by name', async () => {
    const { child } = await hold();
    await expect(start()).rejects.toThrow(
      `Another taskmesh server (process ${child.pid}) runs the embedded PostgreSQL`,
    );
    await kill(child);
  });

  it('starts again after kill -9 of the server, and stops what that left running', async () => {
    const { child, postmaster } = await hold();
    await kill(child);
    expect(await isAlive(postmaster)).toBe(true);
    const server = await start();
    expect(await isAlive(postmaster)).toBe(false);
    expect(await kept(server.url)).toEqual([{ number: 42 }]);
  });

  it('starts again after kill -9 of the server and of PostgreSQL', async () => {
    const { child, postmaster } = await hold();
    process.kill(postmaster, 'SIGKILL');
    await kill(child);
    expect(await kept((await start()).url)).toEqual([{ number: 42 }]);
  });

  it('starts PostgreSQL again when that dies, at the same address, and tells of it', async () => {
    const server = await start();
    const { url, pid } = server;
    const told: string[] = [];
    server.onExit((reason) => told.push(reason));
    const pool = new pg.Pool({ connectionString: url });
    pool.on('error', () => undefined);
    await pool.query('SELECT 1');
    process.kill(pid as number, 'SIGKILL');
    // Backends live on for a moment; only what is told is over.
    await expect.poll(() => told).toEqual(['signal SIGKILL']);
    await expect
      .poll(() => pool.query('SELECT number FROM kept').then(({ rows }) => rows, String), { timeout: 20_000 })
      .toEqual([{ number: 42 }]);
    expect(server.url).toBe(url);
    expect(server.pid).not.toBe(pid);
    await pool.end();
  });

  it('may be stopped while PostgreSQL is being started again', async () => {
    const server = await start();
    process.kill(server.pid as number, 'SIGKILL');
    await expect.poll(() => server.pid).toBeUndefined();
    await server.stop();
    expect(await kept((await start()).url)).toEqual([{ number: 42 }]);
  });

  it('is not misled by a lock file that names a stranger', async () => {
    await writeFile(
      join(stateDir, 'postgres', 'data', 'postmaster.pid'),
      `${process.pid}\n/elsewhere\n1\n1\n\n127.0.0.1\n0 0\nready\n`,
    );
    expect(await kept((await start()).url)).toEqual([{ number: 42 }]);
  });

  it('makes a new password when the file with it was lost', async () => {
    await rm(join(stateDir, 'postgres', 'password'));
    expect(await kept((await start()).url)).toEqual([{ number: 42 }]);
  });

  it('begins anew where an earlier beginning was cut short', async () => {
    const other = join(home, 'cut-short');
    await mkdir(join(other, 'postgres', 'data.unfinished', 'base'), { recursive: true });
    expect(await query((await start(other)).url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('refuses data of another major version and says what to do', async () => {
    const other = join(home, 'older');
    await mkdir(join(other, 'postgres', 'data'), { recursive: true });
    await writeFile(join(other, 'postgres', 'data', 'PG_VERSION'), '17\n');
    await expect(start(other)).rejects.toThrow(
      /was made by PostgreSQL 17, and this taskmesh brings PostgreSQL 18/,
    );
  });

  it('says what PostgreSQL said when it does not start', async () => {
    const server = new EmbeddedPostgres({ stateDir, settings: { shared_buffers: 'plenty' } });
    await expect(server.start()).rejects.toThrow(/invalid value for parameter "shared_buffers"/);
    expect(await kept((await start()).url)).toEqual([{ number: 42 }]);
  });

  it.runIf(process.getuid?.() === 0)('works for root in a directory that nobody else may enter', async () => {
    const closed = join(home, 'closed');
    await mkdir(closed);
    await cp(stateDir, join(closed, 'state'), { recursive: true, preserveTimestamps: true });
    await chmod(closed, 0o700);
    await rm(join(closed, 'state', 'postgres', 'data'), { recursive: true });
    const server = await start(join(closed, 'state'));
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await readFile(`/proc/${server.pid}/status`, 'utf8')).not.toMatch(/^Uid:\s+0/m);
  });
});
