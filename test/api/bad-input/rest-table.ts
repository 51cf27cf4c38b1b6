/**
 * Bad input to the REST door, as a table: what is sent, the status it gets, and words that name the place and the fix.
 * Run by ../rest-bad-input.test.ts against the complete server; every row must change nothing.
 */

export interface RestRow {
  readonly says: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON; text and bytes as they are. */
  readonly body?: unknown;
  readonly status: number;
  /** Of `error.message`, or of one of `error.faults` as `field message`. */
  readonly message: RegExp;
}

export const NOBODY = '0192f0c1-2a3b-7c4d-8e5f-001122334455';
const CAP = 256 * 1024;

function create(says: string, body: object, message: RegExp, status = 422): RestRow {
  return { says, method: 'POST', path: '/tasks', body, status, message };
}

function work(says: string, given: unknown, message: RegExp): RestRow {
  return create(says, { name: 'a', work: given }, message);
}

function raw(says: string, body: string | Uint8Array, status: number, message: RegExp): RestRow {
  return { says, method: 'POST', path: '/tasks', body, status, message };
}

function get(says: string, path: string, message: RegExp, status = 422): RestRow {
  return { says, method: 'GET', path, status, message };
}

/** As text: a value this deep could not be written by JSON.stringify. */
function nested(levels: number): string {
  return `{"name":"a","metadata":{"a":${'['.repeat(levels)}${']'.repeat(levels)}}}`;
}

const bodies: readonly RestRow[] = [
  raw('nothing', '', 422, /^body is required/),
  raw('text that is no JSON', 'name=a', 400, /body is not JSON/),
  raw('JSON that ends too early', '{"name":"a"', 400, /body is not JSON/),
  raw('JSON with a comma too many', '{"name":"a",}', 400, /body is not JSON/),
  raw('JSON with a comment', '{"name":"a"} // b', 400, /body is not JSON/),
  raw('NaN', '{"name":"a","queue_timeout_ms":NaN}', 400, /body is not JSON/),
  raw(
    'broken UTF-8',
    Uint8Array.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]),
    400,
    /not valid UTF-8; encode/,
  ),
  raw('UTF-16', new Uint8Array(Buffer.from('\ufeff{"name":"a"}', 'utf16le')), 400, /not valid UTF-8/),
  raw('a list', '[{"name":"a"}]', 422, /^body must be an object/),
  raw('a text', '"a"', 422, /^body must be an object/),
  raw('a number', '7', 422, /^body must be an object/),
  raw('null', 'null', 422, /^body is required/),
  raw(
    '__proto__ as a field',
    '{"name":"a","__proto__":{"trusted":true}}',
    422,
    /__proto__.*must not be named __proto__/,
  ),
  raw(
    '__proto__ deep inside',
    '{"name":"a","metadata":{"x":[{"__proto__":1}]}}',
    422,
    /metadata\.x\[0\]\.__proto__ must not/,
  ),
  raw(
    'constructor.prototype',
    '{"name":"a","constructor":{"prototype":{}}}',
    422,
    /^constructor is not known/,
  ),
  raw(
    'one byte over the cap',
    `{"name":"${'a'.repeat(CAP - 10)}"}`,
    413,
    /larger than this server accepts; send less/,
  ),
  {
    ...raw('a form', 'name=a', 415, /Content-Type: application\/json/),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  },
  {
    ...raw('plain text', '{"name":"a"}', 415, /Content-Type: application\/json/),
    headers: { 'content-type': 'text/plain' },
  },
  {
    ...raw('no media type', '{"name":"a"}', 415, /Content-Type: application\/json/),
    headers: { 'content-type': ';;' },
  },
  {
    ...raw('another charset', '{"name":"a"}', 415, /charset utf-16 is not supported; send UTF-8/),
    headers: { 'content-type': 'application/json; charset=utf-16' },
  },
  {
    ...raw('a compressed body', '{"name":"a"}', 415, /send the body uncompressed/),
    headers: { 'content-encoding': 'gzip' },
  },
];

