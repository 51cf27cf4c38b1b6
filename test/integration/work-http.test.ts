/** HTTP work against real servers: requests, responses, redirects, limits, failures, stopping. */
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SystemClock } from '../../src/kit/clock.js';
import type { HttpWork } from '../../src/lifecycle/work.js';
import { HttpExecutor, type HttpOptions } from '../../src/work/http/http-executor.js';
import { cert, key } from '../support/work/certificate.js';
import {
  abortable,
  attemptOf,
  codeOf,
  messageOf,
  neverAborted,
  outputOf,
  RecordingSink,
} from '../support/work/fixtures.js';
import { httpServer, rawServer, type TestServer, tlsServer } from '../support/work/http-server.js';

const KB = 1_024;
const MB = 1_048_576;
const opened: HttpExecutor[] = [];
let server: TestServer;

function executorOf(options: Partial<HttpOptions> = {}): HttpExecutor {
  const limits = { responseBytesMax: MB, outputBytesMax: 4 * MB, logBytesMax: MB };
  const executor = new HttpExecutor(
    { allowPrivate: ['127.0.0.1'], ...limits, ...options },
    new SystemClock(),
  );
  opened.push(executor);
  return executor;
}

async function run(
  work: HttpWork,
  executor = executorOf(),
  sink = new RecordingSink(),
  signal = neverAborted,
) {
  return executor.execute(attemptOf({ http: work }), signal, sink);
}

const at = (path: string): string => `${server.url}${path}`;

beforeAll(async () => {
  server = await httpServer((response, { path, method, headers, body }) => {
    const [, route, argument = ''] = path.split('/');
    switch (route) {
      case 'echo':
        return void response
          .setHeader('content-type', 'application/json')
          .end(JSON.stringify({ method, headers, body }));
      case 'status':
        return void response
          .writeHead(Number(argument), { 'content-type': 'text/plain' })
          .end(`status ${argument}`);
      case 'bytes':
        return void response.end('x'.repeat(Number(argument)));
      case 'stream':
        response.write('x'.repeat(Number(argument) - 1));
        return void response.end('x');
      case 'redirect':
        return void response
          .writeHead(302, { location: Number(argument) > 1 ? `/redirect/${Number(argument) - 1}` : '/echo' })
          .end();
      case 'to':
        return void response.writeHead(302, { location: decodeURIComponent(argument) }).end();
      case 'gzip':
        return void response
          .setHeader('content-encoding', 'gzip')
          .end(gzipSync('z'.repeat(Number(argument))));
      case 'br':
        return void response
          .setHeader('content-encoding', 'br')
          .end(brotliCompressSync('z'.repeat(Number(argument))));
      case 'coding':
        return void response.setHeader('content-encoding', argument).end('not really');
      case 'type':
        return void response
          .setHeader('content-type', decodeURIComponent(argument))
          .end(Buffer.from([0x7b, 0xe9, 0x7d]));
      case 'hang':
        return;
      case 'cut':
        response.writeHead(200, { 'content-length': '100' });
        response.write('half');
        return void setImmediate(() => response.destroy());
      default:
        return void response.writeHead(404).end('nothing here');
    }
  });
});

afterAll(async () => {
  await Promise.all(opened.map((executor) => executor.close()));
});

describe('a request', () => {
  it('sends method, headers, JSON body and the idempotency key, and hands on status, headers and parsed body', async () => {
    const attempt = attemptOf({
      http: { method: 'PUT', url: at('/echo'), headers: { 'X-One': '1' }, body: { a: ['é'] } },
    });
    const output = outputOf(await executorOf().execute(attempt, neverAborted, new RecordingSink()));
    expect(output).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: {
        method: 'PUT',
        body: '{"a":["é"]}',
        headers: {
          'x-one': '1',
          'content-type': 'application/json',
          'idempotency-key': `${attempt.taskId}:1`,
          host: `127.0.0.1:${server.port}`,
        },
      },
    });
  });

  it('keeps its connection for the next one', async () => {
    const executor = executorOf();
    const before = server.connections();
    for (let i = 0; i < 5; i++) await run({ url: at('/echo') }, executor);
    expect(server.connections() - before).toBe(1);
  });

  it('is logged without headers, credentials or query values', async () => {
    const sink = new RecordingSink();
    const url = at('/echo/?token=hidden').replace('//', '//user:hidden@');
    await run({ url, headers: { Authorization: 'hidden' } }, executorOf(), sink);
    expect(sink.texts('LOG')).toEqual([
      `GET ${at('/echo/?…')}`,
      expect.stringMatching(/^status 200, \d+ bytes in \d+ ms$/),
    ]);
    expect(JSON.stringify(sink.lines)).not.toContain('hidden');
  });

  it.each([
    [{ 'bad name': 'x' }, 'INVALID_REQUEST'],
    [{ x: 'a\r\nInjected: 1' }, 'INVALID_REQUEST'],
    [{ x: '😀' }, 'INVALID_REQUEST'],
  ])('with the headers %j fails as %s', async (headers, code) => {
    expect(codeOf(await run({ url: at('/echo'), headers }))).toBe(code);
  });
});

