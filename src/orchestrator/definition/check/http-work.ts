/**
 * The check of `http` work: a request that can be sent as it stands. Called through work-fields.ts. It never resolves
 * the host: which addresses may be reached is configuration, and is decided where the request is made.
 */
import type { HttpWork } from '../../../lifecycle/work.js';
import { compact, dictionary, list, oneOf, record, text, whole } from './checks.js';
import type { ReadOf } from './checks.js';
import type { Check, Inspection } from './inspection.js';
import { json } from './json-value.js';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
const BODY_BYTES_MAX = 256 * 1024;
const RESPONSE_BYTES_MAX = 64 * 1024 * 1024;

/** Framing and routing of the connection are the client's; setting them by hand is how requests are smuggled. */
const reservedHeaders = new Set([
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** RFC 9110, 5.6.2: token. */
const headerName: Check<string> = (value, inspection) => {
  const name = String(value);
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/.test(name) || name === '__proto__') {
    return inspection.fault({
      rule: 'must be a header name (RFC 9110): letters, digits and - without spaces',
      got: name,
    });
  }
  if (!reservedHeaders.has(name.toLowerCase())) return name;
  return inspection.fault({
    rule: 'must not be set by hand',
    fix: 'leave it out; it follows from url and body',
  });
};

/** RFC 9110, 5.5: visible characters, spaces and tabs; a line break would start another header. */
const headerValue: Check<string> = (value, inspection) => {
  if (typeof value !== 'string') return inspection.fault({ rule: 'must be a text', got: value });
  if (value.length > 8192) return inspection.fault({ rule: 'must have at most 8192 characters', got: value });
  if (/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return value;
  return inspection.fault({
    rule: 'must be a header value: no line breaks, control characters or characters beyond Latin-1',
    got: value,
  });
};

const template = /\$\{[^{}]*\}/g;

/** A template stands for text that is not known yet: `1` fits wherever one is of use (port, path, query). */
function parseUrl(url: string): URL | 'unknown' | undefined {
  if (url.startsWith('${')) return 'unknown';
  const filled = url.replace(template, '1');
  return URL.canParse(filled) ? new URL(filled) : undefined;
}

const urlText = text({ max: 8192 });

const url: Check<string> = (value, inspection) => {
  const read = urlText(value, inspection);
  if (read === undefined) return undefined;
  const parsed = parseUrl(read);
  if (parsed === 'unknown') return read;
  if (parsed === undefined || !/^https?:\/\/[^/]/i.test(read)) {
    return inspection.fault({
      rule: 'must be an absolute http or https address',
      got: read,
      fix: 'write http://host/path',
    });
  }
  if (parsed.username === '' && parsed.password === '') return read;
  return inspection.fault({ rule: 'must not hold credentials', fix: 'send them in an Authorization header' });
};

const fields = {
  method: oneOf(METHODS),
  url,
  headers: dictionary(headerName, headerValue, 100),
  body: json(BODY_BYTES_MAX),
  expectedStatuses: list(whole(100, 599), 500, 'statuses'),
  maxResponseBytes: whole(1, RESPONSE_BYTES_MAX, 'bytes'),
};

const http = record({
  noun: 'http work',
  fields,
  required: ['url'],
  elsewhere: { timeout: 'write executionTimeoutMs on the task', retries: 'write retryPolicy on the task' },
});

function checkTogether(read: ReadOf<typeof fields>, inspection: Inspection): void {
  const bodiless = (read.method ?? 'GET') === 'GET' || read.method === 'HEAD';
  if (bodiless && read.body != null) {
    inspection.fault(
      { rule: `must be left out with ${read.method ?? 'GET'}`, fix: 'write method: POST' },
      'body',
    );
  }
  if (read.expectedStatuses?.length === 0) {
    inspection.fault(
      { rule: 'must name a status', got: [], fix: 'leave it out for 200 to 299' },
      'expectedStatuses',
    );
  }
}

export const httpWork: Check<HttpWork> = (value, inspection) => {
  const read = http(value, inspection);
  if (read === undefined) return undefined;
  checkTogether(read, inspection);
  return compact(read) as HttpWork;
};
