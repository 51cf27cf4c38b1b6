/**
 * The dashboard measured in chromium against a real server: first paint and interactive from a cold start, script, a mesh
 * of 10,000 tasks loaded and laid out, frames a second while it is panned and zoomed and takes updates. `npm run
 * bench:dashboard`; `-- --memory 3600` then leaves a page open under updates for so many seconds and prints its heap.
 */
import { gzipSync } from 'node:zlib';
import { cpus, loadavg } from 'node:os';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { serve } from './server.mjs';
import { churn, stepsOf, still, submit, wide } from './meshes.mjs';

const PAN_SECONDS = 12;
const assets = fileURLToPath(new URL('../../dist/dashboard/assets/', import.meta.url));
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const print = (name, value, target) =>
  console.log(`${name.padEnd(46)} ${String(value).padStart(12)}   ${target}`);

function scriptBytes() {
  const scripts = readdirSync(assets).filter((name) => name.endsWith('.js'));
  return scripts.reduce((sum, name) => sum + gzipSync(readFileSync(assets + name), { level: 9 }).length, 0);
}

async function opened(browser, { token }) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(300_000);
  await page.addInitScript((given) => localStorage.setItem('taskmesh.token', given), token);
  return page;
}

/** When the first thing stands there, and when what was asked for can be clicked. */
async function firstSight(browser, server) {
  const page = await opened(browser, server);
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (document.querySelector('.table a') === null) return;
      globalThis.interactiveAt = performance.now();
      observer.disconnect();
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto(server.url);
  await page.waitForFunction(() => globalThis.interactiveAt !== undefined);
  const paint = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
  );
  const interactive = await page.evaluate(() => globalThis.interactiveAt);
  await page.close();
  return { paint, interactive };
}

function countEvents(page) {
  const counted = { events: 0 };
  page.on('websocket', (socket) =>
    socket.on(
      'framereceived',
      ({ payload }) => (counted.events += String(payload).split('"type":"TASK_').length - 1),
    ),
  );
  return counted;
}

async function loadLarge(page, server, id) {
  await page.goto(`${server.url}/?page=mesh&mesh=${id}`);
  await page.locator('.graph-legend', { hasText: '10,000 nodes' }).waitFor();
  await page.waitForFunction(() => performance.getEntriesByName('task mesh: graph laid out').length > 0);
  return page.evaluate(() => {
    const [laid] = performance.getEntriesByName('task mesh: graph laid out');
    return { loadedMs: laid.startTime + laid.duration, layoutMs: laid.duration };
  });
}