const fields: readonly RestRow[] = [
  create('no name', {}, /^name is required/),
  create('a name that is null', { name: null }, /^name is required/),
  create('a name that is a number', { name: 7 }, /^name must be a text, got 7/),
  create('an empty name', { name: '' }, /^name must have 1 to 512 characters/),
  create('a blank name', { name: '  ' }, /^name must not be blank/),
  create('a name of 513 characters', { name: 'a'.repeat(513) }, /^name must have 1 to 512 characters/),
  create('a name with NUL', { name: 'a\0b' }, /^name contains the NUL character.*remove it/),
  create('a name with half a surrogate pair', { name: 'a\ud800' }, /^name contains half of a surrogate pair/),
  create(
    'a name with a control character',
    { name: 'a\u001b[31m' },
    /^name must be without control characters/,
  ),
  create(
    'a name that turns the reading direction',
    { name: 'a\u202Eb' },
    /^name must be without control characters/,
  ),
  create(
    'a misspelt field',
    { name: 'a', priorty: 'high' },
    /^priorty is not known; did you mean "priority"\?/,
  ),
  create(
    'a field in camelCase',
    { name: 'a', taskType: 'large' },
    /^taskType is not known; did you mean "task_type"\?/,
  ),
  create('a field far from all', { name: 'a', zzzzzzzz: 1 }, /^zzzzzzzz is not known; known: /),
  create(
    'a misspelt priority',
    { name: 'a', priority: 'hihg' },
    /^priority must be one.*did you mean "high"\?/,
  ),
  create('a priority that is a number', { name: 'a', priority: 3 }, /^priority must be one.*got 3; known: /),
  create(
    'a type that does not exist',
    { name: 'a', task_type: 'gigantic' },
    /^task_type must be one.*(known|did you mean)/,
  ),
  create(
    'a layer that does not exist',
    { name: 'a', layer: 'quantum' },
    /^layer must be one.*(known|did you mean)/,
  ),
  create('tags that are a text', { name: 'a', tags: 'etl' }, /^tags must be a list, got "etl"/),
  create('a tag that is a number', { name: 'a', tags: ['a', 7] }, /^tags\[1\] must be a text, got 7/),
  create('a tag that is null', { name: 'a', tags: [null] }, /^tags\[0\] is required/),
  create(
    '51 tags',
    { name: 'a', tags: Array.from({ length: 51 }, (_, n) => `t${n}`) },
    /^tags must have at most 50 tags/,
  ),
  create(
    'a tag of 129 characters',
    { name: 'a', tags: ['t'.repeat(129)] },
    /^tags\[0\] must have 1 to 128 characters/,
  ),
  create('metadata that is a list', { name: 'a', metadata: [] }, /^metadata must be an object/),
  create('metadata of 65 KB', { name: 'a', metadata: { a: 'x'.repeat(65 * 1024) } }, /^metadata must/),
  raw('metadata 65 levels deep', nested(65), 422, /^metadata.*nested deeper than 64 levels; flatten it/),
  raw('metadata 100,000 levels deep', nested(100_000), 422, /^metadata.*nested deeper than 64 levels/),
  create('a key with a space at its end', { name: 'a', key: '\n' }, /^key must/),
  create('hold as a text', { name: 'a', hold: 'true' }, /^hold must be true or false, got "true"/),
  create(
    'a time without its offset',
    { name: 'a', start_after: '2030-01-31T08:00:00' },
    /^start_after must be a time with its offset/,
  ),
  create('30 February', { name: 'a', start_after: '2030-02-30T08:00:00Z' }, /^start_after must be/),
  create('a time that is a number', { name: 'a', start_after: 1_900_000_000 }, /^start_after must be a time/),
  create(
    'a negative timeout',
    { name: 'a', execution_timeout_ms: -1 },
    /^execution_timeout_ms must be a whole number of milliseconds from 1/,
  ),
  create(
    'a timeout of zero',
    { name: 'a', queue_timeout_ms: 0 },
    /^queue_timeout_ms must be a whole number of milliseconds from 1/,
  ),
  create(
    'a fraction of a millisecond',
    { name: 'a', heartbeat_timeout_ms: 1.5 },
    /^heartbeat_timeout_ms must be a whole number/,
  ),
  create(
    'a timeout beyond 53 bits',
    { name: 'a', execution_timeout_ms: 1e300 },
    /^execution_timeout_ms must be a whole number/,
  ),
  create('a mesh id that is none', { name: 'a', mesh_id: 'default' }, /^mesh_id must be a UUID/),
  create('a mesh that does not exist', { name: 'a', mesh_id: NOBODY }, /./, 404),
  create('a number as idempotency key', { name: 'a', idempotency_key: 7 }, /^idempotency_key must be a text/),
];

