/** Requests as values: what the work becomes, what a redirect makes of it, what is printed. */
import { describe, expect, it } from 'vitest';
import type { HttpWork } from '../../../src/lifecycle/work.js';
import { firstHop, printable, redirected } from '../../../src/work/http/hop.js';

const hopOf = (work: Partial<HttpWork>) => firstHop({ url: 'https://a.example/x', ...work }, 'task:1');

function codeOf(work: Partial<HttpWork>): string {
  try {
    hopOf(work);
    return 'fine';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('the first request', () => {
  it('is a GET with the idempotency key', () => {
    const hop = hopOf({});
    expect(hop).toMatchObject({ method: 'GET', body: undefined });
    expect(hop.headers).toMatchObject({ 'idempotency-key': 'task:1', 'user-agent': 'taskmesh' });
    expect(hop.headers).not.toHaveProperty('content-type');
  });

  it('sends JSON as JSON and text as text, unless a header says otherwise', () => {
    expect(hopOf({ method: 'post', body: { a: 1 } })).toMatchObject({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: Buffer.from('{"a":1}'),
    });
    expect(hopOf({ body: null }).body?.toString()).toBe('null');
    expect(hopOf({ body: 'a=1' }).headers['content-type']).toBe('text/plain; charset=utf-8');
    const form = hopOf({ body: 'a=1', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
    expect(form.headers['content-type']).toBe('application/x-www-form-urlencoded');
  });

  it('turns credentials in the url into a header', () => {
    const hop = hopOf({ url: 'https://user:p%40ss@a.example/x' });
    expect(hop.headers['authorization']).toBe(`Basic ${Buffer.from('user:p@ss').toString('base64')}`);
    expect(hop.url.href).toBe('https://a.example/x');
  });

  it.each([
    [{ url: 'nonsense' }, 'INVALID_URL'],
    [{ url: 'http://' }, 'INVALID_URL'],
    [{ url: 'file:///etc/passwd' }, 'UNSUPPORTED_SCHEME'],
    [{ url: 'ftp://a.example/' }, 'UNSUPPORTED_SCHEME'],
    [{ url: 'data:text/plain,x' }, 'UNSUPPORTED_SCHEME'],
    [{ url: 'unix:/var/run/docker.sock' }, 'UNSUPPORTED_SCHEME'],
    [{ method: 'CONNECT' }, 'INVALID_REQUEST'],
    [{ method: 'GET / HTTP/1.1\r\nX:' }, 'INVALID_REQUEST'],
    [{ headers: { 'Transfer-Encoding': 'chunked' } }, 'INVALID_REQUEST'],
    [{ headers: { 'content-length': '5' } }, 'INVALID_REQUEST'],
    [{ headers: { Connection: 'upgrade' } }, 'INVALID_REQUEST'],
    [{ headers: { 'X-Fine': '1' } }, 'fine'],
  ])('%j: %s', (work, code) => {
    expect(codeOf(work)).toBe(code);
  });
});

describe('a redirect', () => {
  const post = hopOf({
    method: 'POST',
    body: { a: 1 },
    headers: { Authorization: 'Bearer x', Cookie: 'c=1', 'X-Api-Key': 'k', 'X-Trace': 't', Host: 'other' },
  });

  it.each([
    [301, 'GET'],
    [302, 'GET'],
    [303, 'GET'],
    [307, 'POST'],
    [308, 'POST'],
  ])('%i makes of a POST a %s', (status, method) => {
    const hop = redirected(post, status, '/y');
    expect(hop.method).toBe(method);
    expect(hop.body === undefined).toBe(method === 'GET');
    expect('content-type' in hop.headers).toBe(method === 'POST');
  });

  it('303 keeps HEAD, 301 keeps PUT', () => {
    expect(redirected(hopOf({ method: 'HEAD' }), 303, '/y').method).toBe('HEAD');
    expect(redirected(hopOf({ method: 'PUT' }), 301, '/y').method).toBe('PUT');
  });

  it('within the origin keeps credentials', () => {
    expect(redirected(post, 307, '/y').headers).toMatchObject({
      authorization: 'Bearer x',
      cookie: 'c=1',
      'x-api-key': 'k',
    });
  });

  it.each(['https://b.example/', 'https://a.example:444/', 'http://a.example/', '//b.example/x'])(
    'to %s loses credentials and keeps the rest',
    (location) => {
      const { headers } = redirected(post, 307, location);
      expect(Object.keys(headers).toSorted()).toEqual([
        'accept',
        'content-type',
        'idempotency-key',
        'user-agent',
        'x-trace',
      ]);
    },
  );

  it('does not take credentials from the location', () => {
    const hop = redirected(hopOf({}), 302, 'https://user:pass@a.example/y');
    expect(hop.headers).not.toHaveProperty('authorization');
    expect(hop.url.href).toBe('https://a.example/y');
  });

  it.each(['file:///etc/passwd', 'gopher://a.example/', 'javascript:alert(1)'])(
    'to %s is refused',
    (location) => {
      expect(() => redirected(hopOf({}), 302, location)).toThrow('Only http and https');
    },
  );
});

it('what is printed of a url has no credentials and no query values', () => {
  expect(printable(new URL('https://a.example/path?token=secret#frag'))).toBe('https://a.example/path?…');
});
