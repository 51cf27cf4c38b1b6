/** Commands as real processes: environment, inputs, outputs, logs, failures. */
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SystemClock } from '../../src/kit/clock.js';
import type { CommandWork } from '../../src/lifecycle/work.js';
import type { AttemptStart } from '../../src/work/attempt.js';
import { CommandExecutor } from '../../src/work/command/command-executor.js';
import type { CommandOptions } from '../../src/work/command/command-options.js';
import { serverMark } from '../../src/work/processes/server-mark.js';
import {
  attemptOf,
  codeOf,
  messageOf,
  neverAborted,
  outputOf,
  RecordingSink,
  temporaryDir,
} from '../support/work/fixtures.js';

const MB = 1_048_576;
const stateDir = temporaryDir('command-state');
const workingDir = temporaryDir('command-work');
const options: CommandOptions = {
  stateDir,
  workingDir,
  env: { PATH: process.env['PATH'] ?? '', ALLOWED: 'yes', BOTH: 'server' },
  mark: serverMark(stateDir),
  killGraceMs: 300,
  logBytesMax: 10 * MB,
  outputBytesMax: MB,
};
const executor = new CommandExecutor(options, new SystemClock());

afterAll(() => executor.close());

async function run(work: CommandWork, sink = new RecordingSink(), more: Partial<AttemptStart> = {}) {
  return executor.execute(attemptOf({ command: work }, more), neverAborted, sink);
}

const sh = (script: string): CommandWork => ({ argv: ['sh', '-c', script] });
const node = (script: string): CommandWork => ({ argv: [process.execPath, '-e', script] });

describe('the environment of a command', () => {
  it('is the allow-list, then its own, then ours, and nothing of the server', async () => {
    process.env['TASKMESH_TEST_SECRET'] = 'secret';
    const attempt = attemptOf({
      command: {
        ...sh('env -0 | tr "\\0" "\\n" | sort'),
        env: { OWN: '1', BOTH: 'work', TASKMESH_TASK_ID: 'fake' },
      },
    });
    const sink = new RecordingSink();
    await executor.execute(attempt, neverAborted, sink);
    const env = Object.fromEntries(sink.texts('STDOUT').map((line) => line.split(/=(.*)/s).slice(0, 2)));
    expect(env).toMatchObject({
      ALLOWED: 'yes',
      OWN: '1',
      BOTH: 'work',
      TASKMESH_TASK_ID: attempt.taskId,
      TASKMESH_MESH_ID: attempt.meshId,
      TASKMESH_TASK_KEY: 'the-key',
      TASKMESH_ATTEMPT: '1',
      TASKMESH_IDEMPOTENCY_KEY: `${attempt.taskId}:1`,
      TASKMESH_SERVER: options.mark,
    });
    const known = ['ALLOWED', 'BOTH', 'OWN', 'PATH', 'PWD', 'OLDPWD', 'SHLVL', '_'];
    expect(Object.keys(env).filter((name) => !known.includes(name) && !name.startsWith('TASKMESH_'))).toEqual(
      [],
    );
    expect(env).not.toHaveProperty('TASKMESH_TEST_SECRET');
  });

  it('holds a PATH even when the server allows none', async () => {
    const bare = new CommandExecutor({ ...options, env: {} }, new SystemClock());
    const outcome = await bare.execute(
      attemptOf({ command: { argv: ['ls', '/'] } }),
      neverAborted,
      new RecordingSink(),
    );
    expect(outcome.kind).toBe('COMPLETED');
    await bare.close();
  });

  it('names a file with the inputs, private and gone afterwards', async () => {
    const script = `const fs = require('fs'), path = require('path'); const file = process.env.TASKMESH_INPUTS;
      const mode = (of) => (fs.statSync(of).mode & 0o777).toString(8);
      console.log(JSON.stringify({ inputs: JSON.parse(fs.readFileSync(file)), file: mode(file), dir: mode(path.dirname(file)) }))`;
    const output = outputOf(
      await run(node(script), new RecordingSink(), { inputs: { a: { b: ['é', null] } } }),
    );
    expect(output).toEqual({ inputs: { a: { b: ['é', null] } }, file: '600', dir: '700' });
    expect(outputOf(await run(sh('cat "$TASKMESH_INPUTS"')))).toEqual({});
    const left = readdirSync(join(stateDir, 'attempts', options.mark)).filter((name) =>
      name.startsWith('attempt-'),
    );
    expect(left).toEqual([]);
  });

  it('starts in the working directory, or in the one it names', async () => {
    mkdirSync(join(workingDir, 'sub'));
    expect(outputOf(await run(sh('pwd')))).toBe(workingDir);
    expect(outputOf(await run({ ...sh('pwd'), cwd: 'sub' }))).toBe(join(workingDir, 'sub'));
    expect(outputOf(await run({ ...sh('pwd'), cwd: '/' }))).toBe('/');
  });

  it('has the given standard input, or none', async () => {
    expect(outputOf(await run({ argv: ['cat'], stdin: 'línea\nlast' }))).toBe('last');
    expect(outputOf(await run({ argv: ['cat', '/dev/stdin'], stdin: 'again' }))).toBe('again');
    expect(outputOf(await run({ argv: ['cat'] }))).toBeNull();
    expect(outputOf(await run({ argv: ['true'], stdin: 'x'.repeat(MB) }))).toBeNull();
  });

  it('is never a shell unless the work says so', async () => {
    expect(outputOf(await run({ argv: ['echo', '$HOME; `id` && true'] }))).toBe('$HOME; `id` && true');
    expect(outputOf(await run({ argv: ['echo $((1 + 2)) | cat'], shell: true }))).toBe(3);
  });
});