const policies: readonly RestRow[] = [
  create(
    'no attempts',
    { name: 'a', retry_policy: { max_attempts: 0 } },
    /^retry_policy\.max_attempts must be a whole number from 1 to 1000/,
  ),
  create(
    'a million attempts',
    { name: 'a', retry_policy: { max_attempts: 1_000_000 } },
    /^retry_policy\.max_attempts must be.*from 1 to 1000/,
  ),
  create(
    'attempts beyond 32 bits',
    { name: 'a', retry_policy: { max_attempts: 2 ** 31 } },
    /^retry_policy\.max_attempts must be a whole number/,
  ),
  create(
    'attempts in words',
    { name: 'a', retry_policy: { max_attempts: 'three' } },
    /^retry_policy\.max_attempts must be a whole number/,
  ),
  create(
    'a misspelt part',
    { name: 'a', retry_policy: { max_atempts: 3 } },
    /^retry_policy\.max_atempts.*did you mean "max_attempts"\?/,
  ),
  create(
    'a policy that is a number',
    { name: 'a', retry_policy: 3 },
    /^retry_policy must be an object, got 3/,
  ),
  create(
    'a shrinking back-off',
    { name: 'a', retry_policy: { backoff_coefficient: 0.5 } },
    /^retry_policy\.backoff_coefficient must be a number from 1 to 100/,
  ),
  create(
    'an interval above its maximum',
    { name: 'a', retry_policy: { initial_interval_ms: 10, max_interval_ms: 5 } },
    /initial_interval_ms must be at most max_interval_ms/,
  ),
  create(
    'concurrency without a key',
    { name: 'a', concurrency: { limit: 1 } },
    /^concurrency\.key is required/,
  ),
  create(
    'a limit of zero',
    { name: 'a', concurrency: { key: 'k', limit: 0 } },
    /^concurrency\.limit must be a whole number from 1/,
  ),
  create(
    'a misspelt strategy',
    { name: 'a', concurrency: { key: 'k', strategy: 'cancel_newst' } },
    /^concurrency\.strategy.*did you mean "cancel_newest"\?/,
  ),
  create(
    'a weight of zero',
    { name: 'a', fairness: { key: 'k', weight: 0 } },
    /^fairness\.weight must be a number above 0/,
  ),
  create(
    'a dependency that is a text',
    { name: 'a', depends_on: ['b'] },
    /^depends_on\[0\] must be an object, got "b"/,
  ),
  create(
    'a dependency without a task',
    { name: 'a', depends_on: [{ type: 'hard' }] },
    /^depends_on\[0\]\.task is required/,
  ),
  create(
    'a dependency of no type',
    { name: 'a', depends_on: [{ task: 'b', type: 'hrad' }] },
    /^depends_on\[0\]\.type.*did you mean "hard"\?/,
  ),
  create(
    'a negative weight',
    { name: 'a', depends_on: [{ task: 'b', weight: -1 }] },
    /^depends_on\[0\]\.weight must/,
  ),
  create(
    'a dependency that nobody made',
    { name: 'a', depends_on: [{ task: 'nobody-made-this' }] },
    /no task "nobody-made-this" in mesh/,
    404,
  ),
];

