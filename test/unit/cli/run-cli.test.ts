/** The verbs that need no server, as a person and as a program sees them. */
import { describe, expect, it } from 'vitest';
import { refusal } from '../../../src/cli/client/client.js';
import { runHere } from './cli-run.js';

const files = {
  'good.yaml': `name: nightly
tasks:
  extract: { command: [node, extract.mjs] }
  clean: { module: clean.mjs, dependsOn: [extract] }
  report: { command: [node, report.mjs], dependsOn: [{ task: clean, type: DATA, weight: 2 }] }
`,
};

describe('validate', () => {
  it('counts tasks and edges of good files', async () => {
    const { exitCode, stdout } = await runHere(['validate', 'good.yaml'], { files });
    expect([exitCode, stdout]).toEqual([0, 'good.yaml: 3 tasks, 2 edges, no faults\n']);
  });

  it('answers one JSON document', async () => {
    const { stdout } = await runHere(['validate', 'good.yaml', '--json'], { files });
    expect(JSON.parse(stdout)).toEqual({
      ok: true,
      files: [{ file: 'good.yaml', ok: true, name: 'nightly', tasks: 3, edges: 2 }],
    });
  });
});

describe('graph', () => {
  it('draws a file as text, layer by layer', async () => {
    const { stdout } = await runHere(['graph', 'good.yaml'], { files });
    expect(stdout).toBe(`nightly: 3 tasks, 2 edges, 3 layers
  1  extract  [command]
  2  clean    [module]  ← extract
  3  report   [command]  ← clean (DATA, 2 s)
`);
  });

  it('draws a file as SVG', async () => {
    const { exitCode, stdout } = await runHere(['graph', 'good.yaml', '--format', 'svg'], { files });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^<\?xml .*<\/svg>\n$/s);
  });

  it('answers layers and edges as JSON', async () => {
    const { stdout } = await runHere(['graph', 'good.yaml', '--json'], { files });
    expect(JSON.parse(stdout)).toMatchObject({
      name: 'nightly',
      layers: [['extract'], ['clean'], ['report']],
    });
  });
});

describe('config', () => {
  it('prints every value with its origin and hides passwords', async () => {
    const env = {
      TASKMESH_EXECUTION__MAX_PARALLEL_TASKS: '7',
      DATABASE_URL: 'postgres://me:hunter2@127.0.0.1/db',
    };
    const text = await runHere(['config'], { env });
    expect(text.stdout).toMatch(/max_parallel_tasks = 7 # environment/);
    const json = await runHere(['config', '--json'], { env });
    expect(JSON.parse(json.stdout)).toMatchObject({ config: { execution: { maxParallelTasks: 7 } } });
    expect(text.stdout + json.stdout).not.toContain('hunter2');
  });
});

describe('help', () => {
  it('lists every verb and ends well', async () => {
    const { exitCode, stdout } = await runHere(['--help']);
    expect(exitCode).toBe(0);
    for (const verb of [
      'serve',
      'run',
      'submit',
      'status',
      'watch',
      'logs',
      'cancel',
      'retry',
      'rerun',
      'graph',
      'validate',
      'config',
      'migrate',
    ]) {
      expect(stdout).toContain(`  ${verb}`);
    }
  });

  it('tells the version', async () => {
    expect(await runHere(['--version'])).toMatchObject({ exitCode: 0, stdout: '0.0.0-test\n' });
  });
});

describe('run without a server that can be started', () => {
  it('says why and what to do', async () => {
    const { exitCode, stderr } = await runHere(['run', 'good.yaml'], { files });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^error: no server answers, and none could be started: there is no server to start here\nnext: /,
    );
  });
});

describe('what a server refuses', () => {
  it.each([
    ['INVALID_INPUT', 2],
    ['CYCLE_DETECTED', 2],
    ['PAYLOAD_TOO_LARGE', 2],
    ['NOT_FOUND', 1],
    ['CONFLICT', 1],
    ['FORBIDDEN', 1],
    ['UNAVAILABLE', 1],
  ])('as %s ends with %i: 2 is what is wrong in itself', (code, exitCode) => {
    expect(refusal([{ message: 'no', extensions: { code } }])).toMatchObject({ exitCode, code });
  });
});
