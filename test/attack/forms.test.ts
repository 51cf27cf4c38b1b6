/** Attacks in fixed forms on a running server: other sites, paths, addresses, prototypes, floods, logs, forged nodes. */
import { createServer } from 'node:http';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import WebSocket from 'ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/until.js';
import { each, openTarget, type Target } from './running.js';

const SLOWLY = { timeout: 180_000 };
const JSON_TYPE = { 'content-type': 'application/json' };

let target: Target;
let hits = 0;
/** Inside the machine: nothing that is attacked may reach it. */
const inside = createServer((_request, response) => {
  hits++;
  response.end('inside');
});
const insidePort = (): number => (inside.address() as AddressInfo).port;

beforeAll(async () => {
  await new Promise<void>((resolve) => inside.listen(0, '127.0.0.1', resolve));
  target = await openTarget();
}, SLOWLY.timeout);
afterAll(async () => {
  await target?.close();
  inside.close();
}, SLOWLY.timeout);

const tasksNow = async (): Promise<number> => {
  const { text } = await target.query('{ tasks(first: 1) { totalCount } }');
  return (JSON.parse(text) as { data: { tasks: { totalCount: number } } }).data.tasks.totalCount;
};

describe('another site', () => {
  it('changes nothing by a form, whatever its content type, nor by GET', SLOWLY, async () => {
    const before = await tasksNow();
    const mutation = 'mutation { createTask(input: { name: "forged" }) { id } }';
    const types = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ''];
    const bodies = [
      JSON.stringify({ query: mutation }),
      `query=${encodeURIComponent(mutation)}`,
      '{"name":"forged"}',
    ];
    for (const path of ['/graphql', '/tasks'])
      for (const type of types)
        for (const body of bodies) {
          const headers = {
            origin: 'https://evil.example',
            ...(type === '' ? {} : { 'content-type': type }),
          };
          const { status } = await target.send(path, { method: 'POST', headers, body, asGuest: true });
          expect([400, 403, 415]).toContain(status);
        }
    for (const headers of [{}, { 'apollo-require-preflight': '1' }] as Record<string, string>[]) {
      const path = `/graphql?query=${encodeURIComponent(mutation)}`;
      expect((await target.send(path, { headers, asGuest: true })).status).toBeGreaterThanOrEqual(400);
    }
    expect(await tasksNow()).toBe(before);
  });
});

const DOTS = ['..', '%2e%2e', '%2E%2E', '.%2e', '%252e%252e', '..%00', '....', '..;', '%c0%ae%c0%ae', '..\\'];
const SEPARATORS = ['/', '%2f', '%5c', '//', '\\', '%252f'];
const PATHS = DOTS.flatMap((dots) => SEPARATORS.map((separator) => `${dots}${separator}`.repeat(6)));

/** As it is: `fetch` would tidy it up. */
function raw(path: string): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(target.url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, headers: { authorization: `Bearer ${target.token}` } });
    sent.on('error', reject);
    sent.on('response', (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.end();
  });
}

describe(`${PATHS.length} forms of a path that leads out`, () => {
  it('lead to no file, under any door that serves some', SLOWLY, async () => {
    expect(PATHS).toHaveLength(60);
    await each(PATHS, async (path) => {
      for (const door of ['/', '/docs/static/', '/tasks/']) {
        const { status, text } = await raw(`${door}${path}etc/passwd`);
        expect(status, path).toBeLessThan(500);
        expect(text).not.toContain('root:');
      }
    });
  });

  it('are no modules', SLOWLY, async () => {
    const tasks = PATHS.map((path, index) => ({
      key: `m${index}`,
      name: 'm',
      work: { module: { path: `${path}etc/passwd` } },
      retryPolicy: { maxAttempts: 1 },
    }));
    for (const task of tasks) {
      const { text } = await target.query(
        'mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id } }',
        {
          input: { name: 'modules', tasks: [task] },
        },
      );
      const { data } = JSON.parse(text) as { data: { submitMesh: { id: string } } | null };
      if (data === null) continue;
      const ended = await endOf(data.submitMesh.id);
      expect(ended, task.work.module.path).toMatchObject([{ status: 'FAILED' }]);
      expect(JSON.stringify(ended)).not.toContain('root:');
    }
  });
});

interface Ended {
  readonly key: string;
  readonly status: string;
  readonly failure: { readonly code: string; readonly message: string } | null;
}

async function endOf(meshId: string): Promise<Ended[]> {
  let tasks: Ended[] = [];
  await until('the mesh ends', async () => {
    const { text } = await target.query(
      'query ($id: ID!) { mesh(id: $id) { tasks(first: 100) { nodes { key status failure { code message } } } } }',
      { id: meshId },
    );
    tasks = (JSON.parse(text) as { data: { mesh: { tasks: { nodes: Ended[] } } } }).data.mesh.tasks.nodes;
    return tasks.every(({ status }) => ['COMPLETED', 'FAILED'].includes(status));
  });
  return tasks;
}