const works: readonly RestRow[] = [
  work('no kind of work', {}, /^work must have exactly one of command, http, module, circuit, wait/),
  work(
    'two kinds of work',
    { wait: { duration_ms: 1 }, module: { path: 'a.mjs' } },
    /^work must have exactly one of/,
  ),
  work(
    'a kind that does not exist',
    { comand: { argv: ['ls'] } },
    /^work\.comand is not known; did you mean "command"\?/,
  ),
  work('a command line', { command: { argv: 'rm -rf /' } }, /^work\.command\.argv must be a list/),
  work('an empty command', { command: { argv: [] } }, /^work\.command\.argv must name a program/),
  work(
    'a shell with two parts',
    { command: { argv: ['a', 'b'], shell: true } },
    /^work\.command\.argv must have exactly one element/,
  ),
  work(
    'a variable that is no name',
    { command: { argv: ['a'], env: { 'A B': '1' } } },
    /^work\.command\.env.*must be a variable name/,
  ),
  work(
    'a variable that is a number',
    { command: { argv: ['a'], env: { A: 1 } } },
    /^work\.command\.env\.A must be a text/,
  ),
  work(
    'a file address',
    { http: { url: 'file:///etc/passwd' } },
    /^work\.http\.url must be an absolute http or https address.*write http/,
  ),
  work('an address without scheme', { http: { url: 'example.org' } }, /^work\.http\.url must be an absolute/),
  work(
    'credentials in an address',
    { http: { url: 'http://a:b@example.org/' } },
    /^work\.http\.url must not hold credentials; send them/,
  ),
  work(
    'a header with a line break',
    { http: { url: 'http://example.org/', headers: { 'X-A': 'b\r\nX-C: d' } } },
    /^work\.http\.headers\.X-A must be a header value/,
  ),
  work(
    'a header of the connection',
    { http: { url: 'http://example.org/', headers: { Host: 'b' } } },
    /^work\.http\.headers\.Host must not be set by hand; leave it out/,
  ),
  work(
    'a status that is none',
    { http: { url: 'http://example.org/', expected_statuses: [99] } },
    /^work\.http\.expected_statuses\[0\] must be/,
  ),
  work(
    'a body with GET',
    { http: { url: 'http://example.org/', body: {} } },
    /^work\.http\.body must be left out with GET; write method: POST/,
  ),
  work(
    'a path out of the root',
    { module: { path: '../../etc/passwd.mjs' } },
    /^work\.module\.path must not lead out of the module root/,
  ),
  work(
    'an absolute path',
    { module: { path: '/etc/a.mjs' } },
    /^work\.module\.path must be relative to the module root/,
  ),
  work(
    'an escaped path',
    { module: { path: 'a/%2e%2e/b.mjs' } },
    /^work\.module\.path must be written plainly/,
  ),
  work(
    'a module from an address',
    { module: { path: 'data:text/javascript,1' } },
    /^work\.module\.path must be a path/,
  ),
  work(
    'a negative wait',
    { wait: { duration_ms: -5 } },
    /^work\.wait\.duration_ms must be a whole number of milliseconds from 0/,
  ),
  work(
    'a wait of two years',
    { wait: { duration_ms: 2 * 366 * 86_400_000 } },
    /^work\.wait\.duration_ms must be/,
  ),
  work('a wait without a time', { wait: {} }, /^work\.wait\.duration_ms is required/),
];

const queries: readonly RestRow[] = [
  get('a misspelt parameter', '/tasks?staus=queued', /^staus is not a parameter.*did you mean "status"\?/),
  get(
    'a misspelt status',
    '/tasks?status=queued,runing',
    /^status\[1\] must be one.*did you mean "running"\?/,
  ),
  get('an empty status', '/tasks?status=', /^status\[0\] must be one/),
  get('a limit in words', '/tasks?limit=ten', /^limit must be a whole number/),
  get('a page of zero', '/tasks?limit=0', /^limit must be from 1 to 100, got 0/),
  get('a limit of 101', '/tasks?limit=101', /^limit must be from 1 to 100, got 101; page on/),
  get('a negative limit', '/tasks?limit=-1', /^limit must be from 1 to 100/),
  get('a limit twice', '/tasks?limit=1&limit=2', /^limit is given more than once/),
  get('a limit in two ways', '/tasks?limit=1&first=2', /^first is given in two ways/),
  get('a cursor that is none', '/tasks?after=abc', /after/),
  get('an empty cursor', '/tasks?after=', /^after must be the end_cursor/),
  get('a mesh that is no id', '/tasks?mesh_id=1', /^mesh_id must be a UUID/),
  get('an order of nothing', '/tasks?order=asc', /^order_by is required beside order/),
  get('an order by what cannot order', '/tasks?order_by=colour', /^order_by must be one/),
  get(
    'a time that is none',
    '/tasks?created_after=yesterday',
    /^created_after must be a time with its offset/,
  ),
  get(
    'an interval that ends before it starts',
    '/tasks?created_after=2030-01-02T00:00:00Z&created_before=2030-01-01T00:00:00Z',
    /^created_before must not be before/,
  ),
  get(
    'a search of 257 characters',
    `/tasks?search=${'a'.repeat(257)}`,
    /^search must have 1 to 256 characters/,
  ),
  get('NUL in a search', '/tasks?search=a%00b', /^search contains the NUL character/),
  get('__proto__ as a parameter', '/tasks?__proto__=1', /^__proto__ is not a parameter/),
];

