/**
 * A page of another site in a real browser, against the running server: its WebSocket, its requests, its form, and a name of its
 * own that resolves to this machine (DNS rebinding). Skipped where there is no chromium.
 */
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTarget, type Target } from './running.js';

const executablePath = '/usr/bin/chromium';
const hasBrowser = existsSync(executablePath);
const SLOWLY = { timeout: 120_000 };

interface Shown {
  readonly id: string;
  readonly tasks: { readonly nodes: readonly { readonly id: string }[] };
}

let target: Target;
let browser: Browser;
let page: Page;
const site: Server = createServer((_request, response) =>
  response.writeHead(200, { 'content-type': 'text/html' }).end('<title>evil</title>'),
);

describe.skipIf(!hasBrowser)(
  `a page of another site${hasBrowser ? '' : ` (skipped: no ${executablePath})`}`,
  () => {
    beforeAll(async () => {
      await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
      target = await openTarget();
      // evil.example and rebound.example are this machine, as their owner may have it
      const rules = '--host-resolver-rules=MAP evil.example 127.0.0.1, MAP rebound.example 127.0.0.1';
      browser = await chromium.launch({ executablePath, args: ['--no-sandbox', rules] });
      page = await browser.newPage();
      await page.goto(`http://evil.example:${(site.address() as AddressInfo).port}/`);
    }, SLOWLY.timeout);
    afterAll(async () => {
      await browser?.close();
      await target?.close();
      site.close();
    }, SLOWLY.timeout);

    const tasks = async (): Promise<string> => (await target.query('{ tasks { totalCount } }')).text;

    it('opens no WebSocket', SLOWLY, async () => {
      const said = await page.evaluate(
        (url) =>
          new Promise<string>((resolve) => {
            const socket = new WebSocket(url, 'graphql-transport-ws');
            socket.onopen = () => resolve('open');
            socket.onerror = () => resolve('refused');
          }),
        `${target.url.replace('http', 'ws')}/graphql`,
      );
      expect(said).toBe('refused');
    });

    it('reads nothing and changes nothing, by fetch or by form', SLOWLY, async () => {
      const before = await tasks();
      const mutation = 'mutation { createTask(input: { name: "forged" }) { id } }';
      const said = await page.evaluate(
        async ({ url, query }) => {
          const read: string[] = [];
          const attempts: [string, RequestInit][] = [
            [`${url}/status`, {}],
            [`${url}/metrics/prometheus`, {}],
            [`${url}/graphql`, { method: 'POST', body: JSON.stringify({ query }) }],
            [`${url}/tasks`, { method: 'POST', body: '{"name":"forged"}' }],
            [
              `${url}/tasks`,
              { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"name":"forged"}' },
            ],
          ];
          for (const [path, init] of attempts)
            await fetch(path, init).then(
              async (response) => void read.push(`${path} ${await response.text()}`),
              () => undefined,
            );
          for (const [path, init] of attempts)
            await fetch(path, { ...init, mode: 'no-cors' }).catch(() => undefined);
          return read;
        },
        { url: target.url, query: mutation },
      );
      expect(said).toEqual([]);
      await page.setContent(
        `<form method="post" enctype="text/plain" action="${target.url}/tasks"><input name='{"name":"forged","x":"' value='"}'></form>`,
      );
      const [answer] = await Promise.all([
        page.waitForResponse((response) => response.url().endsWith('/tasks')),
        page.evaluate(() => document.forms[0]?.submit()),
      ]);
      expect(answer.status()).toBeGreaterThanOrEqual(400);
      expect(await tasks()).toBe(before);
    });

    it('cannot speak through names and lines that the dashboard shows', SLOWLY, async () => {
      const hostile = '<img src=x onerror="window.pwned=1"></script><script>window.pwned=1</script>';
      const work = { command: { argv: ['/bin/echo', `${hostile}\u202e\u001b[2J`] } };
      const task = { key: 'k', name: hostile, description: hostile, layer: 'LOCAL', work };
      const { text } = await target.query(
        'mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id tasks { nodes { id } } } }',
        { input: { name: hostile, tasks: [task] } },
      );
      const { submitMesh } = (JSON.parse(text) as { data: { submitMesh: Shown } }).data;
      const shown = await browser.newPage();
      const task1 = submitMesh.tasks.nodes[0]?.id ?? '';
      for (const place of [
        '',
        `page=mesh&mesh=${submitMesh.id}`,
        `page=mesh&mesh=${submitMesh.id}&task=${task1}`,
      ]) {
        await shown.goto(`${target.url}/?${place}`);
        await shown.getByText('<img src=x').first().waitFor({ state: 'attached' });
        const isReached = (): boolean => 'pwned' in window || document.querySelector('img[src=x]') !== null;
        expect(await shown.evaluate(isReached)).toBe(false);
      }
      await shown.close();
    });

    it('is refused under a name of its own that resolves to this machine', SLOWLY, async () => {
      const rebound = await browser.newPage();
      const { port } = new URL(target.url);
      const answer = await rebound.goto(`http://rebound.example:${port}/status`);
      expect(answer?.status()).toBe(421);
      expect(await rebound.content()).not.toContain('server_id');
      const said = await rebound.evaluate(async () => (await fetch('/graphql?query={health{ready}}')).status);
      expect(said).toBe(421);
      await rebound.close();
    });
  },
);
