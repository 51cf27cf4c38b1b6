/** The command line about who may come in and what people changed, and what a server asks for before it listens to others. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPlace, type Place, type Started } from '../cli-program.js';

let place: Place;
let server: Started;
let url = '';

beforeAll(async () => {
  place = await openPlace();
  server = place.start('serve', '--port', '0');
  url = (await server.shows(/http:\/\/127\.0\.0\.1:\d+/))[0];
}, 120_000);
afterAll(async () => {
  server.child.kill('SIGTERM');
  await server.ended;
  await place.close();
});

describe('taskmesh token and audit', () => {
  it('make a token, come in with it, revoke it, and tell of it', async () => {
    const made = await place.run(
      'token',
      'create',
      'ci',
      '--role',
      'operator',
      '--tenant',
      'acme',
      '--lifetime',
      '3600',
    );
    const token = made.stdout.trim();
    expect([made.exitCode, token]).toEqual([0, expect.stringMatching(/^tm_[\w-]{43}$/)]);
    const [one] = JSON.parse((await place.run('token', 'list', '--tenant', 'acme', '--json')).stdout) as {
      id: string;
    }[];
    const id = one?.id ?? '';
    const refused = await place.run('token', 'list', '--url', url, '--token', token);
    expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringContaining('needs the role ADMIN')]);
    expect((await place.run('token', 'revoke', id, '--tenant', 'acme')).stdout).toContain(
      `${id} was revoked`,
    );
    const gone = await place.run('token', 'list', '--url', url, '--token', token);
    expect([gone.exitCode, gone.stderr]).toEqual([1, expect.stringContaining('expired or was revoked')]);
    const told = (await place.run('audit', 'list')).stdout;
    expect(told).toMatch(/revokeApiToken[\s\S]*createApiToken/);
  });

  it('verify the audit, and find an end that is not in it', async () => {
    const verified = await place.run('audit', 'verify');
    const head = /the end is (\d+:[0-9a-f]{64})/.exec(verified.stdout)?.[1] ?? '';
    expect([verified.exitCode, verified.stdout]).toEqual([0, expect.stringMatching(/^intact: [23] entries/)]);
    expect((await place.run('audit', 'verify', '--kept', head)).exitCode).toBe(0);
    const other = await place.run('audit', 'verify', '--kept', `2:${'0'.repeat(64)}`);
    expect([other.exitCode, other.stdout]).toEqual([1, expect.stringContaining('TAMPERED WITH: entry 2')]);
  });
});

describe('an address beyond this machine', () => {
  it.each([
    ['without TLS', {}],
    [
      'without TLS, though JWTs are asked for',
      {
        TASKMESH_SECURITY__JWT_ALGORITHM: 'HS256',
        TASKMESH_SECURITY__JWT_ISSUER: 'i',
        TASKMESH_SECURITY__JWT_AUDIENCE: 'a',
        TASKMESH_SECURITY__JWT_SECRET: 'x'.repeat(40),
        TASKMESH_SECURITY__ANONYMOUS: 'false',
      },
    ],
  ])('is refused %s', async (_, variables) => {
    Object.assign(place.env, variables, { TASKMESH_SERVER__HOST: '0.0.0.0' });
    const refused = await place.run('serve', '--port', '0');
    for (const name of [...Object.keys(variables), 'TASKMESH_SERVER__HOST']) delete place.env[name];
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('server.host')]);
  });

  it('is taken by those who say that they know', async () => {
    place.env.TASKMESH_SERVER__HOST = '0.0.0.0';
    const second = await place.run('serve', '--port', '0', '--insecure-i-know');
    delete place.env.TASKMESH_SERVER__HOST;
    // it gets as far as the server that runs in this place already
    expect(second.stderr).not.toContain('server.host');
    expect(second.exitCode).toBe(1);
  });
});
