/**
 * Takes the README's picture from the running page: a server of its own, one mesh run before so that times are known,
 * then again, seen in the middle of it in light and dark. `npm run picture`; it needs chromium (or CHROMIUM=path).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { chromium } from 'playwright-core';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const images = new URL('../docs/images/', import.meta.url);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function serve(stateDir) {
  const env = {
    ...process.env,
    TASKMESH_SERVER__PORT: '0',
    TASKMESH_OBSERVABILITY__METRICS__ENABLED: 'false',
  };
  const flags = ['serve', '--json', '--state-dir', stateDir];
  const server = spawn(process.execPath, [main, ...flags], {
    env: { ...env, TASKMESH_EXECUTION__MAX_PARALLEL_TASKS: '6' },
  });
  let text = '';
  for await (const chunk of server.stdout) {
    text += chunk;
    if (text.includes('"ready"')) break;
  }
  return { server, url: JSON.parse(text.split('\n')[0]).url };
}

const say = (line, ms) => ['node', '-e', `console.log(${JSON.stringify(line)}); setTimeout(() => {}, ${ms})`];

function nightly(slow) {
  const task = (name, work, dependsOn = [], more = {}) => ({
    key: name.replaceAll(' ', '-'),
    name,
    work,
    dependsOn,
    ...more,
  });
  const wait = (seconds) => ({ wait: { durationMs: Math.round(seconds * 1000 * slow) } });
  const regions = ['north', 'south', 'east', 'west', 'islands'];
  const models = ['linear', 'trees', 'network'];
  const hard = (task) => ({ task });
  const data = (task) => ({ task, type: 'DATA' });
  return [
    task('prepare', wait(0.6)),
    ...regions.map((region, index) =>
      task(`extract ${region}`, wait(1.5 + ((index * 7) % 5) / 2), [hard('prepare')], { tags: ['extract'] }),
    ),
    ...regions.map((region) =>
      task(
        `clean ${region}`,
        { command: { argv: say(`cleaned ${region}`, 500 * slow) } },
        [data(`extract-${region}`)],
        { tags: ['clean'] },
      ),
    ),
    task(
      'join',
      wait(1.2),
      regions.map((region) => data(`clean-${region}`)),
    ),
    task('audit', wait(4), [hard('join')]),
    task('features', wait(1.5), [hard('join')]),
    ...models.map((model, index) =>
      task(`train ${model}`, wait(6 + index * 2), [hard('features')], { tags: ['model'], priority: 'HIGH' }),
    ),
    task(
      'choose',
      wait(0.5),
      models.map((model) => ({ task: `train-${model}`, type: 'SOFT' })),
    ),
    task('report', wait(1), [data('choose'), { task: 'audit', type: 'SOFT' }]),
  ];
}

async function take(browser, { url, token, query }, colorScheme, file) {
  const page = await browser.newPage({
    viewport: { width: 1440, height: 860 },
    deviceScaleFactor: 1.5,
    colorScheme,
  });
  await page.addInitScript((given) => localStorage.setItem('taskmesh.token', given), token);
  await page.goto(`${url}/${query}`);
  await page.locator('.panel .attempts').waitFor();
  await pause(1500);
  await page.screenshot({ path: fileURLToPath(new URL(file, images)) });
  await page.close();
}

const stateDir = await mkdtemp(join(tmpdir(), 'taskmesh-picture-'));
const { server, url } = await serve(stateDir);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  const token = (await readFile(join(stateDir, 'token'), 'utf8')).trim();
  const ask = async (query, variables) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()).data;
  };
  const submit = async (slow) => {
    const input = {
      name: 'nightly revenue',
      tags: ['etl', 'nightly'],
      description: 'From five regions to one report',
      tasks: nightly(slow),
    };
    const text =
      'mutation($input: SubmitMeshInput!) { submitMesh(input: $input) { id tasks(first: 50) { nodes { id key } } } }';
    return (await ask(text, { input })).submitMesh;
  };
  await submit(1);
  await pause(22_000);
  const mesh = await submit(1.6);
  const { id } = mesh.tasks.nodes.find(({ key }) => key === 'train-trees');
  const running = async () =>
    (await ask('query($id: ID!) { task(id: $id) { status } }', { id })).task.status === 'RUNNING';
  while (!(await running())) await pause(250);
  await pause(2000);
  const query = `?page=mesh&mesh=${mesh.id}&task=${id}&path=1`;
  await take(browser, { url, token, query }, 'light', 'dashboard.png');
  await take(browser, { url, token, query }, 'dark', 'dashboard-dark.png');
} finally {
  await browser.close();
  server.kill('SIGTERM');
  await new Promise((resolve) => server.once('exit', resolve));
  await rm(stateDir, { recursive: true, force: true });
}
