/**
 * A Prometheus that scrapes a working server has something to show in every panel of the dashboard for Grafana, and takes the
 * rules. Skipped where there is no Prometheus (CI fetches one).
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { startApp, type TestApp } from '../support/app.js';
import { node, SUBMIT, taskApi } from '../support/task-api.js';
import { until } from '../support/until.js';

const SLOWLY = { timeout: 120_000 };
const isThere = spawnSync('prometheus', ['--version']).status === 0;

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly targets?: readonly { readonly expr: string }[];
}
const { panels } = JSON.parse(readFileSync('deploy/grafana/dashboards/taskmesh.json', 'utf8')) as {
  panels: Panel[];
};
const asked = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const));

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}

/** That of the deployment, which looks at one server and more often. */
function configuration(target: string): string {
  const config = parse(readFileSync('deploy/prometheus.yml', 'utf8')) as {
    rule_files: string[];
    scrape_configs: { job_name: string; static_configs: object[]; metrics_path?: string }[];
  };
  const [taskmesh] = config.scrape_configs;
  return stringify({
    ...config,
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: config.rule_files.map((file) => resolve('deploy', file)),
    scrape_configs: [
      { ...taskmesh, metrics_path: '/metrics/prometheus', static_configs: [{ targets: [target] }] },
    ],
  });
}

describe.skipIf(!isThere)('a Prometheus (skipped where there is none)', () => {
  const dir = mkdtempSync(join(tmpdir(), 'taskmesh-prometheus-'));
  let app: TestApp;
  let prometheus: ChildProcess;
  let url: string;
  const { ask } = taskApi(() => app);

  async function read<T>(path: string): Promise<T> {
    const response = await fetch(`${url}/api/v1/${path}`);
    return ((await response.json()) as { data: T }).data;
  }

  async function valuesOf(expr: string): Promise<number[]> {
    const { result } = await read<{ result: { value: [number, string] }[] }>(
      `query?query=${encodeURIComponent(expr)}`,
    );
    return result.map(({ value: [, text] }) => Number(text));
  }

  async function work(): Promise<void> {
    const tasks = [
      { key: 'fine', ...{ work: node('') } },
      { key: 'broken', retryPolicy: { maxAttempts: 1 }, work: node('process.exit(3)') },
      { key: 'counted', work: { circuit: { source: BELL, shots: 100 } } },
    ];
    await ask(SUBMIT, { input: { name: 'watched', tasks } });
  }

  beforeAll(async () => {
    app = await startApp({ consciousness: { enabled: true } });
    const file = join(dir, 'prometheus.yml');
    writeFileSync(file, configuration(new URL(app.url).host));
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    prometheus = spawn(
      'prometheus',
      [
        `--config.file=${file}`,
        `--storage.tsdb.path=${join(dir, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: 'ignore' },
    );
    await until('it has scraped', async () => {
      const values = await valuesOf('up{job="taskmesh"}').catch(() => []);
      return values[0] === 1;
    });
  }, SLOWLY.timeout);
  afterAll(async () => {
    prometheus?.kill('SIGKILL');
    await app?.close();
    rmSync(dir, { recursive: true, force: true });
  }, SLOWLY.timeout);

  it('takes the rules, each healthy', SLOWLY, async () => {
    await until('the rules have been asked', async () => {
      const { groups } = await read<{ groups: { rules: { health: string }[] }[] }>('rules');
      const rules = groups.flatMap((group) => group.rules);
      return rules.length > 0 && rules.every(({ health }) => health === 'ok');
    });
  });

  it('has numbers for every panel of the dashboard', SLOWLY, async () => {
    expect(asked.length).toBeGreaterThan(20);
    const empty = async (): Promise<string[]> => {
      const all = await Promise.all(
        asked.map(async ([, expr]) => (await valuesOf(expr)).some(Number.isFinite)),
      );
      return asked.filter((_, at) => all[at] !== true).map(([title, expr]) => `${title}: ${expr}`);
    };
    let left: string[] = [];
    await until('no panel is empty', async () => {
      await work();
      left = await empty();
      return left.length === 0;
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${left.join('\n')}`);
    });
  });
});

const BELL =
  'OPENQASM 3.0; include "stdgates.inc"; qubit[2] q; bit[2] c; h q[0]; cx q[0], q[1]; c = measure q;';
