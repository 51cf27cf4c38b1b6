/** The training thread trains what it is given, and gives way to everything else of the server. */
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { SystemClock } from '../../../../src/kit/clock.js';
import { Trainer } from '../../../../src/learning/live/trainer.js';
import type { TrainingRows } from '../../../../src/learning/batch.js';

const OPTIONS = { learningRate: 0.01, batchSize: 32, maxIterations: 50, seed: 1 };
const trainer = new Trainer(new SystemClock({ timersHoldProcess: false }));
afterEach(() => trainer.close());

function rows(count: number): TrainingRows {
  return {
    featuresVersion: 1,
    names: ['x'],
    count,
    features: Float64Array.from({ length: count }, (_, i) => i / count),
    prior: new Float64Array(count),
    actual: Float64Array.from({ length: count }, (_, i) => 2 * (i / count)),
  };
}

/** Nice values of the threads of this process. */
function priorities(): number[] {
  return readdirSync('/proc/self/task').map((id) => {
    const [, fields = ''] = readFileSync(`/proc/self/task/${id}/stat`, 'utf8').split(') ');
    return Number(fields.split(' ')[16]);
  });
}

it('trains in a thread of lower priority, on Linux, and leaves the others as they are', async () => {
  const before = process.platform === 'linux' ? priorities() : [];
  const seen: number[][] = [];
  const { end } = trainer.train({ model: 'network', rows: rows(200), options: OPTIONS }, () => {
    if (process.platform === 'linux') seen.push(priorities());
  });
  expect(await end).toMatchObject({ kind: 'trained' });
  if (process.platform !== 'linux') return;
  const lowered = (all: readonly number[]): number =>
    all.filter((nice) => nice > (before[0] as number)).length;
  expect(Math.max(...seen.map(lowered))).toBe(lowered(before) + 1);
});
