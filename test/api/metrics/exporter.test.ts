/** The port of its own that Prometheus scrapes. */
import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { Exporter } from '../../../src/metrics/exporter.js';
import { fill, makeMetrics } from '../../unit/metrics/filled-metrics.js';

const running: Exporter[] = [];
afterEach(async () => {
  for (const exporter of running.splice(0)) await exporter.stop();
});

async function exporter(
  port = 0,
  source = fill(makeMetrics()),
): Promise<{ url: string; port: number; warnings: string[] }> {
  const warnings: string[] = [];
  const part = new Exporter({
    source,
    host: '127.0.0.1',
    port,
    allowedHosts: ['scrape.me'],
    warn: (message) => warnings.push(message),
  });
  running.push(part);
  await part.start();
  return { url: part.url ?? '', port: Number(new URL(part.url ?? 'http://nowhere:1').port), warnings };
}

function get(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('exporter', () => {
  it('serves the text of all families with its content type', async () => {
    const { url } = await exporter();
    for (const path of ['/metrics', '/metrics/prometheus']) {
      const response = await fetch(new URL(path, url));
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
      expect(await response.text()).toContain('taskmesh_tasks{status="completed"} 9');
    }
  });

  it('answers HEAD without a body, and other methods with 405', async () => {
    const { url } = await exporter();
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    const post = await fetch(url, { method: 'POST' });
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('says where the metrics are when asked for anything else', async () => {
    const { url } = await exporter();
    const response = await fetch(new URL('/', url));
    expect([response.status, await response.text()]).toEqual([404, 'metrics are at /metrics\n']);
  });

  it('refuses host names it does not know, so that no web page can read it by DNS rebinding', async () => {
    const { url, port } = await exporter();
    expect(await get(url, 'evil.example')).toBe(421);
    expect(await get(url, `localhost:${port}`)).toBe(200);
    expect(await get(url, 'scrape.me')).toBe(200);
  });

  it('warns about a busy port and lets the rest of the process start', async () => {
    const first = await exporter();
    const second = await exporter(first.port);
    expect(second.url).toBe('');
    expect(second.warnings).toEqual([expect.stringMatching(/EADDRINUSE.*\[observability\.metrics\] port/)]);
  });

  it('answers 500 and warns when the metrics cannot be read', async () => {
    const source = { contentType: 'text/plain', text: () => Promise.reject(new Error('a collector broke')) };
    const warnings: string[] = [];
    const part = new Exporter({
      source,
      host: '127.0.0.1',
      port: 0,
      allowedHosts: [],
      warn: (message) => warnings.push(message),
    });
    running.push(part);
    await part.start();
    expect((await fetch(part.url ?? '')).status).toBe(500);
    expect(warnings).toEqual([expect.stringContaining('a collector broke')]);
  });

  it('stops at once, twice if need be', async () => {
    const { url } = await exporter();
    await running[0]?.stop();
    await running[0]?.stop();
    await expect(fetch(url)).rejects.toThrow();
  });
});
