/**
 * The dashboard measured in chromium against a real server: first paint and interactive from a cold start, script, a mesh
 * of 10,000 tasks loaded and laid out, frames a second while it is panned and zoomed and takes updates. `npm run
 * bench:dashboard`; `-- --minutes 60` then leaves it open under updates and prints its memory each minute.
 */
import { gzipSync } from 'node:zlib';
import { cpus, loadavg } from 'node:os';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { serve } from './server.mjs';
import { stepsOf, submit, wide } from './meshes.mjs';

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

/** The same tasks again and again, seen by one page that is never loaded anew. */
async function leaveOpen(page, server, minutes) {
  for (let minute = 0; minute <= minutes; minute++) {
    print(`heap after ${minute} min`, `${(await memory(page)).toFixed(1)} MB`, 'flat');
    await submit(server, wide({ layers: 4, width: 500, seconds: 10 }));
    await pause(60_000);
  }
}

/** What a busy loop gets of a processor: on a machine that others load, every figure here is as much worse. */
function share() {
  const [before, began] = [process.cpuUsage(), performance.now()];
  while (performance.now() - began < 1000);
  const { user, system } = process.cpuUsage(before);
  return `${Math.round((user + system) / 10_000)} %`;
}

const minutesAt = process.argv.indexOf('--minutes');
const minutes = minutesAt === -1 ? 0 : Number(process.argv[minutesAt + 1]);
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
  const id = await submit(server, wide({ layers: 10, width: 1000, seconds: 3 }));
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
  if (minutes > 0) await leaveOpen(page, server, minutes);
  console.log(`load ${loadavg()[0]?.toFixed(1)} after; ${await stepsOf(server, id)}`);
} finally {
  await browser.close();
  await server.stop();
}
