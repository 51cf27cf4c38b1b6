/** The demo of learning as a newcomer starts it, with a shorter workflow and fewer runs. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { endAll, processesOf } from '../../support/kill-rounds/processes.js';
import { type Ended, root } from '../cli-program.js';

async function demo(...argv: string[]): Promise<Ended> {
  const child = spawn(process.execPath, ['scripts/demo-learning.mjs', ...argv], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { exitCode, stdout, stderr };
}

it('runs, learns, tells it in the terminal and as a chart, and leaves nothing behind', {
  timeout: 240_000,
}, async ({ onTestFinished }) => {
  const place = await realpath(await mkdtemp(join(tmpdir(), 'taskmesh-demo-')));
  onTestFinished(async () => {
    endAll(processesOf(place));
    await rm(place, { recursive: true, force: true, maxRetries: 5 });
  });
  const [stateDir, report] = [join(place, 'demo'), join(place, 'report.html')];
  const { exitCode, stdout, stderr } = await demo(
    ...['--seconds', '4', '--runs', '2', '--slower', '3', '--state-dir', stateDir, '--report', report],
  );
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });

  const tasks = Number(/(\d+) tasks on swift and steady/.exec(stdout)?.[1]);
  const rows = [
    ...stdout.matchAll(/^(\d)(?: slowed)? +([\d.]+) s +([\d.]+) s +([\d.]+) +([\d.]+) % +(\d+)$/gm),
  ];
  const figures = rows.map(
    (row) => row.slice(1).map(Number) as [number, number, number, number, number, number],
  );
  expect(figures.map(([run]) => run)).toEqual([1, 2, 3, 4]);
  for (const [, makespan, least] of figures) expect(makespan).toBeGreaterThanOrEqual(least);
  const [first, second] = figures as [(typeof figures)[number], (typeof figures)[number]];
  // of the first run, those that ran before anything of their kind was learned could not be predicted
  expect(first[5]).toBeLessThan(tasks);
  expect(second[5]).toBe(tasks);
  expect(second[4]).toBeLessThan(first[4]);

  expect(stdout).toMatch(/swift was found to take [\d.]+ times what was learned of it/);
  expect(stdout).toMatch(/run 2, expected to take in all/);
  const [, count] =
    /calibration over (\d+) predictions: [\d.]+ % came between p05 and p95/.exec(stdout) ?? [];
  expect(Number(count)).toBe(figures.reduce((sum, figure) => sum + figure[5], 0));
  const page = await readFile(report, 'utf8');
  expect(page).toContain('<svg xmlns="http://www.w3.org/2000/svg"');
  expect(page).not.toMatch(/NaN|undefined|null/);
  expect(existsSync(stateDir)).toBe(false);
  expect(processesOf(place)).toEqual([]);
});

it('names what it does not take', async () => {
  expect(await demo('--runs', 'many')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('--runs takes a number'),
  });
  const { exitCode, stderr } = await demo('examples/primes.mesh.yaml');
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('WfFormat')]);
});
