/** What one caller may ask for, and who may ask at all, on complete servers with low limits. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, startApp } from '../../support/app.js';
import { jwt, JWTS } from '../../support/identity/jwts.js';
import { Person } from '../../support/identity/people.js';

let app: TestApp;
let owner: Person;

beforeAll(async () => {
  app = await startApp({
    execution: { drainSeconds: 0 },
    security: {
      anonymous: false,
      costPerSecond: 20_000,
      socketsPerIdentity: 2,
      subscriptionsPerSocket: 2,
      ...JWTS,
    },
  });
  owner = new Person(app.url, app.token);
});
afterAll(async () => await app.close());

describe('without a token', () => {
  it('nobody comes in where the configuration says so: no query, no schema; the page alone, which knows nothing', async () => {
    const nobody = new Person(app.url, undefined);
    expect(await nobody.ask('{ __schema { queryType { name } } }')).toMatchObject({
      status: 401,
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
    expect((await nobody.rest('GET', '/')).status).toBe(200);
    const statuses = ['/docs', '/openapi.json', '/graphiql', '/tasks', '/metrics/prometheus', '/nothing'].map(
      async (path) => (await nobody.rest('GET', path)).status,
    );
    expect(await Promise.all(statuses)).toEqual([401, 401, 401, 401, 401, 401]);
    expect((await nobody.rest('GET', '/health/live')).status).toBe(200);
  });
});

describe('a JWT', () => {
  it('brings its role and tenant, over HTTP, REST and WebSocket', async () => {
    const ann = new Person(app.url, jwt({ role: 'operator', org: 'acme' }));
    const who = { id: 'user:ann', role: 'OPERATOR', tenant: 'acme' };
    expect((await ann.get('{ viewer { id role tenant } }')).viewer).toEqual(who);
    expect(await (await ann.rest('GET', '/viewer')).json()).toMatchObject({ ...who, role: 'operator' });
    const client = ann.client();
    const answer = await new Promise((resolve, reject) => {
      client.subscribe(
        { query: '{ viewer { id role tenant } }' },
        { next: resolve, error: reject, complete: () => undefined },
      );
    });
    expect(answer).toMatchObject({ data: { viewer: who } });
    await client.dispose();
  });

  it('closes its socket when it expires', async () => {
    let closed: { code: number } | undefined;
    const soon = jwt({ role: 'VIEWER', org: 'acme', exp: Math.floor(Date.now() / 1000) + 2 });
    const client = new Person(app.url, soon).client({ closed: (event) => (closed = event) });
    await expect.poll(() => closed, { timeout: 30_000 }).toMatchObject({ code: 4401 });
    await client.dispose();
  });

  it('is revoked by its id or with all of its subject, on every server, with its sockets', async () => {
    const other = await startApp({
      execution: { drainSeconds: 0 },
      database: { url: app.databaseUrl },
      security: { anonymous: false, ...JWTS },
    });
    try {
      const claims = { role: 'ADMIN', org: 'globex', sub: 'bob' };
      const one = jwt({ ...claims, jti: 'one' });
      const two = jwt({ ...claims, jti: 'two' });
      const statusOf = async (url: string, token: string) =>
        (await new Person(url, token).ask('{ viewer { id } }')).status;
      const closed: string[] = [];
      const sockets = [one, two].map((token, at) =>
        new Person(other.url, token).client({ closed: ({ code }) => closed.push(`${at} ${code}`) }),
      );
      for (const token of [one, two]) expect(await statusOf(other.url, token)).toBe(200);
      const revoke =
        'mutation ($input: RevokeIdentityInput!) { revokeIdentity(input: $input) { subject jti tenant revokedBy } }';
      const acme = new Person(app.url, jwt({ role: 'ADMIN', org: 'acme' }));
      await acme.get(revoke, { input: { subject: 'bob' } });
      expect(await acme.codeOf(revoke, { input: { subject: 'bob', tenant: 'globex' } })).toBe('FORBIDDEN');
      expect(await statusOf(other.url, one)).toBe(200); // bob of acme is another
      const done = await owner.get(revoke, { input: { subject: 'bob', jti: 'one', tenant: 'globex' } });
      expect(done).toEqual({
        revokeIdentity: { subject: 'bob', jti: 'one', tenant: 'globex', revokedBy: 'owner' },
      });
      await expect.poll(() => closed, { timeout: 30_000 }).toEqual(['0 4401']);
      expect([await statusOf(app.url, one), await statusOf(app.url, two)]).toEqual([401, 200]);
      await expect.poll(() => statusOf(other.url, one), { timeout: 30_000 }).toBe(401);
      const bob = new Person(app.url, two);
      expect((await bob.rest('POST', '/identities/revocations', { subject: 'bob' })).status).toBe(201);
      await expect.poll(() => closed, { timeout: 30_000 }).toEqual(['0 4401', '1 4401']);
      expect(await statusOf(app.url, two)).toBe(401);
      const later = jwt({ ...claims, iat: Math.ceil(Date.now() / 1000) + 1 });
      expect(await statusOf(app.url, later)).toBe(200);
      await Promise.all(sockets.map((socket) => socket.dispose()));
    } finally {
      await other.close();
    }
  });

  it('is refused with 401 when it is forged', async () => {
    const forged = new Person(app.url, `${jwt({ role: 'ADMIN', org: 'acme' }).slice(0, -6)}AAAAAA`);
    expect((await forged.ask('{ viewer { id } }')).status).toBe(401);
    expect((await forged.rest('GET', '/tasks')).headers.get('www-authenticate')).toContain('Bearer');
  });
});

describe('the cost of queries', () => {
  it('is a share for each identity; beyond it comes 429 with the time to wait', async () => {
    const [greedy, modest] = [await owner.admit('VIEWER'), await owner.admit('VIEWER')];
    const dear = '{ tasks(first: 100) { nodes { edgesIn(first: 50) { id } } } }';
    const answers = await Promise.all(Array.from({ length: 40 }, () => greedy.ask(dear)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.errors[0]?.extensions).toMatchObject({
      code: 'OVERLOADED',
      retryAfterSeconds: expect.any(Number),
    });
    const rest = await greedy.rest('GET', '/tasks');
    expect([rest.status, Number(rest.headers.get('retry-after'))]).toEqual([429, expect.any(Number)]);
    expect((await modest.ask('{ viewer { id } }')).status).toBe(200);
  });
});

describe('sockets', () => {
  it('are so many for each identity, and their places come back', async () => {
    const person = await owner.admit('VIEWER');
    const closed: number[] = [];
    const open = () => person.client({ closed: ({ code }) => closed.push(code) });
    const clients = [open(), open(), open()];
    await expect.poll(() => closed, { timeout: 30_000 }).toEqual([4429]);
    await Promise.all(clients.map((client) => client.dispose()));
    const again = open();
    const answer = await new Promise((resolve, reject) => {
      again.subscribe(
        { query: '{ viewer { role } }' },
        { next: resolve, error: reject, complete: () => undefined },
      );
    });
    expect(answer).toMatchObject({ data: { viewer: { role: 'VIEWER' } } });
    await again.dispose();
  });

  it('carry so many operations', async () => {
    const client = (await owner.admit('VIEWER')).client();
    const errors: string[] = [];
    for (let index = 0; index < 3; index++)
      client.subscribe(
        { query: 'subscription { taskStatusChanged { seq } }' },
        {
          next: () => undefined,
          error: (error) => errors.push(JSON.stringify(error)),
          complete: () => undefined,
        },
      );
    await expect.poll(() => errors.join(), { timeout: 30_000 }).toContain('subscriptions_per_socket');
    await client.dispose();
  });
});

describe('requests of one address', () => {
  it('beyond the rate are refused with 429 and the time to wait, until it has passed', async () => {
    const slow = await startApp({ security: { requestsPerSecond: 5 } });
    try {
      const nobody = new Person(slow.url, undefined);
      const answers = await Promise.all(Array.from({ length: 40 }, () => nobody.rest('GET', '/health/live')));
      const refused = answers.filter(({ status }) => status === 429);
      expect(refused.length).toBeGreaterThan(0);
      expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      await expect
        .poll(async () => (await nobody.rest('GET', '/health/live')).status, {
          timeout: 30_000,
          interval: 500,
        })
        .toBe(200);
    } finally {
      await slow.close();
    }
  });
});