describe('a response', () => {
  it('with an unexpected status fails with the status and the beginning of the body', async () => {
    const outcome = await run({ url: at('/status/503') });
    expect(codeOf(outcome)).toBe('HTTP_503');
    expect(messageOf(outcome)).toContain('status 503');
  });

  it.each([
    [204, undefined, 'COMPLETED'],
    [299, undefined, 'COMPLETED'],
    [404, [404, 410], 'COMPLETED'],
    [302, [302], 'COMPLETED'],
    [200, [201], 'HTTP_200'],
    [302, undefined, 'HTTP_302'],
    [304, undefined, 'HTTP_304'],
  ])('with status %i, expecting %j, is %s', async (status, expectedStatuses, code) => {
    expect(codeOf(await run({ url: at(`/status/${status}`), expectedStatuses }))).toBe(code);
  });

  it('may be exactly as large as allowed and not a byte larger, announced or streamed', async () => {
    for (const route of ['bytes', 'stream']) {
      expect(codeOf(await run({ url: at(`/${route}/${MB}`) }))).toBe('COMPLETED');
      expect(codeOf(await run({ url: at(`/${route}/${MB + 1}`) }))).toBe('RESPONSE_TOO_LARGE');
      expect(codeOf(await run({ url: at(`/${route}/${KB}`), maxResponseBytes: KB }))).toBe('COMPLETED');
      expect(codeOf(await run({ url: at(`/${route}/${KB + 1}`), maxResponseBytes: KB }))).toBe(
        'RESPONSE_TOO_LARGE',
      );
      expect(codeOf(await run({ url: at(`/${route}/${MB + 1}`), maxResponseBytes: 9 * MB }))).toBe(
        'RESPONSE_TOO_LARGE',
      );
    }
  });

  it('is decompressed, and its limit counts what comes out', async () => {
    expect(outputOf(await run({ url: at(`/gzip/${KB}`) }))).toMatchObject({ body: 'z'.repeat(KB) });
    expect(outputOf(await run({ url: at(`/br/${KB}`) }))).toMatchObject({ body: 'z'.repeat(KB) });
    expect(codeOf(await run({ url: at(`/gzip/${200 * MB}`) }))).toBe('RESPONSE_TOO_LARGE');
    expect(codeOf(await run({ url: at('/coding/gzip') }))).toBe('INVALID_RESPONSE');
    expect(codeOf(await run({ url: at('/coding/zstd') }))).toBe('INVALID_RESPONSE');
  });

  it('as an output too large for JSON fails as an output', async () => {
    const outcome = await run({ url: at(`/bytes/${MB}`) }, executorOf({ outputBytesMax: MB }));
    expect(codeOf(outcome)).toBe('OUTPUT_TOO_LARGE');
  });

  it.each([
    ['text/plain; charset=iso-8859-1', '{é}'],
    ['text/plain', '{\uFFFD}'],
    ['text/plain; charset=no-such', '{\uFFFD}'],
    ['application/json', '{\uFFFD}'],
  ])('of type %s has the body %s', async (type, body) => {
    expect(outputOf(await run({ url: at(`/type/${encodeURIComponent(type)}`) }))).toMatchObject({ body });
  });

  it('to HEAD has no body', async () => {
    expect(outputOf(await run({ method: 'HEAD', url: at(`/bytes/${9 * MB}`) }))).toMatchObject({
      status: 200,
      body: null,
    });
  });
});

describe('redirects', () => {
  it('are followed up to five times', async () => {
    expect(codeOf(await run({ url: at('/redirect/5') }))).toBe('COMPLETED');
    expect(codeOf(await run({ url: at('/redirect/6') }))).toBe('TOO_MANY_REDIRECTS');
  });

  it.each([
    ['http://[::1]:1/', 'PRIVATE_ADDRESS_REFUSED'],
    ['http://169.254.169.254/latest/meta-data/', 'PRIVATE_ADDRESS_REFUSED'],
    ['http://2130706434/', 'PRIVATE_ADDRESS_REFUSED'],
    ['http://localhost.test/', 'PRIVATE_ADDRESS_REFUSED'],
    ['file:///etc/passwd', 'UNSUPPORTED_SCHEME'],
    ['http://[', 'INVALID_URL'],
  ])('to %s end as %s', async (target, code) => {
    const resolve = async () => [{ address: '10.0.0.1', family: 4 }];
    expect(codeOf(await run({ url: at(`/to/${encodeURIComponent(target)}`) }, executorOf({ resolve })))).toBe(
      code,
    );
  });
});

