/**
 * `npm run demo:consciousness`: on a live server, within three minutes, a periodic failure is found and explained; a level is forced
 * and only thought; it is earned, with its evidence; starts are held back before the bad windows and the attempts that saved are
 * counted; a person vetoes, and the failures are back. All of it is told over subscriptions and stands in the history.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DemoSite } from '../demo-learning/site.js';
import { missingOf, Story, type StoryPlan } from './story.js';
import { DemoWork, type WorkPace } from './work.js';

const USAGE = `usage: npm run demo:consciousness -- [flags]
  --state-dir DIR   where the demo lives; removed at its end (.taskmesh/demo-consciousness)`;
const BUILT = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const PACE: WorkPace = { periodMs: 10_000, awayMs: 1000, syncMs: 700, syncEveryMs: 400, galleryEveryMs: 500 };
/** A window and a half after the veto. */
const PLAN: StoryPlan = { msMax: 180_000, forceAfterMs: 5000, held: 3, vetoedMs: 25_000 };
const SETTINGS = {
  TASKMESH_EXECUTION__MAX_PARALLEL_TASKS: '8',
  TASKMESH_CONSCIOUSNESS__INITIAL_AWARENESS_LEVEL: 'Basic',
  TASKMESH_CONSCIOUSNESS__EVOLUTION_RATE: '1',
};

async function demonstrate(stateDir: string): Promise<void> {
  const site = new DemoSite(stateDir);
  const began = Date.now();
  let isClosing = false;
  const say = (...lines: readonly string[]): void => {
    const at = ((Date.now() - began) / 1000).toFixed(0).padStart(4);
    for (const [n, line] of lines.entries())
      if (!isClosing) process.stdout.write(`${n === 0 ? `${at} s` : '      '}  ${line}\n`);
  };
  const close = async (): Promise<void> => {
    isClosing = true;
    await site.close();
  };
  const stop = (): void => void close().finally(() => process.exit(130));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    await site.start([], SETTINGS);
    say(
      `a sync every ${PACE.syncEveryMs / 1000} s fails in one second of every ${PACE.periodMs / 1000}; galleries of pictures run beside it; nobody tells the server`,
    );
    const { door } = site;
    const work = new DemoWork({ door, dir: join(stateDir, 'logs'), pace: PACE });
    const missing = missingOf(await new Story({ door, work, plan: PLAN, say }).tell());
    if (missing.length > 0)
      throw new Error(`not within three minutes, the machine may be too busy: ${missing.join('; ')}`);
  } finally {
    process.removeListener('SIGINT', stop).removeListener('SIGTERM', stop);
    await close();
  }
}

/** Answers the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  let stateDir: string;
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        'state-dir': { type: 'string', default: '.taskmesh/demo-consciousness' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(`${USAGE}\n`);
      return 0;
    }
    stateDir = values['state-dir'];
    if (!existsSync(BUILT)) throw new Error('run `npm run build` first');
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${USAGE}\n`);
    return 2;
  }
  try {
    await demonstrate(stateDir);
    return 0;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return 1;
  }
}
