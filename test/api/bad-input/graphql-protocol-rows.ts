/** Requests that are wrong before they are operations: methods, types, encodings, bodies, sizes. */
import type { BadRequest } from './graphql-table.js';

const json = { 'content-type': 'application/json' };
const preflight = { 'apollo-require-preflight': '1' };
const HEALTH = '{"query":"{ health { ready } }"}';
const SIZES = { body: 256 * 1024, submission: 16 * 1024 * 1024 };

interface Wrong {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | (() => string | Buffer);
}

function row(
  name: string,
  [status, code]: readonly [number, string],
  says: RegExp,
  { method = 'POST', path = '/graphql', headers = json, body }: Wrong,
): BadRequest {
  const make = typeof body === 'function' || body === undefined ? body : () => body;
  return { name, method, path, headers, ...(make ? { body: make } : {}), status, code, says };
}

const asked = (query: string): string => `/graphql?query=${encodeURIComponent(query)}`;
const bad = [400, 'BAD_REQUEST'] as const;
const unsupported = [415, 'UNSUPPORTED_MEDIA_TYPE'] as const;

/** An operation of exactly this many bytes. */
function sized(bytes: number, query: string): string {
  const empty = JSON.stringify({ query, variables: { x: '' } });
  return JSON.stringify({ query, variables: { x: 'x'.repeat(bytes - empty.length) } });
}