/** Ways to write the loopback, private networks and the metadata of clouds. */
function addresses(port: number): string[] {
  const hosts = [
    '127.0.0.1 127.1 127.0.1 0 0.0.0.0 0x7f000001 0x7f.0.0.1 0177.0.0.1 2130706433 017700000001 127.255.255.254 localhost LOCALHOST',
    'localhost. 127.0.0.1. [::1] [::] [::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:0:0:1] [64:ff9b::7f00:1] [2002:7f00:1::]',
    '10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1 192.168.255.255 169.254.169.254 169.254.1.1 100.64.0.1',
    '0xa9fea9fe 2852039166 0251.0376.0251.0376 [::ffff:169.254.169.254] [fd00:ec2::254] [fe80::1] [fc00::1] [fd12::1] [ff02::1]',
    '168.63.129.16 192.0.0.1 198.18.0.1 224.0.0.1 240.0.0.1 255.255.255.255 [100::1] [2001:db8::1] 127%2e0%2e0%2e1 ①②⑦.⓪.⓪.①',
  ].flatMap((line) => line.split(' '));
  const urls = hosts.map((host) => `http://${host}:${port}/`);
  const schemes = [
    'file:///etc/passwd',
    'ftp://127.0.0.1/',
    'gopher://127.0.0.1:70/',
    'data:text/plain,x',
    'dict://127.0.0.1/',
  ];
  const others = ['ldap://127.0.0.1/', 'javascript:0', 'http://[::1'];
  return [
    ...urls,
    ...schemes,
    ...others,
    `http://evil@127.0.0.1:${port}/`,
    `http://127.0.0.1:${port}#@example.org/`,
  ];
}

describe('60 forms of an address that is private', () => {
  it('reach nothing: each is refused, and what listens there is not asked', SLOWLY, async () => {
    const urls = addresses(insidePort());
    expect(urls).toHaveLength(60);
    const results: string[] = [];
    await each(urls, async (url) => {
      const { text } = await target.query(
        'mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id } }',
        {
          input: {
            name: 'addresses',
            tasks: [
              {
                key: 'a',
                name: 'a',
                layer: 'LOCAL',
                work: { http: { url } },
                retryPolicy: { maxAttempts: 1 },
              },
            ],
          },
        },
      );
      const { data } = JSON.parse(text) as { data: { submitMesh: { id: string } } | null };
      if (data === null) return;
      const [task] = await endOf(data.submitMesh.id);
      results.push(`${url} ${task?.status} ${task?.failure?.code}`);
    });
    const REFUSED =
      /FAILED (PRIVATE_ADDRESS_REFUSED|INVALID_URL|UNSUPPORTED_SCHEME|DNS_NOT_FOUND|DNS_UNAVAILABLE)$/;
    expect(results.filter((one) => !REFUSED.test(one))).toEqual([]);
    expect(hits).toBe(0);
  });
});

describe('members that are prototypes', () => {
  it('change nobody else, wherever they stand', SLOWLY, async () => {
    const poison = '{"isPolluted":true,"priority":"CRITICAL","trusted":true}';
    const bodies = ['__proto__', 'constructor', 'prototype'].flatMap((name) => [
      `{"name":"a","${name}":${poison}}`,
      `{"name":"a","metadata":{"${name}":${poison}}}`,
      `{"name":"a","metadata":{"constructor":{"prototype":${poison}}}}`,
      `{"name":"a","work":{"wait":{"duration_ms":1,"${name}":${poison}}}}`,
      `{"${name}":{"name":"a"}}`,
    ]);
    for (const body of bodies) await target.send('/tasks', { method: 'POST', headers: JSON_TYPE, body });
    const variables = `{"query":"mutation($input:CreateTaskInput!){createTask(input:$input){id}}","variables":{"input":{"name":"a","__proto__":${poison}},"__proto__":${poison}}}`;
    await target.send('/graphql', { method: 'POST', headers: JSON_TYPE, body: variables });
    const { text } = await target.send('/tasks', {
      method: 'POST',
      headers: JSON_TYPE,
      body: '{"name":"after"}',
    });
    expect(JSON.parse(text)).toMatchObject({ name: 'after', priority: 'normal' });
    expect(text).not.toContain('isPolluted');
    const guest = await target.send('/alerts/rules', {
      method: 'POST',
      headers: JSON_TYPE,
      body: '{"name":"x","condition":{"insight":{}}}',
      asGuest: true,
    });
    expect(guest.status).toBe(403);
  });
});

