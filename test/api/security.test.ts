/** Who may come in: host, origin, token, body, upgrade, token file, and what the pages load. */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { request, type RequestOptions } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { isLoopbackAddress } from '../../src/api/viewer.js';
import { ensureToken, readToken, tokenPath } from '../../src/security/token-file.js';
import { type RunningApi, startApi, TOKEN } from './graphql-server.js';

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

interface Reply {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
}

/** `fetch` may not set Host; this may. */
function ask(
  headers: Record<string, string>,
  { body, ...options }: RequestOptions & { body?: string } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request({
      host: '127.0.0.1',
      port: api.port,
      path: '/graphql?query=%7Bhealth%7Bready%7D%7D',
      headers: { 'apollo-require-preflight': '1', ...headers },
      ...options,
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    });
    sent.end(body);
  });
}

const code = ({ text }: Reply): string =>
  (JSON.parse(text) as { errors: { extensions: { code: string } }[] }).errors[0]?.extensions.code ?? '';

describe('the host', () => {
  it.each([
    'localhost',
    'localhost:8000',
    'LOCALHOST',
    '127.0.0.1:9',
    '127.8.8.8',
    '[::1]:8000',
    'mesh.example',
    'mesh.example:80',
  ])('%s is served', async (host) => {
    expect((await ask({ host })).status).toBe(200);
  });

  it.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '0.0.0.0',
    'a@localhost',
    '[::2]',
    'local host',
  ])('%s is not', async (host) => {
    const reply = await ask({ host });
    expect([reply.status, code(reply)]).toEqual([421, 'HOST_NOT_ALLOWED']);
    expect(reply.text).toContain('allowed_hosts');
  });
});

describe('the origin', () => {
  it.each(['http://localhost:5173', 'https://127.0.0.1', 'http://[::1]:1', 'https://app.example'])(
    '%s may call, and read the answer',
    async (origin) => {
      const reply = await ask({ origin });
      expect(reply.status).toBe(200);
      expect(reply.headers['access-control-allow-origin']).toBe(origin);
      expect(reply.headers.vary).toContain('Origin');
    },
  );

  it.each([
    'https://evil.example',
    'null',
    'file://',
    'http://localhost.evil.example',
    'https://app.example.evil.example',
    'http://app.example',
    '',
  ])('"%s" may not', async (origin) => {
    const reply = await ask({ origin });
    expect([reply.status, code(reply)]).toEqual([403, 'ORIGIN_NOT_ALLOWED']);
    expect(reply.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('is answered before the request when the browser asks first', async () => {
    const reply = await ask(
      { origin: 'http://localhost:5173', 'access-control-request-method': 'POST' },
      { method: 'OPTIONS' },
    );
    expect(reply.status).toBe(204);
    expect(reply.headers['access-control-allow-headers']).toContain('authorization');
  });
});

describe('the token', () => {
  it.each([
    'Bearer wrong',
    `Bearer ${TOKEN}x`,
    `Bearer ${TOKEN.slice(1)}`,
    `Basic ${TOKEN}`,
    TOKEN,
    'Bearer',
    `Bearer ${TOKEN} ${TOKEN}`,
  ])('"%s" is refused', async (authorization) => {
    const reply = await ask({ authorization });
    expect([reply.status, code(reply)]).toEqual([401, 'UNAUTHENTICATED']);
    expect(reply.headers['www-authenticate']).toContain('Bearer');
    expect(reply.text).not.toContain(TOKEN);
  });

  it('is needed from another machine', () => {
    expect(
      ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', undefined].map(isLoopbackAddress),
    ).not.toContain(false);
    expect(['10.0.0.1', '::ffff:10.0.0.1', '::2', '128.0.0.1', 'x'].map(isLoopbackAddress)).not.toContain(
      true,
    );
  });
});

describe('an upgrade', () => {
  const upgrade = (headers: Record<string, string>, path = '/graphql'): Promise<number> => {
    return new Promise((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${api.port}${path}`, 'graphql-transport-ws', { headers });
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
      socket.on('error', () => undefined);
      socket.on('open', () => {
        socket.close();
        resolve(101);
      });
    });
  };

  it('passes the same rules', async () => {
    expect(await upgrade({})).toBe(101);
    expect(await upgrade({ origin: 'http://localhost:8000' })).toBe(101);
    expect(await upgrade({ origin: 'https://evil.example' })).toBe(403);
    expect(await upgrade({ host: 'evil.example' })).toBe(421);
    expect(await upgrade({}, '/elsewhere')).toBe(404);
  });
});

describe('the pages', () => {
  it.each(['/', '/graphiql'])('%s loads nothing from elsewhere', async (path) => {
    const { status, headers, text } = await ask({}, { path });
    expect(status).toBe(200);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).not.toMatch(/https?:/);
    expect(text).not.toMatch(/<(script|link|img|iframe)[^>]+(src|href)="(https?:)?\/\//);
  });

  it('/graphql shows the Sandbox to browsers', async () => {
    const { status, text } = await ask({ accept: 'text/html' }, { path: '/graphql' });
    expect(status).toBe(200);
    expect(text).toContain('embeddable-sandbox');
  });
});

describe('a connection', () => {
  it('that sends its headers too slowly is ended', async () => {
    const slow = await startApi({ requestTimeoutMs: 500 });
    const text = await new Promise<string>((resolve) => {
      const socket = connect(slow.port, '127.0.0.1', () =>
        socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n'),
      );
      let read = '';
      socket.on('data', (part) => (read += String(part)));
      socket.on('close', () => resolve(read));
    });
    expect(text).toContain('408');
    await slow.close();
  });

  it('finds a taken port named, with what to do', async () => {
    await expect(startApi({ port: api.port })).rejects.toThrow(
      `port ${api.port} on 127.0.0.1 is taken by another program; stop it, or choose a port with --port`,
    );
  });
});

describe('the token file', () => {
  let dir = '';
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'taskmesh-token-'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  it('is made once, for its owner only, by whoever comes first', async () => {
    const stateDir = join(dir, 'new', 'state');
    const tokens = await Promise.all(Array.from({ length: 8 }, () => ensureToken(stateDir)));
    expect(new Set(tokens).size).toBe(1);
    expect(Buffer.from(tokens[0] as string, 'base64url')).toHaveLength(32);
    expect((await stat(tokenPath(stateDir))).mode & 0o777).toBe(0o600);
    expect(await readToken(stateDir)).toBe(tokens[0]);
    expect((await readFile(tokenPath(stateDir), 'utf8')).trim()).toBe(tokens[0]);
  });

  it('is closed to others again, and what is no token is not taken for one', async () => {
    expect(await readToken(dir)).toBeUndefined();
    await writeFile(tokenPath(dir), 'short\n', { mode: 0o644 });
    await expect(ensureToken(dir)).rejects.toThrow('does not hold a token');
    await writeFile(tokenPath(dir), `${TOKEN}\n`);
    expect(await ensureToken(dir)).toBe(TOKEN);
    expect((await stat(tokenPath(dir))).mode & 0o777).toBe(0o600);
  });
});