/** A hand that pans in circles, and zooms now and then; frames are counted by the page itself. */
async function panAndZoom(page, seconds) {
  const box = await page.locator('.graph-canvas').boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.evaluate(() => {
    globalThis.frameTimes = [];
    const count = (time) => {
      globalThis.frameTimes.push(time);
      globalThis.frameHandle = requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
  });
  await page.mouse.move(x, y);
  await page.mouse.down();
  const end = Date.now() + seconds * 1000;
  for (let turn = 0; Date.now() < end; turn++) {
    await page.mouse.move(x + Math.sin(turn / 20) * 250, y + Math.cos(turn / 25) * 180);
    if (turn % 60 === 59) {
      await page.mouse.up();
      await page.mouse.wheel(0, turn % 120 === 59 ? -500 : 500);
      await page.mouse.down();
    }
    await pause(8);
  }
  await page.mouse.up();
  return page.evaluate(() => {
    cancelAnimationFrame(globalThis.frameHandle);
    const gaps = globalThis.frameTimes.slice(1).map((time, index) => time - globalThis.frameTimes[index]);
    gaps.sort((a, b) => a - b);
    return {
      perSecond: (1000 * gaps.length) / gaps.reduce((sum, gap) => sum + gap, 0),
      frames: gaps.length,
      p95Ms: gaps[Math.floor(gaps.length * 0.95)],
    };
  });
}

/** Ms of processor that the page's main thread has used: the same however busy the machine is. */
async function threadMs(session) {
  const { metrics } = await session.send('Performance.getMetrics');
  return 1000 * metrics.find(({ name }) => name === 'TaskDuration').value;
}

async function memory(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize / 1e6;
}

const SAMPLES = 10;

/** One page that is never loaded anew, under updates of the mesh that it shows; its heap ten times meanwhile. */
async function leaveOpen(page, server, seconds) {
  const { id, ids } = await still(server, 1000);
  await page.goto(`${server.url}/?page=mesh&mesh=${id}`);
  await page.locator('.graph-legend', { hasText: '1,001 nodes' }).waitFor();
  let made = await churn(server, ids, Math.min(20, seconds / SAMPLES));
  const heaps = [await memory(page)];
  for (let sample = 1; sample <= SAMPLES; sample++) {
    made += await churn(server, ids, seconds / SAMPLES);
    heaps.push(await memory(page));
    print(
      `heap after ${Math.round((seconds * sample) / SAMPLES)} s`,
      `${heaps.at(-1).toFixed(2)} MB`,
      `${made} updates made`,
    );
  }
  const middle = (some) => some.toSorted((a, b) => a - b)[some.length >> 1];
  const grown = middle(heaps.slice(-4)) - middle(heaps.slice(0, 4));
  print('heap, median of the last 4 less that of the first 4', `${grown.toFixed(2)} MB`, 'flat');
}

/** What a busy loop gets of a processor: on a machine that others load, every figure here is as much worse. */
function share() {
  const [before, began] = [process.cpuUsage(), performance.now()];
  while (performance.now() - began < 1000);
  const { user, system } = process.cpuUsage(before);
  return `${Math.round((user + system) / 10_000)} %`;
}

const memoryAt = process.argv.indexOf('--memory');
const memorySeconds = memoryAt === -1 ? 0 : Number(process.argv[memoryAt + 1]);
if (!Number.isFinite(memorySeconds) || memorySeconds < 0)
  throw new Error('--memory needs a number of seconds, such as 3600');
console.log(
  `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}, load ${loadavg()[0]?.toFixed(1)} before`,
);
print('a busy loop gets of a processor', share(), '100 %');
const server = await serve();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  const { paint, interactive } = await firstSight(browser, server);
  print('first paint, cold server', `${Math.round(paint)} ms`, '< 1000 ms');
  print('interactive, cold server', `${Math.round(interactive)} ms`, '< 1500 ms');
  print('script, gzip, all pages', `${(scriptBytes() / 1000).toFixed(1)} kB`, '<= 120 kB');
  const page = await opened(browser, server);
  const counted = countEvents(page);
  const id = await submit(server, wide({ layers: 10, width: 1000, seconds: 2 }));
  const { loadedMs, layoutMs } = await loadLarge(page, server, id);
  print('10,000 tasks loaded and laid out, running', `${Math.round(loadedMs)} ms`, '< 2000 ms');
  print('of which layout', `${Math.round(layoutMs)} ms`, '');
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const [events, began, usedMs] = [counted.events, Date.now(), await threadMs(session)];
  const { perSecond, p95Ms, frames } = await panAndZoom(page, PAN_SECONDS);
  const frameMs = ((await threadMs(session)) - usedMs) / frames;
  print(
    'updates a second meanwhile',
    Math.round((1000 * (counted.events - events)) / (Date.now() - began)),
    '1000',
  );
  print('frames a second, panning and zooming', perSecond.toFixed(1), '>= 50');
  print('95th part of 100 of time between frames', `${p95Ms.toFixed(1)} ms`, '');
  print('processor time of the main thread a frame', `${frameMs.toFixed(1)} ms`, '< 20 ms');
  if (memorySeconds > 0) await leaveOpen(page, server, memorySeconds);
  console.log(`load ${loadavg()[0]?.toFixed(1)} after; ${await stepsOf(server, id)}`);
} finally {
  await browser.close();
  await server.stop();
}
