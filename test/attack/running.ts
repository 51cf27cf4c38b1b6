/**
 * The program under attack: a process of its own with a secret that nobody may see, and what is asked of every answer: no 5xx but
 * the named 503, nothing of the secret, no trace of the code, and a process that lives.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { freshDatabase } from '../support/postgres.js';
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
  close(): Promise<void>;
}

/** What a server takes at most before it says REQUEST_TIMEOUT. The slowest answer is printed: a quiet machine shows 2 s and less. */
const REPLY_MS_MAX = 30_000;

export async function openTarget(env: Record<string, string> = {}): Promise<Target> {
  const dir = mkdtempSync(join(tmpdir(), 'taskmesh-attack-'));
  const database = await freshDatabase();
  const server = await serveProcess(dir, {
    DATABASE_URL: database.url,
    MESH_SECRET_CANARY: CANARY,
    TASKMESH_OBSERVABILITY__LOGS__LEVEL: 'info',
    TASKMESH_SERVER__OVERLOAD_LAG_MS: '60000',
    ...env,
  });
  let slowest = { ms: 0, what: '' };
  const send: Target['send'] = async (path, { asGuest = false, headers, ...init } = {}) => {
    const beganAt = performance.now();
    const response = await fetch(server.url + path, {
      ...init,
      headers: { ...(asGuest ? {} : { authorization: `Bearer ${server.token}` }), ...(headers as object) },
    });
    const text = await response.text();
    const ms = performance.now() - beganAt;
    const what = `${init.method ?? 'GET'} ${path} ${String(init.body).slice(0, 500)}`;
    if (ms > slowest.ms) slowest = { ms, what };
    judge({ status: response.status, text, ms }, what, server);
    return { status: response.status, text };
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
    isAlive: async () => (await fetch(`${server.url}/health/live`)).ok,
    close: async () => {
      await server.stop();
      await database.drop();
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function judge(
  { status, text, ms }: { status: number; text: string; ms: number },
  what: string,
  server: ServerProcess,
): void {
  if (status >= 500) expect(`${status} ${text}`, what).toMatch(/^503 .*(UNAVAILABLE|REQUEST_TIMEOUT)/s);
  expect(text.includes('INTERNAL_SERVER_ERROR'), `${what}: ${text}`).toBe(false);
  expect(text.includes(CANARY) || text.includes(server.token), `the secret in the answer to ${what}`).toBe(
    false,
  );
  expect(/\n\s+at .*\.[jt]s:\d+/.test(text), `a stack in the answer to ${what}`).toBe(false);
  expect(ms, what).toBeLessThan(REPLY_MS_MAX);
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
