/**
 * Bugs that a developer might write, planted one by one into the real source: the 2,000 seeds of this suite find each. In a
 * process of its own, because what a bug leaves behind must not outlive it.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { loadSimulation } from './plants/load.js';
import { PLANTS } from './plants/plants.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SEEDS = 2000;

function simulated(args: readonly string[]): Promise<{ code: number; said: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['scripts/simulate.mjs', ...args], { cwd: ROOT }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), said: `${stdout}${error === null ? '' : stderr}` });
    });
  });
}

it.each(PLANTS.map(({ name, what }) => [name, what] as const))(
  'finds "%s": %s',
  { timeout: 300_000 },
  async (name) => {
    const { code, said } = await simulated(['--count', `${SEEDS}`, '--first', '--plant', name]);
    expect(said).toMatch(/^seed \d+, after event \d+, breaks the promise that /);
    expect(code).toBe(1);
  },
);

it('refuses a plant whose place is no longer in the source', async () => {
  const edits = [{ file: 'orchestrator/committer.ts', find: 'what never stood there', write: '' }];
  const lost = loadSimulation({ name: 'lost', what: 'nothing', edits });
  await expect(lost).rejects.toThrow(/does not hold exactly once: what never stood there/);
});

it('tells the story of one history, and what is wrong with a wish', async () => {
  const { code, said } = await simulated(['--seed', '7']);
  expect(code).toBe(0);
  expect(said.split('\n').length).toBeGreaterThan(20);
  expect(said).toMatch(/seed 7 keeps every promise\n$/);
  expect(await simulated(['--seed', 'x'])).toMatchObject({
    code: 2,
    said: expect.stringContaining('whole numbers') as string,
  });
});