describe('the output', () => {
  it.each([
    ['nothing', 'true', null],
    ['blank lines', 'echo; echo " "', null],
    ['text', 'echo first; echo last', 'last'],
    ['JSON', `echo '{"a":[1]}'`, { a: [1] }],
    ['a number', 'echo 42', 42],
    ['JSON before blank lines', `printf '{"a":1}\\n\\n'`, { a: 1 }],
    ['JSON without a line end', `printf '[1]'`, [1]],
    ['JSON that is not', `echo '{"a":'`, '{"a":'],
    ['stdout, not stderr', 'echo out; echo err >&2', 'out'],
    ['a NUL', `printf 'a\\0b\\n'`, 'a\uFFFDb'],
  ])('of %s', async (_, script, expected) => {
    expect(outputOf(await run(sh(script)))).toEqual(expected);
  });

  it('is the file in TASKMESH_OUTPUT when it wrote one', async () => {
    expect(outputOf(await run(sh(`echo '{"from":"file"}' > "$TASKMESH_OUTPUT"; echo '"stdout"'`)))).toEqual({
      from: 'file',
    });
    expect(outputOf(await run(sh(': > "$TASKMESH_OUTPUT"; echo fallback')))).toBe('fallback');
  });

  it.each([
    ['text that is no JSON', 'echo oops > "$TASKMESH_OUTPUT"'],
    ['a link', 'ln -s /etc/hostname "$TASKMESH_OUTPUT"'],
    ['a pipe', 'mkfifo "$TASKMESH_OUTPUT"'],
    ['a directory', 'mkdir "$TASKMESH_OUTPUT"'],
  ])('file may not be %s', async (_, script) => {
    expect(codeOf(await run(sh(script)))).toBe('INVALID_OUTPUT');
  });

  it.each([
    [
      'file',
      (bytes: number) =>
        `head -c ${bytes - 2} /dev/zero | tr '\\0' x | sed 's/^/"/; s/$/"/' > "$TASKMESH_OUTPUT"`,
    ],
    ['line', (bytes: number) => `head -c ${bytes - 2} /dev/zero | tr '\\0' x`],
  ])('%s may have exactly the limit, and not a byte more', async (_, script) => {
    expect(codeOf(await run(sh(script(MB))))).toBe('COMPLETED');
    expect(codeOf(await run(sh(script(MB + 1))))).toBe('OUTPUT_TOO_LARGE');
    expect(codeOf(await run(sh(script(20 * MB))))).toBe('OUTPUT_TOO_LARGE');
  });
});

