/** A token that ends takes its streams with it, on every server of the database, within a second. REVOCATIONS=1000 for more trials. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, startApp } from '../../support/app.js';
import { jwt, JWTS } from '../../support/identity/jwts.js';
import { Person } from '../../support/identity/people.js';

const TRIALS = Number(process.env.REVOCATIONS ?? 20);
/** The promise, and what a busy machine may add to a measure of it from outside. */
const LATE_MS = 1000;

let app: TestApp;
let other: TestApp;
let owner: Person;

beforeAll(async () => {
  const flags = { execution: { drainSeconds: 0 }, security: JWTS };
  app = await startApp(flags);
  other = await startApp({ ...flags, database: { url: app.databaseUrl } });
  owner = new Person(app.url, app.token);
}, 120_000);
afterAll(async () => {
  await other.close();
  await app.close();
});

const REVOKE = 'mutation ($id: ID!) { revokeApiToken(id: $id) { revokedAt } }';
const MAKE = 'mutation { createTask(input: { name: "event", hold: true }) { id } }';

/** A subscription of that person on that server: when events came, and when and how its socket was closed. */
function listen(server: TestApp, { token }: Person) {
  const heard: number[] = [];
  let closed: { at: number; code: number; reason: string } | undefined;
  const client = new Person(server.url, token).client({
    closed: ({ code, reason }) => (closed ??= { at: performance.now(), code, reason }),
  });
  client.subscribe(
    { query: 'subscription { taskStatusChanged { seq } }' },
    {
      next: ({ data }) => data && heard.push(performance.now()),
      error: () => undefined,
      complete: () => undefined,
    },
  );
  return { heard, closed: () => closed, dispose: () => client.dispose() };
}

const REVOKE_JWT = 'mutation ($input: RevokeIdentityInput!) { revokeIdentity(input: $input) { revokedAt } }';

/** Somebody who may watch, and how that ends; `trial` tells them apart. */
type Admit = (trial: number) => Promise<{ person: Person; revoke: () => Promise<unknown> }>;

const KINDS: readonly (readonly [kind: string, admit: Admit, trials: number])[] = [
  [
    'token',
    async () => {
      const person = await owner.admit('VIEWER');
      return { person, revoke: () => owner.get(REVOKE, { id: person.id }) };
    },
    TRIALS,
  ],
  [
    'JWT',
    (trial) => {
      const [sub, jti] = [`watcher ${trial}`, `${trial}`];
      const person = new Person(app.url, jwt({ sub, jti, role: 'VIEWER', org: 'default' }));
      // one in two by its id, the others with all of their subject
      const input = { subject: sub, tenant: 'default', ...(trial % 2 === 0 && { jti }) };
      return Promise.resolve({ person, revoke: () => owner.get(REVOKE_JWT, { input }) });
    },
    Math.ceil(TRIALS / 2),
  ],
];

describe.each(KINDS)('a revoked %s', (kind, admit, trials) => {
  it(
    `hears nothing ${LATE_MS} ms later, and its sockets on two servers are closed: ${trials} trials`,
    async () => {
      let flowing = true;
      const flow = (async () => {
        while (flowing) await owner.get(MAKE);
      })();
      const late: number[] = [];
      let slowest = 0;
      for (let trial = 0; trial < trials; trial++) {
        const { person, revoke } = await admit(trial);
        const streams = [listen(app, person), listen(other, person)];
        await expect
          .poll(() => streams.every(({ heard }) => heard.length > 0), { timeout: 60_000, interval: 5 })
          .toBe(true);
        await revoke();
        const revokedAt = performance.now();
        await expect
          .poll(() => streams.every(({ closed }) => closed()), { timeout: 60_000, interval: 5 })
          .toBe(true);
        for (const { heard, closed, dispose } of streams) {
          expect(closed()).toMatchObject({ code: 4401, reason: 'the token was revoked' });
          const last = (heard.at(-1) as number) - revokedAt;
          slowest = Math.max(slowest, last, (closed()?.at ?? 0) - revokedAt);
          if (last > LATE_MS) late.push(last);
          await dispose();
        }
        expect(await person.codeOf('{ viewer { id } }')).toBe('UNAUTHENTICATED');
      }
      flowing = false;
      await flow;
      process.stdout.write(
        `revocation: the last sign of ${trials * 2} streams of a ${kind} came ${Math.round(slowest)} ms later\n`,
      );
      expect(late).toEqual([]);
    },
    Math.max(300_000, trials * 3_000),
  );
});

