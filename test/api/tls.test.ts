/** The server with a certificate: every door over TLS and none without, renewals without a restart. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { get, request } from 'node:https';
import { request as plainRequest } from 'node:http';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:tls';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { VirtualClock } from '../../src/kit/clock.js';
import { ServerCertificate } from '../../src/security/server-certificate.js';
import { startApp, type TestApp } from '../support/app.js';
import { Authority, hasOpenssl } from '../support/cluster/certificates.js';
import { until } from '../support/until.js';
import { temporaryDir } from '../support/work/fixtures.js';

const HOST = '127.0.0.1';
const LOOK_MS = 5000;

const portOf = ({ url }: TestApp): number => Number(new URL(url).port);

describe.skipIf(!hasOpenssl)('a server with a certificate', () => {
  const dir = temporaryDir('server-tls');
  let authority: Authority;
  let ca: string;
  beforeAll(() => {
    authority = new Authority(dir, 'authority');
    ca = readFileSync(authority.cert, 'utf8');
  });

  describe('at every door', () => {
    let app: TestApp;
    beforeAll(async () => {
      const { cert, key } = authority.sign('server', { host: HOST });
      app = await startApp({
        server: { port: 0, tlsCert: cert, tlsKey: key },
        observability: { metrics: { enabled: true, port: 0 } },
      });
    });
    afterAll(() => app.close());

    const answerTo = (url: string, body?: string): Promise<{ status: number | undefined; text: string }> =>
      new Promise((resolve, reject) => {
        const headers = { authorization: `Bearer ${app.token}`, 'content-type': 'application/json' };
        const asked = request(
          url,
          { method: body === undefined ? 'GET' : 'POST', ca, headers },
          (response) => {
            let text = '';
            response.setEncoding('utf8').on('data', (part) => (text += part));
            response.on('end', () => resolve({ status: response.statusCode, text }));
          },
        );
        asked.on('error', reject).end(body);
      });

    it('answers GraphQL, REST and Prometheus', async () => {
      expect(app.url).toMatch(/^https:/);
      const graphql = await answerTo(`${app.url}/graphql`, '{"query":"{ health { ready } }"}');
      expect(graphql).toEqual({ status: 200, text: expect.stringContaining('"ready":true') as string });
      expect((await answerTo(`${app.url}/health/ready`)).status).toBe(200);
      expect((await answerTo(app.metricsUrl ?? '')).text).toContain('taskmesh_ready 1');
    });

    it('opens subscriptions', async () => {
      class Trusting extends WebSocket {
        constructor(address: string, protocol: string) {
          super(address, protocol, { ca });
        }
      }
      const client = createClient({
        url: `${app.url.replace('https', 'wss')}/graphql`,
        webSocketImpl: Trusting,
      });
      let first: unknown;
      for await (const one of client.iterate({
        query: 'subscription { metricsSampled(every: 60) { at } }',
      })) {
        first = one;
        break;
      }
      await client.dispose();
      expect(first).toMatchObject({ data: { metricsSampled: { at: expect.any(String) as string } } });
    });

    it('takes a crowd, whose connections come through descriptors of their own', async () => {
      const handles = (): number =>
        process.getActiveResourcesInfo().filter((one) => one.startsWith('TCP')).length;
      const before = handles();
      const sockets = Array.from({ length: 200 }, () => connect({ host: HOST, port: portOf(app), ca }));
      await Promise.all(
        sockets.map((socket) => new Promise((resolve) => socket.on('secureConnect', resolve))),
      );
      // each connection has its two ends in this process
      await until('there are more descriptors', () => handles() >= before + 2 * sockets.length + 32);
      const answers = await Promise.all(
        Array.from({ length: 300 }, () => answerTo(`${app.url}/health/ready`).then(({ status }) => status)),
      );
      expect(answers).toEqual(Array(300).fill(200));
      for (const socket of sockets) socket.destroy();
    });

    it('has no word for whoever speaks plain HTTP, does not trust the authority, or asks for an old TLS', async () => {
      const port = portOf(app);
      const plain = new Promise((resolve, reject) => {
        plainRequest({ host: HOST, port, path: '/health' }, resolve).on('error', reject).end();
      });
      await expect(plain).rejects.toThrow();
      const stranger = new Promise((resolve, reject) =>
        get(`${app.url}/health`, resolve).on('error', reject),
      );
      await expect(stranger).rejects.toThrow(/certificate/);
      const old = new Promise((resolve, reject) => {
        const options = {
          host: HOST,
          port,
          ca,
          maxVersion: 'TLSv1.1',
          minVersion: 'TLSv1.1',
          ciphers: 'ALL:@SECLEVEL=0',
        } as const;
        connect(options, () => resolve('connected')).on('error', reject);
      });
      await expect(old).rejects.toThrow(/protocol|version|alert/i);
    });
  });

  it('shows a renewed certificate to the next who connects, and the last good one when the new one is broken', async () => {
    const clock = new VirtualClock();
    const told: string[] = [];
    const files = { cert: join(dir, 'shown.pem'), key: join(dir, 'shown.key') };
    const show = ({ cert, key }: { cert: string; key: string }): void => {
      copyFileSync(cert, files.cert);
      copyFileSync(key, files.key);
    };
    show(authority.sign('first', { host: HOST }));
    const certificate = await ServerCertificate.open(files, { clock, told: (message) => told.push(message) });
    const server = certificate.server((_request, response) => response.end());
    await certificate.start();
    await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
    const { port } = server.address() as AddressInfo;
    const name = (): Promise<string> =>
      new Promise((resolve, reject) => {
        const socket = connect({ host: HOST, port, ca }, () => {
          resolve(String(socket.getPeerCertificate().subject.CN));
          socket.destroy();
        });
        socket.on('error', reject);
      });
    const looked = async (count: number): Promise<void> => {
      clock.advance(LOOK_MS);
      await expect.poll(() => told.length).toBe(count);
    };
    expect(await name()).toBe('first');
    show(authority.sign('second', { host: HOST }));
    await looked(1);
    expect([await name(), told[0]]).toEqual(['second', 'the certificate was renewed']);
    writeFileSync(files.key, readFileSync(authority.sign('third', { host: HOST }).key));
    await looked(2);
    expect([await name(), told[1]]).toEqual([
      'second',
      expect.stringMatching(/the last one stays: .*mismatch/),
    ]);
    show(authority.sign('third', { host: HOST }));
    await looked(3);
    expect(await name()).toBe('third');
    await certificate.stop();
    await new Promise((resolve) => server.close(resolve));
  });

  it('does not start with one of the two files', async () => {
    const { cert } = authority.sign('half', { host: HOST });
    await expect(startApp({ server: { port: 0, tlsCert: cert } })).rejects.toThrow(/belong together/);
  });

  it('does not start on files that are no certificate, or do not belong together', async () => {
    const one = authority.sign('one', { host: HOST });
    const other = authority.sign('other', { host: HOST });
    const open = (cert: string, key: string): Promise<unknown> =>
      ServerCertificate.open({ cert, key }, { clock: new VirtualClock(), told: () => {} });
    await expect(open(one.cert, other.key)).rejects.toThrow(/server.tls_cert and server.tls_key .*mismatch/);
    await expect(open(join(dir, 'absent'), one.key)).rejects.toThrow(
      /server.tls_cert cannot be read: ENOENT/,
    );
    await expect(open(one.key, one.key)).rejects.toThrow(/cannot be used/);
  });
});