describe('the log', () => {
  it('has every line with its stream and level', async () => {
    const sink = new RecordingSink();
    await run(
      sh('echo one; echo "ERROR two"; printf "three\\r\\n"; printf "débris\\377 end"; echo careful >&2'),
      sink,
    );
    expect(
      sink.lines.filter(({ stream }) => stream === 'STDOUT').map(({ level, text }) => [level, text]),
    ).toEqual([
      ['INFO', 'one'],
      ['ERROR', 'ERROR two'],
      ['INFO', 'three'],
      ['INFO', 'débris\uFFFD end'],
    ]);
    expect(sink.lines.filter(({ stream }) => stream === 'STDERR')).toMatchObject([
      { level: 'WARN', text: 'careful' },
    ]);
  });

  it('takes what is written to /dev/stdout and /dev/stderr by name', async () => {
    const sink = new RecordingSink();
    const outcome = await run(
      sh('echo a > /dev/stderr; echo b | tee /dev/stderr > /dev/null; echo c > /dev/stdout'),
      sink,
    );
    expect(codeOf(outcome)).toBe('COMPLETED');
    expect(sink.texts('STDERR')).toEqual(['a', 'b']);
    expect(sink.texts('STDOUT')).toEqual(['c']);
  });

  it('of a flood is cut, and memory stays where it was', async () => {
    let lines = 0;
    let truncated = 0;
    let peak = 0;
    const sink = new RecordingSink();
    sink.log = ({ text }) => {
      lines++;
      if (text === 'log truncated at 10 MB') truncated++;
    };
    sink.heartbeat = () => {
      if (sink.beats++ % 100 === 0) peak = Math.max(peak, process.memoryUsage().rss);
    };
    const before = process.memoryUsage().rss;
    const outcome = await run(sh(`yes ${'x'.repeat(99)} | head -c 100000000; echo; echo '"end"'`), sink);
    expect(outputOf(outcome)).toBe('end');
    expect(truncated).toBe(1);
    expect(lines).toBeLessThan(110_000);
    expect(sink.beats).toBeGreaterThan(100);
    expect(peak - before).toBeLessThan(80 * MB);
  });
});

describe('failures', () => {
  it('tell the exit code and what stderr said last', async () => {
    const outcome = await run(sh('for i in 1 2 3 4 5 6 7 8 9 10; do echo "line $i" >&2; done; exit 3'));
    expect(outcome).toMatchObject({
      kind: 'FAILED',
      failure: { kind: 'ERROR', code: 'EXIT_3' },
      measured: { exitCode: 3 },
    });
    expect(messageOf(outcome)).toBe(
      `The command exited with code 3:\n${[3, 4, 5, 6, 7, 8, 9, 10].map((i) => `line ${i}`).join('\n')}`,
    );
    expect(messageOf(await run(sh('exit 1')))).toContain('printed nothing on stderr');
  });

  it('tell the signal', async () => {
    expect(codeOf(await run(sh('kill -KILL $$')))).toBe('SIGNAL_SIGKILL');
    expect(codeOf(await run(sh('kill -SEGV $$')))).toBe('SIGNAL_SIGSEGV');
    expect(await run(sh('kill -TERM $$'))).toMatchObject({ kind: 'FAILED', measured: { exitCode: null } });
  });

  it.each([
    ['a command that is not there', { argv: ['no-such-command-here'] }, 'COMMAND_NOT_FOUND'],
    ['a path that is not there', { argv: ['./no-such-file'] }, 'COMMAND_NOT_FOUND'],
    ['a path through a file', { argv: ['/etc/hostname/x'] }, 'COMMAND_NOT_FOUND'],
    ['a missing interpreter', { argv: ['./no-interpreter'] }, 'COMMAND_NOT_FOUND'],
    ['a file that is not executable', { argv: ['./plain'] }, 'PERMISSION_DENIED'],
    ['a directory', { argv: ['/'] }, 'PERMISSION_DENIED'],
    ['a working directory that is not there', { argv: ['true'], cwd: 'nowhere' }, 'CWD_NOT_FOUND'],
    ['a working directory that is a file', { argv: ['true'], cwd: 'plain' }, 'CWD_NOT_FOUND'],
    ['no command', { argv: [] }, 'INVALID_COMMAND'],
    ['an empty command', { argv: [''] }, 'INVALID_COMMAND'],
    ['a NUL in an argument', { argv: ['echo', 'a\0b'] }, 'INVALID_COMMAND'],
    ['a NUL in a variable', { argv: ['echo'], env: { A: 'a\0b' } }, 'INVALID_COMMAND'],
    [
      'arguments beyond the limit of the system',
      { argv: ['echo', 'x'.repeat(3 * MB)] },
      'ARGUMENTS_TOO_LONG',
    ],
  ])('%s', async (_, work, code) => {
    writeFileSync(join(workingDir, 'plain'), 'x');
    writeFileSync(join(workingDir, 'no-interpreter'), '#!/no/such/interpreter\n');
    chmodSync(join(workingDir, 'no-interpreter'), 0o755);
    expect(await run(work)).toMatchObject({ kind: 'FAILED', failure: { kind: 'ERROR', code } });
  });
});

