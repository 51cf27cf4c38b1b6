/** The edges of the REST door: bodies that are no JSON, methods and paths that are no routes, and the documentation. */
import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { serve, type Served, TASK_ID, taskRow } from './rest-server.js';

const open: Served[] = [];
afterEach(async () => {
  for (const { fastify } of open.splice(0)) await fastify.close();
});

async function served(): Promise<string> {
  const server = await serve({ createTask: () => taskRow(), executeTask: () => taskRow() });
  open.push(server);
  return server.url;
}

async function post(
  url: string,
  body: string | Buffer<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<{ status: number; message: string; code: string }> {
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });
  const { error } = (await response.json()) as { error: { message: string; code: string } };
  return { status: response.status, message: error.message, code: error.code };
}

describe('a body', () => {
  it.each([
    ['{"name": "a"', 400, /not JSON/],
    ["{'name': 1}", 400, /not JSON/],
    ['{"name": "a",}', 400, /not JSON/],
    [Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), 400, /not valid UTF-8/],
    ['[]', 422, /body must be an object, got \[\]/],
    ['"a"', 422, /body must be an object/],
    ['null', 422, /body is required/],
    ['', 422, /body is required/],
    ['{"name":"a","metadata":{"__proto__":{"x":1}}}', 422, /metadata\.__proto__ must not be named __proto__/],
    ['{"__proto__":{"x":1}}', 422, /__proto__/],
    [`{"name":"a","metadata":{"a":${'['.repeat(100)}${']'.repeat(100)}}}`, 422, /nested deeper than/],
    [`{"name":"a","metadata":{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`, 422, /nested deeper than/],
    ['{"name":"a\\u0000b"}', 422, /name contains the NUL character/],
    ['{"name":"\\ud800"}', 422, /name contains half of a surrogate pair/],
    [`{"name":"${'a'.repeat(256 * 1024)}"}`, 413, /larger than this server accepts/],
  ])('%.40s is refused', async (body, status, message) => {
    expect(await post(`${await served()}/tasks`, body)).toMatchObject({
      status,
      message: expect.stringMatching(message),
    });
  });

  it.each([
    [{ 'content-type': 'text/plain' }, /Content-Type: application\/json/],
    [{ 'content-type': 'application/x-www-form-urlencoded' }, /Content-Type: application\/json/],
    [{ 'content-type': 'application/json; charset=latin1' }, /charset latin1 is not supported; send UTF-8/],
    [{ 'content-encoding': 'gzip' }, /send the body uncompressed/],
  ])('sent with %o is refused with 415', async (headers, message) => {
    const answer = await post(
      `${await served()}/tasks`,
      '{"name":"a"}',
      headers as unknown as Record<string, string>,
    );
    expect(answer).toMatchObject({
      status: 415,
      code: 'UNSUPPORTED_MEDIA_TYPE',
      message: expect.stringMatching(message),
    });
  });

  it('may have a byte order mark and name its charset', async () => {
    const body = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from('{"name":"a"}')]);
    const headers = { 'content-type': 'application/json; charset=UTF-8' };
    expect((await fetch(`${await served()}/tasks`, { method: 'POST', body, headers })).status).toBe(201);
  });

  it('is not needed where there is nothing to say, empty JSON included', async () => {
    const url = `${await served()}/tasks/${TASK_ID}/execute`;
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(url, { method: 'POST' })).status).toBe(200);
    expect((await fetch(url, { method: 'POST', headers })).status).toBe(200);
    expect((await fetch(url, { method: 'POST', headers, body: '{}' })).status).toBe(200);
    expect(await post(url, '{"force":true}')).toMatchObject({
      status: 422,
      message: 'body must be empty: this route takes none',
    });
  });
});

describe('an address', () => {
  it.each([
    ['PATCH', `/tasks/${TASK_ID}`, 'GET, HEAD, PUT, DELETE, OPTIONS'],
    ['DELETE', '/tasks', 'POST, GET, HEAD, OPTIONS'],
    ['GET', `/tasks/${TASK_ID}/execute`, 'POST, OPTIONS'],
    ['POST', '/metrics', 'GET, HEAD, OPTIONS'],
    ['PUT', '/health/ready', 'GET, HEAD, OPTIONS'],
  ])('%s %s is 405 and says what is allowed', async (method, path, allow) => {
    const response = await fetch(`${await served()}${path}`, { method });
    const allowed = response.headers.get('allow')?.split(', ').sort();
    expect([response.status, allowed]).toEqual([405, allow.split(', ').sort()]);
    expect(await response.json()).toMatchObject({
      error: { code: 'METHOD_NOT_ALLOWED', message: expect.stringContaining('; use ') },
    });
  });

  it.each([
    ['GET', '/task', 'GET /tasks'],
    ['POST', '/taks', 'POST /tasks'],
    ['POST', `/tasks/${TASK_ID}/exectue`, 'POST /tasks/{id}/execute'],
    ['GET', '/healthz', 'GET /health'],
    ['GET', '/metrics/prometeus', 'GET /metrics/prometheus'],
    ['GET', '/tasks/', 'GET /tasks'],
  ])('%s %s is 404 and names the route that is near', async (method, path, near) => {
    const response = await fetch(`${await served()}${path}`, { method });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      error: { code: 'NOT_FOUND', message: expect.stringContaining(near) },
    });
  });

  it('that is far from all says where the list is', async () => {
    const response = await fetch(`${await served()}/wp-admin/login.php`);
    expect(await response.json()).toMatchObject({
      error: { message: expect.stringContaining('/openapi.json') },
    });
  });

  it('answers OPTIONS and HEAD', async () => {
    const url = await served();
    const options = await fetch(`${url}/tasks`, { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'POST, GET, HEAD, OPTIONS']);
    expect((await fetch(`${url}/health/live`, { method: 'HEAD' })).status).toBe(200);
  });
});

describe('the documentation', () => {
  it('is served as OpenAPI and as a page that needs no other host', async () => {
    const url = await served();
    expect(await (await fetch(`${url}/openapi.json`)).json()).toMatchObject({ openapi: '3.1.0' });
    const page = await fetch(`${url}/docs/`);
    expect(page.status).toBe(200);
    const html = await page.text();
    const parts = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(
      ([, part]) => new URL(String(part), `${url}/docs/`),
    );
    expect(parts.length).toBeGreaterThan(3);
    for (const part of parts) {
      expect(part.origin).toBe(url);
      expect((await fetch(part)).status).toBe(200);
    }
    const script = await (await fetch(`${url}/docs/static/swagger-initializer.js`)).text();
    expect(script).toContain('validatorUrl: null');
    expect(await (await fetch(`${url}/docs/json`)).json()).toMatchObject({ openapi: '3.1.0' });
  });

  it('forbids the page to load from elsewhere or to be framed', async () => {
    const csp = (await fetch(`${await served()}/docs/`)).headers.get('content-security-policy') ?? '';
    expect(csp).toContain("default-src 'none'");
    expect(csp).toContain("frame-ancestors 'none'");
    expect(csp).not.toMatch(/https?:|\*/);
  });

  it('is found at /docs without the slash', async () => {
    expect((await fetch(`${await served()}/docs`)).status).toBe(200);
  });

  it('leaves requests with hostile headers to the refusals of every route', async () => {
    const url = new URL(await served());
    const status = await new Promise((resolve) => {
      request({ port: url.port, path: '/tasks?a=%zz', headers: { accept: 'text/html' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end();
    });
    expect(status).toBe(422);
  });
});
