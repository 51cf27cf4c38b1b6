/** Modules in real worker threads: what they get, what they return, how they fail, and that nothing of them stays. */
import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SystemClock } from '../../src/kit/clock.js';
import { Stop } from '../../src/kit/stop.js';
import type { ModuleWork } from '../../src/lifecycle/work.js';
import { ModuleExecutor } from '../../src/work/module/module-executor.js';
import type { ModuleOptions } from '../../src/work/module/module-options.js';
import { serverMark } from '../../src/work/processes/server-mark.js';
import {
  abortable,
  attemptOf,
  codeOf,
  outputOf,
  processesWith,
  RecordingSink,
  temporaryDir,
  uniqueSleep,
} from '../support/work/fixtures.js';

const MB = 1_048_576;
const outer = temporaryDir('modules');
const root = join(outer, 'root');
mkdirSync(join(root, 'lib'), { recursive: true });
const options: ModuleOptions = {
  root,
  env: { PATH: process.env['PATH'] ?? '', ALLOWED: 'yes' },
  mark: serverMark(outer),
  killGraceMs: 200,
  logBytesMax: 10 * MB,
  outputBytesMax: MB,
  heapMbMax: 64,
};
const executor = new ModuleExecutor(options, new SystemClock());

afterAll(() => executor.close());

let files = 0;

function moduleOf(text: string, extension = 'mjs'): string {
  const name = `module-${++files}.${extension}`;
  writeFileSync(join(root, name), text);
  return name;
}

async function runPath(work: ModuleWork, sink = new RecordingSink(), signal = abortable().signal) {
  return executor.execute(attemptOf({ module: work }, { inputs: { a: { b: 1 } } }), signal, sink);
}

const run = (text: string, work: Partial<ModuleWork> = {}, sink?: RecordingSink) =>
  runPath({ path: moduleOf(text), ...work }, sink);

describe('a module', () => {
  it('gets inputs, input and its identity, and returns JSON', async () => {
    const attempt = attemptOf(
      {
        module: { path: moduleOf('export default ({ signal, log, progress, ...rest }) => rest'), input: [1] },
      },
      { inputs: { a: 1 } },
    );
    expect(outputOf(await executor.execute(attempt, abortable().signal, new RecordingSink()))).toEqual({
      inputs: { a: 1 },
      input: [1],
      attempt: 1,
      taskId: attempt.taskId,
      meshId: attempt.meshId,
      idempotencyKey: `${attempt.taskId}:1`,
    });
  });

  it('sees the allow-listed environment only', async () => {
    process.env['TASKMESH_TEST_SECRET'] = 'secret';
    const names = outputOf(await run('export default () => Object.keys(process.env).sort()'));
    expect(names).toEqual(['ALLOWED', 'PATH', 'TASKMESH_SERVER', 'TASKMESH_WORKER']);
  });

  it.each([
    ['mjs', 'export default async () => ({ ok: 1 })', {}, { ok: 1 }],
    ['mjs', 'export const other = () => 2', { export: 'other' }, 2],
    ['js', 'module.exports = () => 3', {}, 3],
    ['cjs', 'exports.other = () => 4', { export: 'other' }, 4],
    [
      'cjs',
      'Object.defineProperty(exports, "__esModule", { value: true }); exports.default = () => 5',
      {},
      5,
    ],
    ['mjs', 'export default () => undefined', {}, null],
  ] as const)('is called, of type .%s (%#)', async (extension, text, work, expected) => {
    expect(outputOf(await runPath({ path: moduleOf(text, extension), ...work }))).toEqual(expected);
  });

  it('says what it says as lines with levels, in order', async () => {
    const sink = new RecordingSink();
    const text = `export default ({ log }) => {
      console.log('one %s', 'formatted', { a: 1 }); console.debug('two'); console.warn('three'); console.error('four\\nfive');
      log('six'); log.warn('seven'); log('eight', 'error'); process.stdout.write('ni'); process.stdout.write('ne\\nten'); log({ a: [1] });
    }`;
    await run(text, {}, sink);
    expect(sink.lines.map(({ stream, level, text: line }) => [stream, level, line])).toEqual([
      ['STDOUT', 'INFO', 'one formatted { a: 1 }'],
      ['STDOUT', 'DEBUG', 'two'],
      ['STDERR', 'WARN', 'three'],
      ['STDERR', 'ERROR', 'four'],
      ['STDERR', 'ERROR', 'five'],
      ['LOG', 'INFO', 'six'],
      ['LOG', 'WARN', 'seven'],
      ['LOG', 'ERROR', 'eight'],
      ['STDOUT', 'INFO', 'nine'],
      ['LOG', 'INFO', '{ a: [ 1 ] }'],
      ['STDOUT', 'INFO', 'ten'],
    ]);
  });

  it('tells its progress, the last report always', async () => {
    const sink = new RecordingSink();
    await run(
      'export default ({ progress }) => { for (let i = 0; i <= 1000; i++) progress(i / 1000, `step ${i}`); progress("nonsense"); progress(7) }',
      {},
      sink,
    );
    expect(sink.progressed[0]).toEqual([0, 'step 0']);
    expect(sink.progressed.at(-1)).toEqual([1, null]);
    expect(sink.progressed.length).toBeLessThan(50);
  });

  it('that floods its log is cut at the limit and does no harm', async () => {
    const sink = new RecordingSink();
    const outcome = await run(
      'export default () => { const line = "x".repeat(1000); for (let i = 0; i < 50000; i++) console.log(line); return 1 }',
      {},
      sink,
    );
    expect(outputOf(outcome)).toBe(1);
    expect(sink.lines.at(-1)?.text).toBe('log truncated at 10 MB');
    expect(sink.lines.length).toBeLessThan(11_000);
  });

  it.runIf(process.platform === 'linux')(
    'is measured: the CPU time of its thread, not of its waiting',
    async () => {
      const busy = await run(
        'export default () => { let x = 0; for (let i = 0; i < 1e9; i++) x ^= i; return x }',
      );
      expect(busy.measured.cpuMs).toBeGreaterThan(100);
      expect(busy.measured.memoryPeakBytes).toBeGreaterThan(MB);
      const idle = await run('export default () => new Promise((resolve) => setTimeout(resolve, 300))');
      expect(idle.measured.cpuMs).toBeLessThan(100);
      expect(idle.measured.runMs).toBeGreaterThanOrEqual(299);
    },
  );
});