export const protocolRows: readonly BadRequest[] = [
  row('an empty body', bad, /the body is empty; send \{ "query": "\.\.\." \}/, { body: '' }),
  row('half a JSON', bad, /the body is not JSON: /, { body: '{"query":' }),
  row('a JSON null', bad, /POST body missing/, { body: 'null' }),
  row('a JSON text', bad, /POST body missing/, { body: '"{ health { ready } }"' }),
  row('a JSON number', bad, /POST body missing/, { body: '5' }),
  row('an empty object', bad, /POST body missing|JSON object has no keys/, { body: '{}' }),
  row('a batch', bad, /batching disabled/, { body: `[${HEALTH}]` }),
  row('no query', bad, /non-empty `query`/, { body: '{"variables":{}}' }),
  row('an empty query', bad, /non-empty `query`/, { body: '{"query":""}' }),
  row('a query that is a number', bad, /GraphQL queries must be strings/, { body: '{"query":5}' }),
  row('a query that is a document', bad, /GraphQL queries must be strings/, {
    body: '{"query":{"kind":"Document","definitions":[]}}',
  }),
  row('variables that are a text', bad, /`variables` in a POST body should be provided as an object/, {
    body: '{"query":"{ health { ready } }","variables":"{}"}',
  }),
  row('variables that are a list', bad, /`variables` in a POST body must be an object/, {
    body: '{"query":"{ health { ready } }","variables":[]}',
  }),
  row('an operation name that is a number', bad, /`operationName` in a POST body must be a string/, {
    body: '{"query":"{ health { ready } }","operationName":5}',
  }),
  row(
    'an operation name that does not exist',
    [400, 'OPERATION_RESOLUTION_FAILURE'],
    /no operation is called "b"; the document has a/,
    { body: '{"query":"query a { health { ready } }","operationName":"b"}' },
  ),
  row('extensions that are a text', bad, /`extensions` in a POST body/, {
    body: '{"query":"{ health { ready } }","extensions":"{}"}',
  }),
  row('a persisted query', [200, 'PERSISTED_QUERY_NOT_SUPPORTED'], /PersistedQueryNotSupported/, {
    body: '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"00"}}}',
  }),
  row('__proto__ in the body', bad, /has a key __proto__ or constructor.prototype; choose another name/, {
    body: '{"query":"{ health { ready } }","__proto__":{"a":1}}',
  }),
  row('__proto__ in a variable', bad, /has a key __proto__ or constructor.prototype; choose another name/, {
    body: '{"query":"{ health { ready } }","variables":{"a":{"__proto__":1}}}',
  }),
  row(
    'constructor.prototype in a variable',
    bad,
    /has a key __proto__ or constructor.prototype; choose another name/,
    {
      body: '{"query":"{ health { ready } }","variables":{"constructor":{"prototype":1}}}',
    },
  ),
  row('broken UTF-8', bad, /not valid UTF-8; encode it as UTF-8/, {
    body: Buffer.from('{"query":"{ health { ready } } # \xff"}', 'latin1'),
  }),
  row('half a UTF-8 character', bad, /not valid UTF-8/, {
    body: Buffer.concat([Buffer.from('{"query":"'), Buffer.from([0xe2, 0x82]), Buffer.from('"}')]),
  }),
  row('a form', unsupported, /Content-Type: application\/json/, {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'query=%7Bhealth%7Bready%7D%7D',
  }),
  row('plain text', unsupported, /Content-Type: application\/json/, {
    headers: { 'content-type': 'text/plain' },
    body: HEALTH,
  }),
  row('a multipart form', unsupported, /Content-Type: application\/json/, {
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
    body: '--x--',
  }),
  row('a content type that is none', unsupported, /Content-Type: application\/json/, {
    headers: { 'content-type': 'json' },
    body: HEALTH,
  }),
  row('another character set', unsupported, /must be UTF-8/, {
    headers: { 'content-type': 'application/json; charset=latin1' },
    body: HEALTH,
  }),
  row('a compressed body', unsupported, /without Content-Encoding/, {
    headers: { ...json, 'content-encoding': 'gzip' },
    body: HEALTH,
  }),
  row('a GET without protection against forged requests', bad, /Cross-Site Request Forgery/, {
    method: 'GET',
    path: asked('{ health { ready } }'),
    headers: {},
  }),
  row(
    'a GET that changes something',
    [405, 'BAD_REQUEST'],
    /GET requests only support query operations, not mutation/,
    { method: 'GET', path: asked('mutation { cancelTask(id: "x") { id } }'), headers: preflight },
  ),
  row('a GET without a query', bad, /non-empty `query`/, {
    method: 'GET',
    headers: { ...preflight, accept: 'application/json' },
  }),
  row('a GET with two queries', bad, /may only be specified once/, {
    method: 'GET',
    path: `${asked('{ health { ready } }')}&query=x`,
    headers: preflight,
  }),
  row('a GET with variables that are no JSON', bad, /variables search parameter contains invalid JSON/, {
    method: 'GET',
    path: `${asked('{ health { ready } }')}&variables=x`,
    headers: preflight,
  }),
  row('a PUT', [405, 'METHOD_NOT_ALLOWED'], /send operations with POST/, { method: 'PUT', body: HEALTH }),
  row('a DELETE', [405, 'METHOD_NOT_ALLOWED'], /send operations with POST/, {
    method: 'DELETE',
    headers: {},
  }),
  row('an answer nobody can give', [406, 'BAD_REQUEST'], /does not accept application\/json/, {
    headers: { ...json, accept: 'image/png' },
    body: HEALTH,
  }),
  row('a subscription over HTTP', bad, /needs a WebSocket/, {
    body: '{"query":"subscription { metricsSampled { at } }"}',
  }),
  row(
    'one byte too many for an operation',
    [413, 'PAYLOAD_TOO_LARGE'],
    /at most 262144 are read for an operation that submits no mesh \(\[server\] body_max\)/,
    { body: () => sized(SIZES.body + 1, '{ health { ready } }') },
  ),
  row('one byte too many for a submission', [413, 'PAYLOAD_TOO_LARGE'], /larger than any submission may be/, {
    body: () =>
      sized(SIZES.submission + 1, 'mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id } }'),
  }),
  row('a wrong token', [401, 'UNAUTHENTICATED'], /not the token of this server; it lies in the file token/, {
    headers: { ...json, authorization: 'Bearer x' },
    body: HEALTH,
  }),
  row('another scheme than Bearer', [401, 'UNAUTHENTICATED'], /must be: Bearer <token>/, {
    headers: { ...json, authorization: 'Basic eDp5' },
    body: HEALTH,
  }),
  row('a foreign origin', [403, 'ORIGIN_NOT_ALLOWED'], /add it to \[server\] allowed_origins/, {
    headers: { ...json, origin: 'https://evil.example' },
    body: HEALTH,
  }),
  row('a foreign host', [421, 'HOST_NOT_ALLOWED'], /add it to \[server\] allowed_hosts/, {
    headers: { ...json, host: 'evil.example' },
    body: HEALTH,
  }),
];
