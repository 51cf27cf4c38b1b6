/** The demo as a newcomer uses it: started by its command, a node killed under a mesh that is watched, ended by Ctrl-C. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { endAll, processesOf } from '../../support/kill-rounds/processes.js';
import { type Ended, root } from '../cli-program.js';

/** Long enough that whoever starts to watch on a busy machine sees some of them start. */
const TASKS = 72;
const MESH = `name: moving
tasks:
${Array.from({ length: TASKS }, (_, at) => `  t${at}: { wait: 2s, taskType: MICRO, layer: CLUSTER }`).join('\n')}
`;

interface Running {
  readonly text: () => string;
  readonly ended: Promise<Ended>;
  interrupt(): void;
  shows(pattern: RegExp): Promise<string>;
}

function run(...argv: string[]): Running {
  const env = { ...process.env, NO_COLOR: '1', LANG: 'C.UTF-8' };
  const child = spawn(process.execPath, argv, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr })),
  );
  const found = (pattern: RegExp): string => {
    const match = pattern.exec(stdout);
    if (match === null) throw new Error(`there is no ${pattern} in\n${stdout}\n${stderr}`);
    return match[1] ?? '';
  };
  return {
    text: () => stdout,
    ended,
    interrupt: () => void child.kill('SIGINT'),
    shows: (pattern) => vi.waitFor(() => found(pattern), { timeout: 60_000, interval: 50 }),
  };
}

it('starts servers and nodes, loses a node and no task, and leaves nothing behind', {
  timeout: 180_000,
}, async ({ onTestFinished }) => {
  const place = await realpath(await mkdtemp(join(tmpdir(), 'taskmesh-demo-')));
  const stateDir = join(place, 'demo');
  onTestFinished(async () => {
    endAll(processesOf(place));
    await rm(place, { recursive: true, force: true, maxRetries: 5 });
  });
  const meshFile = join(place, 'moving.mesh.yaml');
  await writeFile(meshFile, MESH);
  const demo = run('scripts/demo-cluster.mjs', '--port', '0', '--metrics-port', '0', '--state-dir', stateDir);
  await demo.shows(/node-2 is READY/);
  const there = await demo.shows(/taskmesh watch primes --state-dir (\S+)/);

  const taskmesh = (...argv: string[]): Running => run('dist/main.js', ...argv, '--state-dir', there);
  expect((await taskmesh('submit', meshFile).ended).exitCode).toBe(0);
  const watch = taskmesh('watch', 'moving');
  await watch.shows(/t\d+ running on node-1:1/);
  await demo.shows(/node-1 is READY .*runs [1-4]/);
  process.kill(Number(await demo.shows(/kill -9 (\d+)\nand bring it back/)), 'SIGKILL');
  await demo.shows(/node-1 \(process \d+\) is gone: SIGKILL/);
  await demo.shows(/node-1 is LOST/);
  const taken = await watch.shows(/(t\d+) queued again, was on node-1:1/);
  await watch.shows(new RegExp(`was on node-1:1[^]* (${taken}) running on node-2:2`));
  expect((await watch.ended).exitCode).toBe(0);

  const [, url] = /server-1 +(http:\S+)/.exec(demo.text()) ?? [];
  expect(await (await fetch(`${url}/health/ready`)).json()).toMatchObject({ status: expect.anything() });
  demo.interrupt();
  expect(await demo.ended).toMatchObject({ exitCode: 0, stderr: '' });
  expect(demo.text()).toMatch(/nothing is left running\n$/);
  expect(processesOf(place)).toEqual([]);
  expect(existsSync(stateDir)).toBe(false);
});