describe('the path', () => {
  writeFileSync(join(outer, 'outside.mjs'), 'export default () => "escaped"');
  symlinkSync(join(outer, 'outside.mjs'), join(root, 'link.mjs'));
  symlinkSync(outer, join(root, 'up'));
  writeFileSync(join(root, 'package.json'), '{}');
  writeFileSync(join(root, 'inside.mjs'), 'export default () => "inside"');
  symlinkSync(join(root, 'inside.mjs'), join(root, 'lib', 'inner.mjs'));

  it.each([
    ['../outside.mjs', 'MODULE_OUTSIDE_ROOT'],
    ['lib/../../outside.mjs', 'MODULE_OUTSIDE_ROOT'],
    [join(outer, 'outside.mjs'), 'MODULE_OUTSIDE_ROOT'],
    ['../../../../../../etc/passwd', 'MODULE_OUTSIDE_ROOT'],
    ['link.mjs', 'MODULE_OUTSIDE_ROOT'],
    ['up/outside.mjs', 'MODULE_OUTSIDE_ROOT'],
    ['up/root/../outside.mjs', 'MODULE_OUTSIDE_ROOT'],
    ['.', 'MODULE_OUTSIDE_ROOT'],
    ['', 'MODULE_OUTSIDE_ROOT'],
    ['missing.mjs', 'MODULE_NOT_FOUND'],
    ['a\0b.mjs', 'MODULE_NOT_FOUND'],
    ['data:text/javascript,export default () => 1', 'MODULE_NOT_FOUND'],
    ['node:fs', 'MODULE_NOT_FOUND'],
    ['lib', 'MODULE_UNSUPPORTED'],
    ['package.json', 'MODULE_UNSUPPORTED'],
    ['lib/inner.mjs', 'COMPLETED'],
    ['./lib/../inside.mjs', 'COMPLETED'],
    [join(root, 'inside.mjs'), 'COMPLETED'],
  ])('%j: %s', async (path, code) => {
    expect(codeOf(await runPath({ path }))).toBe(code);
  });
});