describe('names', () => {
  const work = (): HttpWork => ({ url: `http://rebind.example:${server.port}/echo` });

  it('are connected to at the address that was checked, with the name as host', async () => {
    const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
    const output = outputOf(await run(work(), executorOf({ resolve })));
    expect(output).toMatchObject({ body: { headers: { host: `rebind.example:${server.port}` } } });
  });

  it('are resolved once: an address that changes after the check (DNS rebinding) is never asked for', async () => {
    let calls = 0;
    const resolve = async () => [{ address: ++calls === 1 ? '127.0.0.1' : '10.0.0.1', family: 4 }];
    expect(codeOf(await run(work(), executorOf({ resolve })))).toBe('COMPLETED');
    expect(calls).toBe(1);
  });

  it.each([
    [['8.8.8.8', '127.0.0.1']],
    [['127.0.0.1', '8.8.8.8']],
    [['::1']],
    [['::ffff:127.0.0.1']],
    [['fd00::1', '8.8.8.8']],
  ])('that resolve to %j are refused', async (addresses) => {
    const resolve = async () =>
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    const outcome = await run(work(), executorOf({ resolve, allowPrivate: [] }));
    expect(codeOf(outcome)).toBe('PRIVATE_ADDRESS_REFUSED');
    expect(messageOf(outcome)).toContain('http_allow_private');
  });

  it('may be allowed by name', async () => {
    const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
    expect(codeOf(await run(work(), executorOf({ resolve, allowPrivate: ['rebind.example'] })))).toBe(
      'COMPLETED',
    );
  });

  it('are localhost by the system, refused unless listed', async () => {
    const url = `http://localhost:${server.port}/echo`;
    expect(codeOf(await run({ url }, executorOf({ allowPrivate: [] })))).toBe('PRIVATE_ADDRESS_REFUSED');
    expect(codeOf(await run({ url }, executorOf({ allowPrivate: [`localhost:${server.port}`] })))).toBe(
      'COMPLETED',
    );
  });
});

describe('failures have codes', () => {
  it('nobody listens', async () => {
    const gone = await httpServer(() => undefined);
    await gone.close();
    expect(codeOf(await run({ url: gone.url }))).toBe('CONNECTION_REFUSED');
  });

  it.each([
    ['ENOTFOUND', 'DNS_NOT_FOUND'],
    ['EAI_AGAIN', 'DNS_UNAVAILABLE'],
  ])('the name is not found: %s', async (code, expected) => {
    const resolve = async () => Promise.reject(Object.assign(new Error(`getaddrinfo ${code}`), { code }));
    expect(codeOf(await run({ url: 'http://nowhere.example/' }, executorOf({ resolve })))).toBe(expected);
  });

  it('the certificate is not trusted, or there is no TLS at all', async () => {
    const tls = await tlsServer(key, cert, (response) => response.end('x'));
    expect(codeOf(await run({ url: tls.url }))).toBe('TLS_ERROR');
    expect(tls.received).toEqual([]);
    expect(codeOf(await run({ url: at('/echo').replace('http:', 'https:') }))).toBe('TLS_ERROR');
  });

  it('the answer is not HTTP, or breaks off', async () => {
    const nonsense = await rawServer('SSH-2.0-OpenSSH\r\n', 'close');
    expect(codeOf(await run({ url: nonsense.url }))).toBe('INVALID_RESPONSE');
    expect(codeOf(await run({ url: at('/cut') }))).toBe('CONNECTION_RESET');
    const headers = await rawServer(`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(20_000)}`);
    expect(codeOf(await run({ url: headers.url }))).toBe('RESPONSE_TOO_LARGE');
  });

  it('a kept connection that the server has closed is replaced once, unseen', async () => {
    let answers = 0;
    const impatient = await httpServer((response) => {
      // The second request on a connection meets a server that has just closed it.
      if (++answers === 2) response.socket?.destroy();
      else response.end('fine');
    });
    const executor = executorOf();
    expect(codeOf(await run({ url: impatient.url }, executor))).toBe('COMPLETED');
    expect(codeOf(await run({ url: impatient.url }, executor))).toBe('COMPLETED');
    expect([answers, impatient.connections()]).toEqual([3, 2]);
  });

  it('time runs out', async () => {
    const outcome = await run({ url: at('/hang') }, executorOf({ totalTimeoutMs: 50 }));
    expect(codeOf(outcome)).toBe('RESPONSE_TIMEOUT');
  });
});

it.each([
  ['CANCELLED', 'CANCELLED'],
  ['TIMED_OUT', 'EXECUTION_TIMEOUT'],
  ['SHUTDOWN', 'SHUTDOWN'],
] as const)('a stop because of %s ends a hanging request at once', async (reason, code) => {
  const { signal, abort } = abortable();
  const outcome = run({ url: at('/hang') }, executorOf(), new RecordingSink(), signal);
  setImmediate(() => abort(reason));
  expect(codeOf(await outcome)).toBe(code);
});