describe('a revoked token', () => {
  it('is refused by every door of every server', async () => {
    const person = await owner.admit('VIEWER');
    const there = new Person(other.url, person.token);
    expect([(await person.rest('GET', '/tasks')).status, (await there.rest('GET', '/tasks')).status]).toEqual(
      [200, 200],
    );
    await owner.get(REVOKE, { id: person.id });
    expect((await person.rest('GET', '/tasks')).status).toBe(401);
    await expect.poll(async () => (await there.rest('GET', '/tasks')).status, { timeout: 30_000 }).toBe(401);
    expect(await owner.codeOf(REVOKE, { id: '0192f0c1-2a3b-7c4d-8e5f-0011223344ff' })).toBe('NOT_FOUND');
  });
});

describe('a token that expires', () => {
  it('closes its socket, and is refused from then on', async () => {
    const person = await owner.admit('VIEWER', undefined, 2);
    const stream = listen(app, person);
    expect(await person.codeOf('{ viewer { id } }')).toBeUndefined();
    await expect
      .poll(() => stream.closed(), { timeout: 30_000 })
      .toMatchObject({ code: 4401, reason: expect.stringContaining('expired') });
    expect(await person.codeOf('{ viewer { id } }')).toBe('UNAUTHENTICATED');
    await stream.dispose();
  });
});

describe('API tokens', () => {
  it('are kept as hashes, told once, listed without themselves', async () => {
    const person = await owner.admit('OPERATOR');
    const { apiTokens } = await owner.get<{ apiTokens: { id: string; role: string }[] }>(
      '{ apiTokens { id name role expiresAt lastUsedAt } }',
    );
    expect(apiTokens.find(({ id }) => id === person.id)).toMatchObject({ role: 'OPERATOR' });
    expect(JSON.stringify(apiTokens)).not.toContain(person.token);
  });

  it('may be made for other tenants by ADMINs of the default one only', async () => {
    const acme = await owner.admit('ADMIN', 'acme');
    const make = (person: Person, tenant: string) =>
      person.codeOf('mutation ($input: CreateApiTokenInput!) { createApiToken(input: $input) { id } }', {
        input: { name: 'x', tenant },
      });
    expect([await make(acme, 'acme'), await make(acme, 'globex'), await make(owner, 'No Tenant')]).toEqual([
      undefined,
      'FORBIDDEN',
      'INVALID_INPUT',
    ]);
    expect(await acme.codeOf('{ apiTokens(tenant: "default") { id } }')).toBe('FORBIDDEN');
    expect(await acme.codeOf(REVOKE, { id: (await owner.admit('VIEWER')).id })).toBe('NOT_FOUND');
  });

  it('come over REST as well', async () => {
    const made = await owner.rest('POST', '/tokens', { name: 'ci', role: 'developer', lifetime_seconds: 60 });
    const { id, token } = (await made.json()) as { id: string; token: string };
    expect([made.status, token]).toEqual([201, expect.stringMatching(/^tm_[\w-]{43}$/)]);
    const machine = new Person(app.url, token);
    expect(await (await machine.rest('GET', '/viewer')).json()).toMatchObject({
      id: `token:${id}`,
      role: 'developer',
    });
    expect((await owner.rest('DELETE', `/tokens/${id}`)).status).toBe(200);
    expect((await machine.rest('GET', '/viewer')).status).toBe(401);
    const audit = (await (await owner.rest('GET', `/audit?subject=token%20${id}`)).json()) as {
      nodes: { action: string }[];
    };
    expect(audit.nodes.map(({ action }) => action)).toEqual(['revokeApiToken', 'createApiToken']);
  });
});

describe('roles', () => {
  it('a DEVELOPER runs code, an OPERATOR only what runs none and changes what others made, a VIEWER watches', async () => {
    const [developer, operator, viewer] = await Promise.all([
      owner.admit('DEVELOPER'),
      owner.admit('OPERATOR'),
      owner.admit('VIEWER'),
    ]);
    const create = 'mutation ($input: CreateTaskInput!) { createTask(input: $input) { id } }';
    const code = { input: { name: 'code', hold: true, work: { command: { argv: ['true'] } } } };
    const plain = { input: { name: 'plain', hold: true } };
    expect([
      await developer.codeOf(create, code),
      await operator.codeOf(create, code),
      await operator.codeOf(create, plain),
    ]).toEqual([undefined, 'FORBIDDEN', undefined]);
    expect([await viewer.codeOf(create, plain), await viewer.codeOf('{ tasks { totalCount } }')]).toEqual([
      'FORBIDDEN',
      undefined,
    ]);
    const { createTask } = await developer.get<{ createTask: { id: string } }>(create, code);
    const cancel = `mutation { cancelTask(id: "${createTask.id}") { id } }`;
    const anonymous = new Person(app.url, undefined);
    expect([
      await anonymous.codeOf(cancel),
      await viewer.codeOf(cancel),
      await operator.codeOf(cancel),
    ]).toEqual(['FORBIDDEN', 'FORBIDDEN', undefined]);
  });
});