describe('failures', () => {
  it.each([
    ['throwing', 'export default () => { throw new RangeError("far") }', 'RangeError'],
    [
      'rejecting with a code',
      'export default async () => { throw Object.assign(new Error("x"), { code: "E_MINE" }) }',
      'E_MINE',
    ],
    ['throwing a text', 'export default () => { throw "text" }', 'ERROR'],
    [
      'throwing later, outside its promise',
      'export default () => new Promise(() => setTimeout(() => { throw new TypeError("later") }, 5))',
      'TypeError',
    ],
    [
      'a rejection nobody handles',
      'export default () => new Promise(() => void Promise.reject(new TypeError("nobody")))',
      'TypeError',
    ],
    ['a syntax error', 'export default (', 'SyntaxError'],
    ['a missing import', 'import "./missing.mjs"; export default () => 1', 'ERR_MODULE_NOT_FOUND'],
    ['throwing while it is imported', 'throw new EvalError("import"); export default () => 1', 'EvalError'],
    ['no function', 'export default 5', 'EXPORT_NOT_FOUND'],
    ['nothing exported', '', 'EXPORT_NOT_FOUND'],
    ['process.exit', 'export default () => process.exit(0)', 'MODULE_EXITED'],
    [
      'a late process.exit',
      'export default () => new Promise(() => setTimeout(() => process.exit(7), 5))',
      'MODULE_EXITED',
    ],
    ['a BigInt', 'export default () => 1n', 'INVALID_OUTPUT'],
    ['a cycle', 'export default () => { const a = {}; a.a = a; return a }', 'INVALID_OUTPUT'],
    ['a function', 'export default () => ({ f() {} })', 'INVALID_OUTPUT'],
    ['a Map', 'export default () => new Map()', 'INVALID_OUTPUT'],
    ['one byte too much', `export default () => "x".repeat(${MB - 1})`, 'OUTPUT_TOO_LARGE'],
    ['exactly the limit', `export default () => "x".repeat(${MB - 2})`, 'COMPLETED'],
    [
      'too much memory',
      'export default () => { const all = []; for (;;) all.push(new Array(1e5).fill(Math.random())) }',
      'OUT_OF_MEMORY',
    ],
    [
      'a forged answer',
      'import { parentPort } from "node:worker_threads"; export default () => { parentPort.postMessage({ type: "returned", output: { big: 1n }, isClean: true, memoryBytes: 1 }); return 1 }',
      'INVALID_OUTPUT',
    ],
  ])('%s', async (_, text, code) => {
    expect(codeOf(await run(text))).toBe(code);
  });
});

describe('a module that is told to stop', () => {
  async function stopped(text: string, reason: 'CANCELLED' | 'TIMED_OUT' | 'SHUTDOWN' = 'TIMED_OUT') {
    const sink = new RecordingSink();
    const { signal, abort } = abortable();
    const outcome = runPath({ path: moduleOf(text) }, sink, signal);
    await sink.until('ready');
    const at = performance.now();
    abort(reason);
    return { outcome: await outcome, sink, ms: performance.now() - at };
  }

  it('sees it on its signal, with the reason, and may clean up', async () => {
    const text = `export default ({ signal, log }) => new Promise((resolve) => {
      signal.addEventListener('abort', () => { log('reason ' + signal.reason); resolve(1) }); log('ready'); })`;
    const { outcome, sink } = await stopped(text, 'CANCELLED');
    expect(codeOf(outcome)).toBe('CANCELLED');
    expect(sink.texts()).toEqual(['ready', 'reason CANCELLED']);
  });

  it.each([
    ['an endless loop', 'export default ({ log }) => { log("ready"); while (true); }'],
    [
      'an endless loop of microtasks',
      'export default async ({ log }) => { log("ready"); for (;;) await null }',
    ],
    [
      'an endless regular expression',
      'export default ({ log }) => { log("ready"); /^(a+)+$/.test("a".repeat(50) + "b") }',
    ],
    [
      'a wait for ever',
      'export default ({ log }) => { log("ready"); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0) }',
    ],
    [
      'a promise that never settles',
      'export default ({ log }) => { log("ready"); return new Promise(() => {}) }',
    ],
    [
      'a finally that never ends',
      'export default ({ log }) => { try { log("ready"); while (true); } finally { while (true); } }',
    ],
  ])('is ended although it is in %s', async (_, text) => {
    const { outcome, ms } = await stopped(text);
    expect(codeOf(outcome)).toBe('EXECUTION_TIMEOUT');
    expect(ms).toBeLessThan(5_000);
  });

  it.runIf(process.platform === 'linux')('is ended although it waits for a process it started', async () => {
    const seconds = uniqueSleep();
    const text = `import { execSync } from 'node:child_process'; export default ({ log }) => { log('ready'); for (;;) try { execSync('sleep ${seconds}') } catch {} }`;
    const { outcome } = await stopped(text, 'SHUTDOWN');
    expect(codeOf(outcome)).toBe('SHUTDOWN');
    expect(processesWith(seconds)).toEqual([]);
  });

  it.runIf(process.platform === 'linux')(
    'and is forced ends at once, although it uses its grace',
    async () => {
      const seconds = uniqueSleep();
      const text = `import { execSync } from 'node:child_process'; export default ({ log }) => { log('ready'); for (;;) try { execSync('sleep ${seconds}') } catch {} }`;
      const patient = new ModuleExecutor({ ...options, killGraceMs: 600_000 }, new SystemClock());
      // Several times: it may be about to start the process that it then waits for.
      for (let round = 0; round < 10; round++) {
        const stop = new Stop();
        const sink = new RecordingSink();
        const outcome = patient.execute(attemptOf({ module: { path: moduleOf(text) } }), stop, sink);
        await sink.until('ready');
        stop.abort('SHUTDOWN');
        stop.force('LOST');
        expect(codeOf(await outcome)).toBe('SHUTDOWN');
        expect(processesWith(seconds)).toEqual([]);
      }
      await patient.close();
    },
  );
});