describe('floods in one request', () => {
  const aliases = Array.from({ length: 5000 }, (_, index) => `a${index}: health { ready }`).join(' ');
  const fragments = Array.from(
    { length: 40 },
    (_, index) => `fragment f${index} on Query { ...f${index + 1} ...f${index + 1} }`,
  ).join(' ');
  const documents: readonly [string, string][] = [
    ['aliases', `{ ${aliases} }`],
    ['fragments that double', `{ ...f0 } ${fragments} fragment f40 on Query { health { ready } }`],
    ['depth', `{ ${'mesh(id: "x") { tasks { nodes { mesh { '.repeat(200)} id ${'}'.repeat(800)} }`],
    ['directives', `{ health ${'@skip(if: false) '.repeat(5000)} { ready } }`],
    ['tokens', `{ ${'health { ready } '.repeat(20_000)} }`],
    ['lists in variables', `query ($a: [ID!]) { tasks(filter: { meshId: "x" }) { totalCount } }`],
    ['a page that is too large', '{ tasks(first: 100000) { nodes { id } } }'],
    ['nested brackets', `{ a(b: ${'['.repeat(5000)}${']'.repeat(5000)}) }`],
  ];
  it.each(documents)('%s are refused quickly', async (_what, query) => {
    const { status, text } = await target.query(query);
    expect([200, 400]).toContain(status);
    expect(text).toContain('"errors"');
  });

  it('a batch is refused whole', async () => {
    const body = JSON.stringify(Array.from({ length: 1000 }, () => ({ query: '{ health { ready } }' })));
    expect((await target.send('/graphql', { method: 'POST', headers: JSON_TYPE, body })).status).toBe(400);
  });

  it('deep and wide JSON is refused or answered', SLOWLY, async () => {
    const deep = `{"name":"a","metadata":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`;
    const wide = `{"name":"a","metadata":{${Array.from({ length: 20_000 }, (_, i) => `"k${i}":1`).join()}}}`;
    for (const body of [
      deep,
      wide,
      '{"name":"a"'.repeat(10_000),
      `"${'\\u0000'.repeat(30_000)}"`,
      '[]',
      'null',
      '1e999',
    ])
      expect((await target.send('/tasks', { method: 'POST', headers: JSON_TYPE, body })).status).toBeLessThan(
        500,
      );
  });
});

describe('floods of sockets', () => {
  it('of those that say nothing, nonsense or too much, leave the server answering', SLOWLY, async () => {
    const url = `${target.url.replace('http', 'ws')}/graphql`;
    const say: readonly string[] = [
      'x',
      '{}',
      '{"type":"connection_init"}{"type":"connection_init"}',
      '{"type":"subscribe","id":"1","payload":{"query":"{ health { ready } }"}}',
      `{"type":"ping","payload":"${'p'.repeat(100_000)}"}`,
      'p'.repeat(400_000),
    ];
    const sockets = await Promise.all(
      Array.from({ length: 300 }, async (_, index) => {
        const socket = new WebSocket(url, 'graphql-transport-ws');
        socket.on('error', () => undefined);
        await new Promise<void>((resolve) => socket.on('open', resolve).on('close', () => resolve()));
        const text = say[index % (say.length + 1)];
        if (text !== undefined && socket.readyState === WebSocket.OPEN)
          for (let times = 0; times < 20; times++) socket.send(text);
        return socket;
      }),
    );
    expect((await target.query('{ health { ready } }')).status).toBe(200);
    for (const socket of sockets) socket.terminate();
    expect(await target.isAlive()).toBe(true);
  });
});

describe('the log', () => {
  it('takes no line from a request', SLOWLY, async () => {
    const forged = '{"level":"fatal","msg":"forged"}';
    for (const text of [
      `\n${forged}`,
      `\r\n${forged}`,
      `\u2028${forged}`,
      `\u001b[2J${forged}`,
      `\u0000${forged}`,
    ]) {
      await target.send('/tasks', {
        method: 'POST',
        headers: JSON_TYPE,
        body: JSON.stringify({ name: text, metadata: { a: text } }),
      });
      await raw(`/tasks/${encodeURIComponent(text)}`);
      await target.query(`{ task(id: ${JSON.stringify(text)}) { id } }`);
    }
    for (const line of target
      .stderr()
      .split('\n')
      .slice(1)
      .filter((one) => one !== ''))
      expect(JSON.parse(line)).not.toMatchObject({ msg: 'forged' });
  });
});

describe('a node that is none', () => {
  it('gets no settings for a token that was not given, nor for one that was used', SLOWLY, async () => {
    const join = (token: string) =>
      target.query('mutation ($token: String!) { joinCluster(token: $token, node: "evil") { database } }', {
        token,
      });
    for (const token of ['', 'x', "' OR 1=1 --", 'a'.repeat(43), target.token])
      expect((await join(token)).text).not.toContain('postgresql://');
    const { text } = await target.query('mutation { createJoinToken { token } }');
    const { token } = (JSON.parse(text) as { data: { createJoinToken: { token: string } } }).data
      .createJoinToken;
    const both = await Promise.all([join(token), join(token), join(token)]);
    expect(both.filter((one) => one.text.includes('postgresql://'))).toHaveLength(1);
  });
});

it('after all of that it lives, and its log holds no secret', async () => {
  expect(await target.isAlive()).toBe(true);
  expect(target.stderr()).not.toContain(target.token);
  console.log(`slowest answer: ${target.slowest()}`);
});
