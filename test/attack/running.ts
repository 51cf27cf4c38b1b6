/**
 * The program under attack: a process of its own with a secret that nobody may see, and what is asked of every answer: no 5xx but
 * the named 503, nothing of the secret, no trace of the code, and a process that lives.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { expect } from 'vitest';
import { freshDatabase } from '../support/postgres.js';
import { until } from '../support/until.js';
import { serveProcess, type ServerProcess } from '../support/server-process.js';

export const CANARY = 'canary-7f3a9c51d2e84b60';

export interface Target extends ServerProcess {
  /** Its time, and what was asked. */
  readonly slowest: () => string;
  /** As the owner; throws what is wrong with the answer. */
  send(
    path: string,
    init?: RequestInit & { readonly asGuest?: boolean },
  ): Promise<{ status: number; text: string }>;
  query(query: string, variables?: object): Promise<{ status: number; text: string }>;
  isAlive(): Promise<boolean>;
  /** All that it has written by now: its log, the files of its state directory, and every row of its database, as text. */
  traces(): Promise<ReadonlyMap<string, string>>;
  close(): Promise<void>;
}

/**
 * Of a reply. On a busy machine all take long, so one that took longer is asked for again with nothing beside it, and what counts
 * is what it costs: processor time of the server and of its sessions in the database. The slowest answer is printed.
 */
const REPLY_MS_MAX = 2_000;

export async function openTarget(env: Record<string, string> = {}): Promise<Target> {
  const dir = mkdtempSync(join(tmpdir(), 'taskmesh-attack-'));
  const database = await freshDatabase();
  const server = await serveProcess(dir, {
    SERVER_LOGS: dir,
    DATABASE_URL: database.url,
    MESH_SECRET_CANARY: CANARY,
    TASKMESH_OBSERVABILITY__LOGS__LEVEL: 'info',
    TASKMESH_SERVER__OVERLOAD_LAG_MS: '60000',
    ...env,
  });
  const cost = await meterOf(database.url, server.pid);
  let slowest = { ms: 0, what: '' };
  let inFlight = 0;
  let alone = Promise.resolve();
  const send: Target['send'] = async (path, { asGuest = false, headers, ...init } = {}) => {
    const request = { ...init, headers: { ...(asGuest ? {} : ownerOf(server)), ...(headers as object) } };
    const ask = async (): Promise<{ status: number; text: string }> => {
      inFlight++;
      const response = await fetch(server.url + path, request).finally(() => inFlight--);
      return { status: response.status, text: await response.text() };
    };
    await alone;
    const beganAt = performance.now();
    const { status, text } = await ask();
    const ms = performance.now() - beganAt;
    const what = `${init.method ?? 'GET'} ${path} ${String(init.body).slice(0, 500)}`;
    if (ms > slowest.ms) slowest = { ms, what };
    judge({ status, text, path }, what, server);
    if (ms > REPLY_MS_MAX) {
      alone = alone.then(async () => {
        await until('nothing else is asked', () => inFlight === 0);
        expect(await cost.of(ask), what).toBeLessThan(REPLY_MS_MAX);
      });
      await alone;
    }
    return { status, text };
  };
  return {
    ...server,
    send,
    slowest: () => `${Math.round(slowest.ms)} ms: ${slowest.what}`,
    query: (query, variables = {}) =>
      send('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      }),
    traces: async () => new Map([...filesOf(dir, [join(dir, 'token')]), ...(await cost.rows())]),
    isAlive: async () => (await fetch(`${server.url}/health/live`)).ok,
    close: async () => {
      await cost.close();
      await server.stop();
      await database.drop();
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function judge(
  { status, text, path }: { status: number; text: string; path: string },
  what: string,
  server: ServerProcess,
): void {
  // it says what is wrong, and that is its answer
  const isHealth = status === 503 && path === '/health';
  if (status >= 500 && !isHealth)
    expect(`${status} ${text}`, what).toMatch(/^503 .*(UNAVAILABLE|REQUEST_TIMEOUT)/s);
  expect(text.includes('INTERNAL_SERVER_ERROR'), `${what}: ${text}`).toBe(false);
  expect(text.includes(CANARY) || text.includes(server.token), `the secret in the answer to ${what}`).toBe(
    false,
  );
  expect(/\n\s+at .*\.[jt]s:\d+/.test(text), `a stack in the answer to ${what}`).toBe(false);
}

function filesOf(dir: string, but: readonly string[]): [string, string][] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((name) => join(dir, name))
    .filter((path) => !but.includes(path) && statSync(path).isFile())
    .map((path) => [path, readFileSync(path, 'utf8')]);
}

function ownerOf({ token }: ServerProcess): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

/** Of processes of this machine, in ms. One that has ended counts as nothing. */
function cpuMs(pids: readonly number[]): number {
  let ticks = 0;
  for (const pid of pids) {
    const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : '';
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    ticks += Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  }
  return ticks * 10;
}

async function meterOf(databaseUrl: string, server: number) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const pids = async (): Promise<number[]> => {
    const { rows } = await client.query<{ pid: number }>(
      'SELECT pid FROM pg_stat_activity WHERE datname = current_database()',
    );
    return [server, ...rows.map(({ pid }) => pid)];
  };
  return {
    of: async (act: () => Promise<unknown>): Promise<number> => {
      const all = await pids();
      const before = cpuMs(all);
      await act();
      return cpuMs(all) - before;
    },
    rows: async (): Promise<[string, string][]> => {
      const { rows: tables } = await client.query<{ name: string }>(
        `SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables
         WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
      );
      const texts: [string, string][] = [];
      for (const { name } of tables) {
        const { rows } = await client.query<{ text: string }>(
          `SELECT coalesce(string_agg(t::text, E'\\n'), '') AS text FROM ${name} AS t`,
        );
        texts.push([name, rows[0]?.text ?? '']);
      }
      return texts;
    },
    close: () => client.end(),
  };
}

/** Runs all, so many at once. */
export async function each<T>(
  items: readonly T[],
  act: (item: T, index: number) => Promise<void>,
  atOnce = 8,
): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      try {
        await act(items[index] as T, index);
      } catch (error) {
        next = items.length;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}