describe('what a module leaves', () => {
  it.runIf(process.platform === 'linux')('running as processes ends with the attempt', async () => {
    const seconds = uniqueSleep();
    const sink = new RecordingSink();
    const text = `import { spawn } from 'node:child_process'; export default async () => { const child = spawn('sleep', ['${seconds}'], { detached: true, stdio: 'ignore' }); child.unref(); await new Promise((up) => child.once('spawn', up)); return 1 }`;
    expect(outputOf(await run(text, {}, sink))).toBe(1);
    expect(processesWith(seconds)).toEqual([]);
    expect(sink.texts('LOG')).toEqual(['killed 1 process(es) that the module had started']);
  });

  it('running as timers ends with the attempt, and says nothing to the next', async () => {
    const path = moduleOf(
      'let calls = 0; export default ({ input }) => { calls++; if (input) setInterval(() => console.log("left over"), 1); return calls }',
    );
    expect(outputOf(await runPath({ path, input: true }))).toBe(1);
    const sink = new RecordingSink();
    // A new thread: the count begins again.
    expect(outputOf(await runPath({ path, input: false }, sink))).toBe(1);
    expect(sink.lines).toEqual([]);
  });

  it('in memory serves the next attempt of the same file, when it ended well', async () => {
    const path = moduleOf(
      'let calls = 0; export default ({ input }) => { calls++; if (input) throw new Error("x"); return calls }',
    );
    expect(outputOf(await runPath({ path }))).toBe(1);
    expect(outputOf(await runPath({ path }))).toBe(2);
    expect(codeOf(await runPath({ path, input: 'fail' }))).toBe('Error');
    expect(outputOf(await runPath({ path }))).toBe(1);
  });

  it('in memory is forgotten when the file changes', async () => {
    const path = moduleOf('export default () => "old"');
    expect(outputOf(await runPath({ path }))).toBe('old');
    writeFileSync(join(root, path), 'export default () => "new"');
    utimesSync(join(root, path), new Date(), new Date(Date.now() + 5_000));
    expect(outputOf(await runPath({ path }))).toBe('new');
  });

  it('never reaches another module, nor an attempt that runs at the same time', async () => {
    const text =
      'globalThis.shared = (globalThis.shared ?? 0) + 1; export default () => new Promise((resolve) => setTimeout(() => resolve(globalThis.shared), 20))';
    const path = moduleOf(text);
    const outcomes = await Promise.all([runPath({ path }), runPath({ path }), run(text)]);
    expect(outcomes.map(outputOf)).toEqual([1, 1, 1]);
  });
});
