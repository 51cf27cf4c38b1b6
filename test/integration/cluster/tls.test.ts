/**
 * A PostgreSQL and a Redis that want certificates, on both sides: servers and nodes with them work, a node that joins is told what it
 * needs, and each thing that may be wrong with a certificate names its key.
 */
import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { troubleOf } from '../../../src/app/links/trouble.js';
import { openBackend } from '../../../src/layers/cluster/open-backend.js';
import type { TlsFiles } from '../../../src/layers/cluster/queue-backend.js';
import { refusalOf as redisRefusalOf, tlsOptions } from '../../../src/layers/cluster/redis/redis-tls.js';
import { SystemClock } from '../../../src/kit/clock.js';
import { migrate } from '../../../src/store/postgres/migrate.js';
import { SessionPool } from '../../../src/store/postgres/sessions/pool.js';
import { hasOpenssl } from '../../support/cluster/certificates.js';
import { onCluster } from '../../support/cluster/cluster-site.js';
import { until } from '../../support/until.js';
import { type NodeProcess, spawnNode } from '../../support/cluster/node-process.js';
import { hasRedis } from '../../support/cluster/redis-process.js';
import { TlsSite, USER } from '../../support/cluster/tls-site.js';
import { graphql, serveProcess } from '../../support/server-process.js';

const SLOWLY = { timeout: 180_000 };

let site: TlsSite;

beforeEach(() => {
  site = new TlsSite();
});
afterEach(() => site.close(), SLOWLY.timeout);

async function refusalOf(opening: Promise<unknown>, name: 'database' | 'cluster'): Promise<string> {
  return await opening.then(
    () => 'it was let in',
    (error: unknown) => troubleOf(name, error),
  );
}