const addresses: readonly RestRow[] = [
  get('an id that is none', '/tasks/1', /^id must be a UUID such as/),
  get('an id with too much behind it', `/tasks/${NOBODY}0`, /^id must be a UUID/),
  get('a path escape as id', '/tasks/..%2f..%2fetc%2fpasswd', /^id must be a UUID|no route/),
  get('a task that does not exist', `/tasks/${NOBODY}`, /there is nothing at \/tasks\//, 404),
  get('a misspelt route', '/taks', /no route GET \/taks.*GET \/tasks/, 404),
  get('a route of another product', '/api/v1/dags', /no route.*openapi\.json/, 404),
  get('a malformed escape in the path', '/tasks/%zz', /malformed/, 400),
  get('events of a task that does not exist', `/tasks/${NOBODY}/events`, /./, 404),
  get(
    'events from a cursor that is none',
    `/tasks/${NOBODY}/events?after=soon`,
    /^after must be a whole number/,
  ),
  {
    ...get(
      'events after an id that is none',
      `/tasks/${NOBODY}/events`,
      /^last-event-id must be a whole number/,
    ),
    headers: { 'last-event-id': 'x' },
  },
  {
    says: 'a method that the list has not',
    method: 'DELETE',
    path: '/tasks',
    status: 405,
    message: /use .*POST/,
  },
  {
    says: 'PATCH',
    method: 'PATCH',
    path: `/tasks/${NOBODY}`,
    body: {},
    status: 405,
    message: /PATCH is not possible.*PUT/,
  },
  {
    says: 'GET to execute',
    method: 'GET',
    path: `/tasks/${NOBODY}/execute`,
    status: 405,
    message: /use POST/,
  },
  {
    says: 'executing what does not exist',
    method: 'POST',
    path: `/tasks/${NOBODY}/execute`,
    status: 404,
    message: /./,
  },
  {
    says: 'cancelling what does not exist',
    method: 'POST',
    path: `/tasks/${NOBODY}/cancel`,
    status: 404,
    message: /./,
  },
  {
    says: 'deleting what does not exist',
    method: 'DELETE',
    path: `/tasks/${NOBODY}`,
    status: 404,
    message: /./,
  },
  {
    says: 'a body where none is read',
    method: 'POST',
    path: `/tasks/${NOBODY}/execute`,
    body: { force: true },
    status: 422,
    message: /^body must be empty/,
  },
  {
    says: 'changing what does not exist',
    method: 'PUT',
    path: `/tasks/${NOBODY}`,
    body: { priority: 'low' },
    status: 404,
    message: /./,
  },
  {
    says: 'changing the id',
    method: 'PUT',
    path: `/tasks/${NOBODY}`,
    body: { id: 'x' },
    status: 422,
    message: /^id is not known/,
  },
  {
    says: 'changing the status',
    method: 'PUT',
    path: `/tasks/${NOBODY}`,
    body: { status: 'completed' },
    status: 422,
    message: /^status is not known/,
  },
  {
    says: 'changing the key',
    method: 'PUT',
    path: `/tasks/${NOBODY}`,
    body: { key: 'x' },
    status: 422,
    message: /^key is not known/,
  },
  {
    ...create('an idempotency key of 257 characters', { name: 'a' }, /^idempotency-key|^idempotency_key/),
    headers: { 'idempotency-key': 'k'.repeat(257) },
  },
  { ...get('a host of somebody else', '/tasks', /host/i, 421), headers: { host: 'evil.example' } },
  {
    ...get('an origin of somebody else', '/tasks', /origin/i, 403),
    headers: { origin: 'http://evil.example' },
  },
  { ...get('a wrong token', '/tasks', /token/, 401), headers: { authorization: 'Bearer wrong' } },
  {
    ...get('an authorization that is no token', '/tasks', /Bearer <token>/, 401),
    headers: { authorization: 'Basic YTpi' },
  },
];

export const REST_TABLE: readonly RestRow[] = [
  ...bodies,
  ...fields,
  ...policies,
  ...works,
  ...queries,
  ...addresses,
];
