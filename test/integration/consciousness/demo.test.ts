/**
 * The story of `npm run demo:consciousness`, told of a real server in less than half of its time: what fails comes back sooner,
 * and the server has run before: most predictions that the gate asks for were scored then, and the window of a minute at whose end
 * a level is earned has begun.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { expect, it } from 'vitest';
import { missingOf, Story } from '../../../scripts/demo-consciousness/story.js';
import { DemoWork } from '../../../scripts/demo-consciousness/work.js';
import { DemoDoor } from '../../../scripts/demo-learning/door.js';
import type { RunObservation } from '../../../src/consciousness/evolution/evidence.js';
import { Evolution } from '../../../src/consciousness/evolution/evolution.js';
import { rowOf } from '../../../src/consciousness/live/records/level-keeper.js';
import { PostgresConsciousness } from '../../../src/store/postgres/consciousness/postgres-consciousness.js';
import { startApp } from '../../support/app.js';
import { freshDatabase } from '../../support/postgres.js';

const PACE = { periodMs: 5000, awayMs: 600, syncMs: 300, syncEveryMs: 200, galleryEveryMs: 600 };
const PLAN = { msMax: 240_000, forceAfterMs: 1000, held: 1, vetoedMs: 1000 };
const SETTINGS = { initialLevel: 'BASIC', evolutionRate: 1 } as const;
const WINDOW_MS = 60_000;
/** Of the window: enough for the runs that lack. */
const LEFT_MS = 26_000;
/** Of 200 predictions. */
const SCORED = 188;
const RUN: RunObservation = {
  ...{ kind: 'RUN', predictions: 4, covered: 4, decisions: 0 },
  ...{ overMedian: 0.5, overStatic: 0.2, overSingle: 0 },
};

async function beginLedger(url: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: url });
  const began = Date.now() - WINDOW_MS + LEFT_MS;
  const { evolution, line } = Evolution.start(SETTINGS, began);
  const lines = [line];
  for (let scored = 0; scored < SCORED; scored += RUN.predictions)
    lines.push(...evolution.observe(RUN, began));
  await new PostgresConsciousness(pool).write(0, {
    standing: JSON.stringify({ evolution: evolution.snapshot() }),
    lines: lines.map(rowOf),
  });
  await pool.end();
}

it('is whole: found, explained, forced in shadow, earned, held back, counted and vetoed, over subscriptions and in the history', {
  timeout: 360_000,
}, async ({ onTestFinished }) => {
  const database = await freshDatabase();
  await beginLedger(database.url);
  const dir = await mkdtemp(join(tmpdir(), 'taskmesh-story-'));
  const app = await startApp({
    execution: { maxParallelTasks: 8 },
    consciousness: { initialAwarenessLevel: 'Basic', evolutionRate: 1 },
    database: { url: database.url },
  });
  const door = new DemoDoor(app.url, (await readFile(join(app.stateDir, 'token'), 'utf8')).trim());
  const work = new DemoWork({ door, dir, pace: PACE });
  onTestFinished(async () => {
    work.stop();
    await app.close();
    await database.drop();
    await rm(dir, { recursive: true, force: true, maxRetries: 5 });
  });
  const lines: string[] = [];
  const say = (...said: readonly string[]): void => void lines.push(...said);
  const told = await new Story({ door, work, plan: PLAN, say }).tell();
  const text = lines.join('\n');
  expect(missingOf(told), text).toEqual([]);
  expect(told.levels.slice(0, 2)).toEqual(['STARTED', 'SHADOWED']);
  expect(told.waited).toBeGreaterThan(0);

  expect(text).toMatch(/found: PERIOD: .*command:sync/);
  expect(text).toMatch(/level: SHADOWED BASIC -> COGNITIVE by owner\n +missing: scored predictions/);
  expect(text).toMatch(/thought: HOLD about command:sync/);
  expect(text).toMatch(/level COGNITIVE is earned\n +met: scored predictions: \d+ \(needs >= 200\)/);
  expect(text).toMatch(/decided: HOLD about command:sync/);
  expect(text).toMatch(/came of it: HOLD DONE: \d+ starts waited, [\d.]+ attempts saved/);
  expect(text).toMatch(/vetoed by owner: command:sync/);
});
