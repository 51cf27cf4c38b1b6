/** The local layer keeps the contract of layers, with commands and with modules. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SystemClock } from '../../src/kit/clock.js';
import { openLocalLayer } from '../../src/layers/local/open-local-layer.js';
import type { Work } from '../../src/lifecycle/work.js';
import { temporaryDir } from '../support/work/fixtures.js';
import { describeLayer, type OpenLayer } from './layer.conformance.js';

const stateDir = temporaryDir('conformance');

async function open(): Promise<OpenLayer> {
  const { layer } = openLocalLayer({
    node: 'here:1:a',
    maxParallelTasks: 4,
    stateDir,
    workingDir: stateDir,
    env: { PATH: process.env['PATH'] ?? '' },
    moduleRoot: stateDir,
    killGraceMs: 200,
    clock: new SystemClock(),
  });
  return { layer, close: () => layer.close() };
}

const foreign: Work = { circuit: { source: 'OPENQASM 2.0; qreg q[1];' } };
const sh = (script: string, ...args: string[]): Work => ({
  command: { argv: ['sh', '-c', script, ...args] },
});

describeLayer('the local layer with commands', open, {
  completing: { work: sh('echo \'{"a": [1, null]}\''), output: { a: [1, null] } },
  echoing: sh('printf %s "$1"', 'sh', '${inputs.source.value}'),
  failing: { work: sh('exit 9'), code: 'EXIT_9' },
  speaking: { work: sh('echo one; echo two; echo three'), texts: ['one', 'two', 'three'] },
  endless: sh('echo ready; sleep 1000'),
  stubborn: sh('trap "" TERM; echo ready; while :; do sleep 1000; done'),
  foreign,
});

function moduleOf(name: string, text: string, input?: string): Work {
  writeFileSync(
    join(stateDir, name),
    `export default (ctx) => { const { log, input, signal } = ctx; ${text} };`,
  );
  return { module: { path: name, input } };
}

describeLayer('the local layer with modules', open, {
  completing: { work: moduleOf('completing.mjs', 'return { a: [1, null] }'), output: { a: [1, null] } },
  echoing: moduleOf('echoing.mjs', 'return input', '${inputs.source.value}'),
  failing: { work: moduleOf('failing.mjs', 'throw new RangeError("x")'), code: 'RangeError' },
  speaking: {
    work: moduleOf('speaking.mjs', 'log("one"); console.log("two"); log("three")'),
    texts: ['one', 'two', 'three'],
  },
  endless: moduleOf(
    'endless.mjs',
    'log("ready"); return new Promise((resolve) => signal.addEventListener("abort", resolve))',
  ),
  stubborn: moduleOf('stubborn.mjs', 'log("ready"); while (true);'),
  foreign,
});
