/**
 * One request of a chain: what the work asks for, and what a redirect turns it into. Values only, no network.
 * Credentials never follow a redirect to another origin.
 */
import type { HttpWork } from '../../lifecycle/work.js';
import { HttpFailure } from './http-failure.js';

export interface Hop {
  readonly method: string;
  /** Without credentials; those are in the headers. */
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
/** Framing and connection are the client's business; a wrong one would desynchronise the connection. */
const OURS = [
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];
const SECRET = /^(?:authorization|cookie|proxy-authorization)$|token|secret|api-?key|password|signature/;

function parseUrl(text: string, base?: URL): URL {
  let url: URL;
  try {
    url = new URL(text, base);
  } catch {
    throw new HttpFailure('INVALID_URL', `"${text.slice(0, 200)}" is not a URL.`);
  }
  if (url.protocol === 'http:' || url.protocol === 'https:') return url;
  throw new HttpFailure(
    'UNSUPPORTED_SCHEME',
    `Only http and https URLs are requested, not ${url.protocol}//.`,
  );
}

/** `https://user:password@host` means basic authentication; the pair leaves the URL so that it is never printed. */
function takeCredentials(url: URL): string | undefined {
  if (url.username === '' && url.password === '') return undefined;
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = '';
  url.password = '';
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

function lowerCased(headers: HttpWork['headers']): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers ?? {})) {
    const lower = name.toLowerCase();
    if (OURS.includes(lower))
      throw new HttpFailure('INVALID_REQUEST', `The header ${name} cannot be set by a task.`);
    result[lower] = value;
  }
  return result;
}

/** `traceparent`: of the span that the request is part of, where it is traced; the author may name another. */
export function firstHop(work: HttpWork, idempotencyKey: string, traceparent?: string): Hop {
  const method = (work.method ?? 'GET').toUpperCase();
  if (!METHODS.includes(method)) {
    throw new HttpFailure('INVALID_REQUEST', `The method ${method} is none of ${METHODS.join(', ')}.`);
  }
  const url = parseUrl(work.url);
  const authorization = takeCredentials(url);
  const isText = typeof work.body === 'string';
  const body =
    work.body === undefined
      ? undefined
      : Buffer.from(isText ? (work.body as string) : JSON.stringify(work.body));
  const headers = {
    accept: '*/*',
    'user-agent': 'taskmesh',
    'idempotency-key': idempotencyKey,
    ...(traceparent !== undefined && { traceparent }),
    ...(body && { 'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json' }),
    ...(authorization && { authorization }),
    ...lowerCased(work.headers),
  };
  return { method, url, headers, body };
}

export function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

/** The Fetch standard, section 4.4: POST becomes GET on 301 and 302, everything but HEAD on 303. */
export function redirected(hop: Hop, status: number, location: string): Hop {
  const url = parseUrl(location, hop.url);
  // What the other side puts before the @ is not ours to send.
  takeCredentials(url);
  const toGet =
    (status === 303 && hop.method !== 'HEAD') ||
    ((status === 301 || status === 302) && hop.method === 'POST');
  const sameOrigin = url.origin === hop.url.origin;
  const kept = Object.entries(hop.headers).filter(([name]) => {
    if (!sameOrigin && (SECRET.test(name) || name === 'host')) return false;
    return !(toGet && name.startsWith('content-'));
  });
  return {
    method: toGet ? 'GET' : hop.method,
    url,
    headers: Object.fromEntries(kept),
    body: toGet ? undefined : hop.body,
  };
}

/** For logs: no credentials, and the query's values may be secrets too. */
export function printable(url: URL): string {
  return `${url.origin}${url.pathname}${url.search === '' ? '' : '?…'}`;
}
