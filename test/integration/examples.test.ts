/** Every example is run as its README says, by the built program, and has to do what it promises. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Ended, openPlace, type Place, root, startScript } from './cli-program.js';

/** Each verb is a process of its own, and a server among them takes seconds to start on a busy machine. */
vi.setConfig({ testTimeout: 120_000 });

let place: Place;

beforeAll(async () => {
  place = await openPlace();
});
afterAll(async () => {
  await place.close();
});

interface Result {
  readonly status: string;
  readonly counts: Readonly<Record<string, number>>;
}

function linesOf({ stdout, stderr, exitCode }: Ended): Record<string, unknown>[] {
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect({ exitCode, result: lines.at(-1), stderr }).toMatchObject({
    exitCode: 0,
    result: { status: 'COMPLETED' },
  });
  return lines;
}

function resultOf(ended: Ended): Result {
  return linesOf(ended).at(-1) as unknown as Result;
}

describe('the examples', () => {
  it('are all in the README', async () => {
    const readme = await readFile(join(root, 'examples/README.md'), 'utf8');
    const files = (await readdir(join(root, 'examples'))).filter((name) => name.endsWith('.mesh.yaml'));
    for (const name of files.filter((one) => one !== 'orders.mesh.yaml'))
      expect(readme).toContain(`npx taskmesh run examples/${name}`);
    expect(readme).toContain('node examples/orders/start.mjs');
    const { exitCode } = await place.run('validate', ...files.map((name) => `examples/${name}`));
    expect([files.length, exitCode]).toEqual([8, 0]);
  });

  it('release: builds, packs and notes a release', async () => {
    expect(resultOf(await place.run('run', 'examples/release.mesh.yaml', '--json')).counts).toMatchObject({
      COMPLETED: 10,
    });
    const manifest = JSON.parse(
      await readFile(join(root, '.taskmesh/examples/release/release.json'), 'utf8'),
    ) as object;
    expect(manifest).toMatchObject({
      notes: expect.stringContaining('# tools 1.4.0'),
      files: { 'tools.mjs': expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
  });

  it('sales: reads files and ends in a report', async () => {
    expect(resultOf(await place.run('run', 'examples/sales.mesh.yaml', '--json')).counts).toMatchObject({
      COMPLETED: 9,
    });
    const report = await readFile(join(root, '.taskmesh/examples/sales/report.md'), 'utf8');
    expect(report).toMatch(/^# Sales\n\n145 orders, R\$ \d+\.\d\d \(5 rows left out\)/);
  });

  it('orders: talks to the server it starts, and tries the payment again', async () => {
    const lines = linesOf(await startScript(place, 'examples/orders/start.mjs', '--json').ended);
    expect(lines.filter((line) => line.key === 'pay').map((line) => line.to)).toContain('RETRYING');
  });

  it('recovery: hangs, fails and recovers', async () => {
    const lines = linesOf(await place.run('run', 'examples/recovery.mesh.yaml', '--json'));
    const unsteady = lines.filter((line) => line.key === 'unsteady').map((line) => line.to);
    expect(unsteady.filter((status) => status === 'RETRYING')).toHaveLength(2);
    expect(unsteady.at(-1)).toBe('COMPLETED');
  });

  it('edge-types: keeps to what each edge means', async () => {
    const lines = linesOf(await place.run('run', 'examples/edge-types.mesh.yaml', '--json')).filter(
      (line) => line.type === 'task',
    );
    const at = (key: string, to: string): number =>
      lines.findIndex((line) => line.key === key && line.to === to);
    expect(at('measure', 'COMPLETED')).toBeLessThan(at('archive', 'RUNNING'));
    expect(at('publish', 'COMPLETED')).toBeLessThan(at('tidy-up', 'RUNNING'));
    expect(at('calibrate-left', 'COMPLETED')).toBeLessThan(at('calibrate-right', 'RUNNING'));
  });

  it('vqe: finds the ground state energy of hydrogen on the quantum layer', async () => {
    const lines = linesOf(await place.run('run', 'examples/vqe.mesh.yaml', '--json'));
    expect(lines.at(-1)).toMatchObject({ counts: { COMPLETED: 29 } });
    const energies = lines.filter(({ type }) => type === 'progress').map(({ message }) => String(message));
    expect(energies).toHaveLength(7);
    expect(Math.abs(Number.parseFloat(energies.at(-1) ?? '') + 1.137306)).toBeLessThan(1e-3);
  });

  it('primes: counts them in parts, with progress, and sums up', async () => {
    const all = ['--concurrency', '20', '--json'];
    const lines = linesOf(await place.run('run', 'examples/primes.mesh.yaml', ...all));
    expect(lines.at(-1)).toMatchObject({ counts: { COMPLETED: 21 } });
    const sums = lines.filter(({ message }) => / up to \d+00000$/.test(String(message)));
    const counted = new Map(sums.map(({ key, message }) => [key, Number.parseInt(String(message), 10)]));
    expect(counted.size).toBe(20);
    // the primes below two million, by any table
    expect([...counted.values()].reduce((total, primes) => total + primes, 0)).toBe(148_933);
  });

  it('fan-out: runs 1,000 tasks side by side', async () => {
    expect(resultOf(await place.run('run', 'examples/fan-out.mesh.yaml', '--json')).counts).toMatchObject({
      COMPLETED: 1002,
    });
  });

  it('region: is kept as a template, and run with values', async () => {
    const server = place.start('serve', '--json');
    await server.shows(/"ready":true/);
    const save = ['template', 'save', 'examples/region.template.yaml', '--json'];
    expect(JSON.parse((await place.run(...save)).stdout)).toMatchObject({ name: 'region', version: 1 });
    const ask = (...more: string[]): Promise<Ended> =>
      place.run('template', 'run', 'region', ...more, '--json');
    expect(resultOf(await ask('--param', 'region=south')).counts).toMatchObject({ COMPLETED: 4 });
    const wrong = await ask('--param', 'region=west');
    expect([wrong.exitCode, wrong.stderr + wrong.stdout]).toEqual([
      2,
      expect.stringContaining('params.region'),
    ]);
    expect(JSON.parse((await place.run(...save)).stdout)).toMatchObject({ version: 2 });
    const shown = await place.run('template', 'show', 'region');
    expect(shown.stdout).toMatch(/^region, version 2\n[^]*by +enum +default "month"/);
    server.child.kill('SIGTERM');
    expect((await server.ended).exitCode).toBe(0);
  });

  it('fan-out: is what its generator prints', async () => {
    const { stdout } = await startScript(place, 'examples/fan-out/generate.mjs').ended;
    expect(stdout).toBe(await readFile(join(root, 'examples/fan-out.mesh.yaml'), 'utf8'));
  });
});
