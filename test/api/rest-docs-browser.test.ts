/** The documentation page in a real browser: it works with this server alone, and its policy is not in its way. */
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { ROUTES } from '../../src/api/rest/routes.js';
import { serve } from './rest-server.js';

const executablePath = '/usr/bin/chromium';

const hasBrowser = existsSync(executablePath);

describe('/docs', () => {
  it.skipIf(!hasBrowser)(
    `shows every route, calls one, and asks no other host${hasBrowser ? '' : ` (skipped: no ${executablePath})`}`,
    async () => {
      const { url, fastify } = await serve({});
      const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
      try {
        const page = await browser.newPage();
        const origins = new Set<string>();
        const complaints: string[] = [];
        page.on('request', (request) => origins.add(new URL(request.url()).origin));
        page.on('console', (message) => complaints.push(message.text()));
        page.on('pageerror', (error) => complaints.push(String(error)));
        await page.goto(`${url}/docs`);
        await page.waitForSelector('.opblock');
        expect(await page.locator('.opblock').count()).toBe(ROUTES.length);
        await page.locator('#operations-system-healthLive .opblock-summary-control').click();
        await page.locator('#operations-system-healthLive button.execute').click();
        await page.waitForSelector('.live-responses-table .response-col_status:has-text("200")');
        expect([[...origins], complaints]).toEqual([[url], []]);
      } finally {
        await browser.close();
        await fastify.close();
      }
    },
    60_000,
  );
});