describe.skipIf(!hasOpenssl || !hasRedis)('a Redis that wants certificates', SLOWLY, () => {
  const open = async (url: string, tls: TlsFiles): Promise<void> => {
    const quiet = { schema: 'q', connections: 1, onError: () => undefined };
    const backend = await openBackend({ ...quiet, url, tls });
    await backend.queue('x').add('x', { node: 'a:1', json: '1', seal: '' });
    await backend.close();
  };

  it('takes ours, and each that is wrong is told by its key', async () => {
    const { url } = await site.redis();
    const { authority, other, client } = site;
    const ca = authority.cert;
    await open(url, { ca, ...client });
    const refused = (tls: TlsFiles): Promise<string> => refusalOf(open(url, tls), 'cluster');
    expect(await refused({ ca: other.cert, ...client })).toMatch(/^cluster\.tls_ca: .*not of an authority/);
    expect(await refused(client)).toMatch(/^cluster\.tls_ca: /);
    expect(await refused({ ca })).toMatch(/^cluster\.tls_cert: .*got none/);
    expect(await refused({ ca, ...other.sign('stranger') })).toMatch(/^cluster\.tls_cert: .*does not take/);
    expect(await refused({ ca, ...authority.sign('late', { days: -1 }) })).toMatch(/^cluster\.tls_cert: /);
  });

  it('says why it refuses to one who only listens', async () => {
    const { port } = await site.redis();
    const ca = site.authority.cert;
    const heard = (pair: { cert: string; key: string }): Promise<Error | undefined> =>
      redisRefusalOf({ host: '127.0.0.1', port, tls: tlsOptions({ ca, ...pair }) });
    expect(await heard(site.client)).toBe(undefined);
    // One who writes hears it now and then only.
    const stranger = site.other.sign('stranger');
    for (let time = 0; time < 20; time++)
      expect(await heard(stranger)).toMatchObject({ code: 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA' });
  });

  it('is shown the certificate that is in the file when a connection is made', async () => {
    const redis = await site.redis();
    const tls = { ca: site.authority.cert, ...site.client };
    const heard: string[] = [];
    const onError = (error: Error): void => void heard.push(troubleOf('cluster', error));
    const backend = await openBackend({ url: redis.url, schema: 'q', connections: 1, tls, onError });
    const stranger = site.other.sign('stranger');
    cpSync(stranger.cert, tls.cert);
    cpSync(stranger.key, tls.key);
    await redis.kill();
    await redis.start();
    await until('it is refused', () => heard.some((told) => told.startsWith('cluster.tls_cert: ')));
    await backend.close();
  });

  it('is refused itself when its certificate is over, or for another host', async () => {
    const { url: late } = await site.redis({ days: -1 });
    const tls = { ca: site.authority.cert, ...site.client };
    expect(await refusalOf(open(late, tls), 'cluster')).toMatch(
      /^cluster\.backend: .*not valid at this time/,
    );
    const { url: elsewhere } = await site.redis({ host: '127.0.0.2' });
    expect(await refusalOf(open(elsewhere, tls), 'cluster')).toMatch(/^cluster\.backend: .*another host/);
  });
});

describe.skipIf(!hasOpenssl)('a PostgreSQL that wants certificates', SLOWLY, () => {
  it('takes ours, and each that is wrong is told by its key', async () => {
    const url = await site.postgres();
    const { authority, other, client } = site;
    const ca = authority.cert;
    const enter = (tls: TlsFiles, words = 'sslmode=verify-full'): Promise<unknown> => {
      const files = Object.entries({ sslrootcert: tls.ca, sslcert: tls.cert, sslkey: tls.key });
      const named = files.flatMap(([word, path]) => (path === undefined ? [] : [`${word}=${path}`]));
      return migrate(`${url}?${[words, ...named].join('&')}`, []);
    };
    const refused = (...tls: Parameters<typeof enter>): Promise<string> =>
      refusalOf(enter(...tls), 'database');
    await enter({ ca, ...client });
    expect(await refused({ ca: other.cert, ...client })).toMatch(/^database\.tls_ca: .*not of an authority/);
    expect(await refused({ ca })).toMatch(/^database\.tls_cert: .*got none/);
    expect(await refused({ ca, ...other.sign(USER) })).toMatch(/^database\.tls_cert: .*does not take/);
    expect(await refused({ ca, ...authority.sign('somebody') })).toMatch(
      /^database\.url: .*common name in database\.tls_cert/,
    );
    expect(await refused({}, 'sslmode=disable')).toMatch(/^database\.url: .*with TLS only/);
  });

  it('is shown the certificate that is in the file when a connection is made', async () => {
    const url = await site.postgres();
    const { authority, other, client } = site;
    const files = `sslrootcert=${authority.cert}&sslcert=${client.cert}&sslkey=${client.key}`;
    const lost = (): void => undefined;
    const pool = new SessionPool(`${url}?sslmode=verify-full&${files}`, { max: 2, lost });
    const write = (pair: { cert: string; key: string }): void => {
      cpSync(pair.cert, client.cert);
      cpSync(pair.key, client.key);
    };
    const ours = { cert: join(site.dir, 'kept.cert'), key: join(site.dir, 'kept.key') };
    cpSync(client.cert, ours.cert);
    cpSync(client.key, ours.key);
    const first = await pool.connect();
    write(other.sign(USER));
    expect(await refusalOf(pool.query('SELECT 1'), 'database')).toMatch(
      /^database\.tls_cert: .*does not take/,
    );
    await first.query('SELECT 1');
    write(ours);
    await pool.query('SELECT 1');
    first.release();
    await pool.close(new SystemClock());
  });
});

describe.skipIf(!hasOpenssl || !hasRedis)('servers and nodes on both', SLOWLY, () => {
  const nodes: NodeProcess[] = [];

  it('work with their certificates, and a node that joins is told what it needs', async ({
    onTestFinished,
  }) => {
    const [database, redis] = [await site.postgres(), (await site.redis()).url];
    const { cert, key } = site.client;
    const ca = site.authority.cert;
    const env = {
      TASKMESH_DATABASE__URL: database,
      TASKMESH_DATABASE__TLS_CA: ca,
      TASKMESH_DATABASE__TLS_CERT: cert,
      TASKMESH_DATABASE__TLS_KEY: key,
      TASKMESH_CLUSTER__BACKEND: redis,
      TASKMESH_CLUSTER__TLS_CA: ca,
      TASKMESH_CLUSTER__TLS_CERT: cert,
      TASKMESH_CLUSTER__TLS_KEY: key,
    };
    const server = await serveProcess(join(site.dir, 'server'), env);
    onTestFinished(async () => {
      for (const node of nodes) node.signal('SIGKILL');
      await server.stop();
    });
    nodes.push(
      await spawnNode({ stateDir: join(site.dir, 'near'), name: 'near', args: ['--labels', 'near'], env }),
    );

    const { createJoinToken } = await graphql<{ createJoinToken: { token: string } }>(
      server,
      'mutation { createJoinToken { token } }',
    );
    const far = join(site.dir, 'far');
    const args = ['--join', server.url, '--token', createJoinToken.token, '--labels', 'far'];
    nodes.push(await spawnNode({ stateDir: far, name: 'far', args }));
    const folder = join(far, 'nodes', 'far', 'tls');
    const kept = readdirSync(folder, { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('.pem'));
    expect(kept.sort()).toEqual(
      ['cluster', 'database'].flatMap((name) =>
        ['ca', 'cert', 'key'].map((part) => join(name, `${part}.pem`)),
      ),
    );
    for (const name of kept) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);

    const tasks = ['near', 'far'].map((label) => ({
      ...onCluster(label, `env > ${join(site.dir, label)}.env`),
      nodeSelector: [label],
    }));
    const { submitMesh } = await graphql<{ submitMesh: { id: string } }>(
      server,
      'mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id } }',
      { input: { name: 'tls', tasks } },
    );
    const query = 'query ($id: ID!) { mesh(id: $id) { status } }';
    await until('it is done', async () => {
      const { mesh } = await graphql<{ mesh: { status: string } }>(server, query, { id: submitMesh.id });
      return mesh.status === 'COMPLETED';
    });
    for (const label of ['near', 'far']) {
      const seen = readFileSync(`${join(site.dir, label)}.env`, 'utf8');
      expect(seen).toContain('TASKMESH_TASK_ID=');
      expect(seen).not.toMatch(/PRIVATE KEY|\.pem|rediss?:|postgres(ql)?:|TLS/);
    }
  });

  it('do not start with a file that is missing, no certificate, over, or not of its key', async () => {
    const start = (env: Record<string, string>): Promise<unknown> =>
      serveProcess(join(site.dir, 'server'), {
        TASKMESH_DATABASE__URL: 'postgresql://taskmesh@127.0.0.1:9/none',
        TASKMESH_CLUSTER__BACKEND: 'rediss://127.0.0.1:9',
        ...env,
      });
    const { client, other } = site;
    const over = site.authority.sign('over', { days: -1 });
    const none = join(site.dir, 'none.pem');
    const text = join(site.dir, 'text.pem');
    writeFileSync(text, 'no certificate');
    const both = (name: string, pair: { cert: string; key: string }): Record<string, string> => ({
      [`TASKMESH_${name}__TLS_CERT`]: pair.cert,
      [`TASKMESH_${name}__TLS_KEY`]: pair.key,
    });
    await expect(start({ TASKMESH_DATABASE__TLS_CA: none })).rejects.toThrow(
      /database\.tls_ca must be a file that can be read, got ENOENT for .*none\.pem/,
    );
    await expect(start({ TASKMESH_DATABASE__TLS_CA: text })).rejects.toThrow(
      /database\.tls_ca must hold certificates as PEM/,
    );
    await expect(start(both('DATABASE', over))).rejects.toThrow(
      /database\.tls_cert holds a certificate \(CN=over\) that expired on .*; renew it/,
    );
    await expect(start(both('DATABASE', { cert: client.cert, key: other.sign('x').key }))).rejects.toThrow(
      /database\.tls_key is not the key of the certificate in database\.tls_cert/,
    );
    await expect(start({ TASKMESH_CLUSTER__TLS_CERT: client.cert })).rejects.toThrow(
      /cluster\.tls_cert must come with cluster\.tls_key/,
    );
    expect(existsSync(join(site.dir, 'server', 'server.json'))).toBe(false);
  });
});
