/** The bench must not rot: its smallest case, against the built program, and what it says when it is asked for nonsense. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function bench(program: string, ...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err }));
  });
}

it('measures a chain on the built program, one JSON object a row', { timeout: 60_000 }, async () => {
  const { code, out, err } = await bench(
    'bench/run.mjs',
    'w3',
    '--product-only',
    '--tasks',
    '50',
    '--runs',
    '1',
    '--json',
  );
  expect({ code, err }).toMatchObject({ code: 0, err: expect.stringContaining('PostgreSQL') });
  const rows = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { product: number; runs: { taskmesh: number[] } });
  expect(rows).toMatchObject([
    { case: 'w3 p50', unit: 'ms', product: expect.any(Number), peers: {}, ratioToBest: null },
    { case: 'w3 p99', unit: 'ms', product: expect.any(Number), peers: {}, ratioToBest: null },
  ]);
  for (const { product, runs } of rows) {
    expect(product).toBeGreaterThan(0);
    expect(runs.taskmesh).toEqual([product]);
  }
});

it('names its cases when it does not know one', async () => {
  const { code, out, err } = await bench('bench/run.mjs', 'w9');
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain('there is no case w9');
  expect(err).toContain('w2-slow-fsync');
});

it('loads a server a little with everything it has for that, and loses nothing', {
  timeout: 300_000,
}, async () => {
  const little = ['--share', '0.01', '--seconds', '1', '--subscribers', '20', '--soak', '2'];
  const { code, out, err } = await bench('bench/load/run.mjs', ...little);
  expect({ code, err }).toMatchObject({ code: 0 });
  expect(out).toContain('TASKMESH_SECURITY__ANONYMOUS=false');
  expect(out).toMatch(/20 GraphQL reads\/s.*\(200: 20\); CPU ms each: server \d/);
  expect(out).toMatch(/10 durable submits\/s.*\(200: 10\)/);
  expect(out).toMatch(/20 subscribers.*20 open, /);
  expect(out).toMatch(/an event reaches them.* of 200 deliveries, 0 missing/);
  expect(out).toMatch(/and beside 1 that do not read.* of 190 deliveries, 0 missing/);
  expect(out).toMatch(/^met +50 submits\/s are carried out or refused .*\(200: 50\).*50 made/m);
  expect(out).toMatch(/2 s of 2\/s: memory and descriptors stay/);
});
