/** The local layer with its real executors: values of other tasks stay values, and nothing is left open. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SystemClock } from '../../src/kit/clock.js';
import type { JsonObject } from '../../src/kit/json.js';
import { openLocalLayer } from '../../src/layers/local/open-local-layer.js';
import type { Work } from '../../src/lifecycle/work.js';
import { until } from '../support/until.js';
import {
  abortable,
  attemptOf,
  codeOf,
  commandHostsOf,
  outputOf,
  processesWith,
  RecordingSink,
  silent,
  temporaryDir,
  uniqueSleep,
} from '../support/work/fixtures.js';
import { httpServer } from '../support/work/http-server.js';

const dir = temporaryDir('layer');
const clock = new SystemClock();

function open(allowPrivate: readonly string[] = []) {
  return openLocalLayer({
    node: 'here',
    maxParallelTasks: 4,
    stateDir: join(dir, '.taskmesh'),
    workingDir: dir,
    env: { PATH: process.env['PATH'] ?? '' },
    moduleRoot: dir,
    killGraceMs: 200,
    clock,
    http: { allowPrivate },
  }).layer;
}

const layer = open();
afterAll(() => layer.close());

const run = (work: Work, inputs: JsonObject = {}, on = layer) =>
  on.start(attemptOf(work, { inputs }), abortable().signal, silent);

describe('a value from another task', () => {
  const proof = join(dir, 'proof');
  const hostile = `$(touch ${proof}) \`touch ${proof}\` "; touch ${proof}; #\n' && touch ${proof} || \${inputs.x}`;

  it.each<[string, Work]>([
    ['an argument', { command: { argv: ['printf', '%s', '${inputs.x}'] } }],
    ['a variable', { command: { argv: ['sh', '-c', 'printf %s "$VALUE"'], env: { VALUE: '${inputs.x}' } } }],
    ['an argument of a script', { command: { argv: ['sh', '-c', 'printf %s "$1"', 'sh', '${inputs.x}'] } }],
    ['standard input', { command: { argv: ['cat'], stdin: '${inputs.x}' } }],
  ])('as %s is text and nothing else', async (_, work) => {
    const output = outputOf(await run(work, { x: hostile }));
    expect(hostile.endsWith(output as string)).toBe(true);
    expect(output).toContain('${inputs.x}');
    expect(existsSync(proof)).toBe(false);
  });

  it('in a shell script is refused', async () => {
    const script = { command: { argv: ['echo ${inputs.x}'], shell: true } };
    expect(codeOf(await run(script, { x: hostile }))).toBe('TEMPLATE_IN_SHELL');
    const safe = { command: { argv: ['cat "$TASKMESH_INPUTS"'], shell: true } };
    expect(outputOf(await run(safe, { x: hostile }))).toEqual({ x: hostile });
    expect(existsSync(proof)).toBe(false);
  });

  it('cannot redirect a request to another host, path or header', async () => {
    const server = await httpServer((response, { path, headers }) =>
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ path, injected: headers['injected'] ?? null })),
    );
    const guarded = open([`127.0.0.1:${server.port}`]);
    const request = (x: string): Work => ({
      http: { url: `${server.url}/items/${x}/end`, headers: { 'x-value': 'v' } },
    });
    const bodyOf = async (value: string) =>
      outputOf(await run(request('${inputs.x}'), { x: value }, guarded));
    expect(await bodyOf('../../admin?a=1#')).toMatchObject({
      body: { path: '/items/..%2F..%2Fadmin%3Fa%3D1%23/end' },
    });
    expect(codeOf(await run(request('${inputs.x}'), { x: '..' }, guarded))).toBe('TEMPLATE_UNSAFE');
    const header: Work = { http: { url: server.url, headers: { 'x-value': '${inputs.x}' } } };
    expect(codeOf(await run(header, { x: 'v\r\ninjected: yes' }, guarded))).toBe('INVALID_REQUEST');
    const whole: Work = { http: { url: '${inputs.x}' } };
    expect(codeOf(await run(whole, { x: 'http://169.254.169.254/' }, guarded))).toBe(
      'PRIVATE_ADDRESS_REFUSED',
    );
    await guarded.close();
  });
});

it.runIf(process.platform === 'linux')(
  'keeps no descriptor, thread or process from attempts of every kind',
  async () => {
    writeFileSync(join(dir, 'fine.mjs'), 'export default () => 1');
    writeFileSync(join(dir, 'broken.mjs'), 'export default () => { throw new Error("x") }');
    const server = await httpServer((response) => response.end('x'));
    const own = open([`127.0.0.1:${server.port}`]);
    const works: Work[] = [
      { command: { argv: ['true'], stdin: 'x' } },
      { command: { argv: ['no-such-command'] } },
      { command: { argv: ['sh', '-c', 'sleep 5 & exit 3'] } },
      { http: { url: server.url } },
      { http: { url: 'http://10.0.0.1/' } },
      { module: { path: 'fine.mjs' } },
      { module: { path: 'broken.mjs' } },
      { wait: { durationMs: 1 } },
    ];
    const round = () => Promise.all(works.map((work) => run(work, {}, own)));
    const descriptors = (pid: number) => readdirSync(`/proc/${pid}/fd`).length;
    const others = commandHostsOf(process.pid);
    await round();
    const host = commandHostsOf(process.pid).find((pid) => !others.includes(pid)) as number;
    const before = [descriptors(process.pid), descriptors(host)] as [number, number];
    for (let i = 0; i < 10; i++) await round();
    await until('as few are open as before', () => {
      return descriptors(process.pid) <= before[0] + 2 && descriptors(host) <= before[1] + 2;
    });
    await own.close();
    expect(own.statistics()).toMatchObject({ running: 0, started: 88 });
  },
);

it('closes by ending what runs, and nothing is left', async () => {
  const seconds = uniqueSleep();
  const own = open();
  const sink = new RecordingSink();
  const script = `trap "" TERM; sleep ${seconds} & echo ready; sleep ${seconds}`;
  const command = own.start(attemptOf({ command: { argv: ['sh', '-c', script] } }), abortable().signal, sink);
  const wait = own.start(attemptOf({ wait: { durationMs: 1e9 } }), abortable().signal, sink);
  await sink.until('ready');
  await own.close();
  expect([codeOf(await command), codeOf(await wait)]).toEqual(['SHUTDOWN', 'SHUTDOWN']);
  expect(processesWith(seconds)).toEqual([]);
});