describe('what it cost', () => {
  /** Computes for so long and prints what it took by then, as it sees it itself: how much of it is the system's differs by machine. */
  const burn = (ms: number): string =>
    `let x = 0; const took = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000 };
     while (took() < ${ms}) for (let i = 0; i < 1e6; i++) x += Math.sqrt(i);
     console.log(took())`;

  it.runIf(process.platform === 'linux')(
    'is measured: CPU time of all descendants, peak memory',
    async () => {
      const script = `const held = Buffer.alloc(150e6, 1); ${burn(800)}`;
      const outcome = await run(sh(`"${process.execPath}" -e '${script}'; true`));
      const { measured } = outcome;
      const took = Number(outputOf(outcome));
      expect(took).toBeGreaterThanOrEqual(800);
      expect(measured.cpuMs).toBeGreaterThan(0.9 * took);
      expect(measured.cpuMs).toBeLessThan(1.8 * took);
      expect(measured.memoryPeakBytes).toBeGreaterThan(150e6);
      expect(measured.memoryPeakBytes).toBeLessThan(600e6);
      expect(measured.runMs).toBeGreaterThan(took / 2);
    },
  );

  it.runIf(process.platform === 'linux')(
    'is measured as often on a machine that others keep busy',
    async () => {
      /** Whatever it does, this process has waited for others for long. */
      class BusyClock extends SystemClock {
        #waitedMs = 0;
        override monotonic = (): number => super.monotonic() + (this.#waitedMs += 100);
      }
      const own = new CommandExecutor({ ...options, mark: `${options.mark}8` }, new BusyClock());
      for (const _ of [1, 2]) {
        const work = attemptOf({ command: { argv: ['sleep', '0.5'] } });
        const { measured } = await own.execute(work, neverAborted, new RecordingSink());
        expect(measured.memoryPeakBytes).toBeGreaterThan(0);
      }
      await own.close();
    },
  );

  it.runIf(process.platform === 'linux')('of commands that end together adds up', async () => {
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => run(node(burn(300)))));
    const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
    const took = sum(outcomes.map((outcome) => Number(outputOf(outcome))));
    const measured = sum(outcomes.map((outcome) => outcome.measured.cpuMs ?? 0));
    expect(measured).toBeGreaterThan(0.9 * took);
    expect(measured).toBeLessThan(1.8 * took);
  });
});

it('leaves no directory when it is closed', async () => {
  const own = new CommandExecutor({ ...options, mark: `${options.mark}9` }, new SystemClock());
  await own.execute(attemptOf({ command: sh('true') }), neverAborted, new RecordingSink());
  expect(statSync(join(stateDir, 'attempts', `${options.mark}9`)).isDirectory()).toBe(true);
  await own.close();
  expect(readdirSync(join(stateDir, 'attempts'))).toEqual([options.mark]);
});
