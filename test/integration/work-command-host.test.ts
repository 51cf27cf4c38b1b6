/** The command host: the same work in another process, and what is left when it or the server is killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { SystemClock } from '../../src/kit/clock.js';
import { Stop } from '../../src/kit/stop.js';
import { HostedCommandExecutor } from '../../src/work/command-host/hosted-command-executor.js';
import { sweepOrphans } from '../../src/work/processes/orphans.js';
import { serverMark } from '../../src/work/processes/server-mark.js';
import { until } from '../support/until.js';
import {
  abortable,
  attemptOf,
  codeOf,
  commandHostsOf,
  messageOf,
  neverAborted,
  outputOf,
  processesWith,
  RecordingSink,
  sleepers,
  temporaryDir,
  uniqueSleep,
} from '../support/work/fixtures.js';

const stateDir = temporaryDir('host-state');
const clock = new SystemClock();
const options = {
  stateDir,
  workingDir: stateDir,
  env: { PATH: process.env['PATH'] ?? '' },
  mark: serverMark(stateDir),
  killGraceMs: 300,
  logBytesMax: 10 * 1_048_576,
  outputBytesMax: 1_048_576,
};
const executor = new HostedCommandExecutor(options, clock);

afterAll(() => executor.close());

const commandOf = (script: string) => ({ command: { argv: ['sh', '-c', script] } });

describe('a command in the host', () => {
  it('has its output, log lines in order and measurements', async () => {
    const sink = new RecordingSink();
    const outcome = await executor.execute(
      attemptOf(commandOf('for i in $(seq 1 500); do echo $i; done; echo warn >&2; cat "$TASKMESH_INPUTS"'), {
        inputs: { a: 1 },
      }),
      neverAborted,
      sink,
    );
    expect(outputOf(outcome)).toEqual({ a: 1 });
    expect(sink.texts('STDOUT').slice(0, 500)).toEqual(Array.from({ length: 500 }, (_, i) => String(i + 1)));
    expect(sink.texts('STDERR')).toEqual(['warn']);
    expect(outcome.measured).toMatchObject({ exitCode: 0, cpuMs: expect.any(Number) as number });
  });

  it('is told to stop with the reason', async () => {
    const sink = new RecordingSink();
    const { signal, abort } = abortable();
    const outcome = executor.execute(attemptOf(commandOf('echo ready; sleep 100')), signal, sink);
    await sink.until('ready');
    abort('TIMED_OUT');
    expect(codeOf(await outcome)).toBe('EXECUTION_TIMEOUT');
  });

  it('is killed at once when it is forced in its grace', async () => {
    const patient = new HostedCommandExecutor({ ...options, killGraceMs: 600_000 }, clock);
    const sink = new RecordingSink();
    const stop = new Stop();
    const deaf = commandOf('trap "" TERM; echo ready; while :; do sleep 1; done');
    const outcome = patient.execute(attemptOf(deaf), stop, sink);
    await sink.until('ready');
    stop.abort('SHUTDOWN');
    stop.force('LOST');
    expect(codeOf(await outcome)).toBe('SHUTDOWN');
    await patient.close();
  });

  it('shares one host with all others, started once', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        executor.execute(attemptOf(commandOf(`echo ${i}`)), abortable().signal, new RecordingSink()),
      ),
    );
    expect(outcomes.map(outputOf)).toEqual(Array.from({ length: 30 }, (_, i) => i));
    expect(commandHostsOf(process.pid)).toHaveLength(1);
  });

  it('is heard while it floods', async () => {
    const sink = new RecordingSink();
    const outcome = await executor.execute(
      attemptOf(commandOf('yes | head -c 60000000 > /dev/stderr')),
      neverAborted,
      sink,
    );
    expect(outcome.kind).toBe('COMPLETED');
    expect(sink.beats).toBeGreaterThan(0);
    expect(sink.lines.at(-1)?.text).toBe('log truncated at 10 MB');
  });
});

describe('when the host is killed', () => {
  it('nothing of its commands survives, they count as crashed, and the next one gets a new host', async () => {
    const seconds = uniqueSleep();
    const sinks = [new RecordingSink(), new RecordingSink()];
    const script = `trap "" TERM; setsid sleep ${seconds} & sleep ${seconds} & echo ready; sleep ${seconds}`;
    const outcomes = sinks.map((sink) => executor.execute(attemptOf(commandOf(script)), neverAborted, sink));
    await Promise.all(sinks.map((sink) => sink.until('ready')));
    const [host] = commandHostsOf(process.pid) as [number];
    process.kill(host, 'SIGKILL');
    for (const outcome of await Promise.all(outcomes)) {
      expect(outcome).toMatchObject({
        kind: 'CRASHED',
        failure: { kind: 'CRASHED', code: 'COMMAND_HOST_LOST' },
      });
      expect(messageOf(outcome)).toContain('SIGKILL');
    }
    expect(processesWith(seconds)).toEqual([]);
    expect(
      outputOf(await executor.execute(attemptOf(commandOf('echo again')), neverAborted, new RecordingSink())),
    ).toBe('again');
    expect(commandHostsOf(process.pid)).not.toContain(host);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'with %s, which is for the server, it goes on',
    async (name) => {
      const outcome = executor.execute(
        attemptOf(commandOf('sleep 0.2; echo fine')),
        neverAborted,
        new RecordingSink(),
      );
      for (const host of commandHostsOf(process.pid)) process.kill(host, name);
      expect(outputOf(await outcome)).toBe('fine');
    },
  );
});

/** A server of its own, see test/support/work/server.mjs; resolves when its work runs. */
async function serverWith(dir: string, works: readonly object[]): Promise<ChildProcess> {
  const argument = JSON.stringify({ stateDir: dir, path: process.env['PATH'], works });
  const program = fileURLToPath(new URL('../support/work/server.mjs', import.meta.url));
  const server = spawn(process.execPath, [program, argument], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void server.kill('SIGKILL'));
  await once(server.stdout, 'data');
  return server;
}

describe.runIf(process.platform === 'linux')('when the server is killed with SIGKILL', () => {
  const stubborn = (seconds: string): object =>
    commandOf(
      `trap "" TERM; sh -c 'trap "" TERM; sleep ${seconds}' & setsid sleep ${seconds} & echo ready; wait; sleep ${seconds}`,
    );

  it('the host ends every command and itself', async () => {
    const seconds = uniqueSleep();
    const server = await serverWith(temporaryDir('killed'), [
      stubborn(seconds),
      stubborn(seconds),
      stubborn(seconds),
    ]);
    const hosts = commandHostsOf(server.pid);
    expect(hosts).toHaveLength(1);
    expect(processesWith(seconds).length).toBeGreaterThanOrEqual(6);
    server.kill('SIGKILL');
    await until('no command is left', () => processesWith(seconds).length === 0);
    await until('no host is left', () => !processesWith('taskmesh-commands').includes(hosts[0] as number));
  });

  it('and the host with it, the next server on the state directory ends what is left', async () => {
    const seconds = uniqueSleep();
    const dir = temporaryDir('killed-both');
    const server = await serverWith(dir, [stubborn(seconds), stubborn(seconds)]);
    const [host] = commandHostsOf(server.pid) as [number];
    process.kill(host, 'SIGSTOP');
    server.kill('SIGKILL');
    await once(server, 'exit');
    process.kill(host, 'SIGKILL');
    expect(processesWith(seconds).length).toBeGreaterThanOrEqual(4);
    expect(sweepOrphans(dir, clock)).toBeGreaterThanOrEqual(4);
    await until('no command is left', () => processesWith(seconds).length === 0);
    expect(sweepOrphans(dir, clock)).toBe(0);
  });

  it('processes that a module had started end too', async () => {
    const seconds = uniqueSleep();
    const dir = temporaryDir('killed-module');
    const script = `import { spawn } from 'node:child_process';
      export default async ({ log }) => { spawn('sleep', ['${seconds}'], { detached: true, stdio: 'ignore' }); log('ready'); await new Promise(() => setInterval(() => {}, 1000)); }`;
    writeFileSync(join(dir, 'spawns.mjs'), script);
    const server = await serverWith(dir, [
      { module: { path: 'spawns.mjs' } },
      commandOf('echo ready; sleep 50'),
    ]);
    expect(sleepers(seconds)).toHaveLength(1);
    server.kill('SIGKILL');
    await until('it is gone', () => processesWith(seconds).length === 0);
  });

  it('a sweep leaves alone what belongs to a server that lives', async () => {
    const seconds = uniqueSleep();
    const dir = temporaryDir('alive');
    const server = await serverWith(dir, [stubborn(seconds)]);
    await until('both run', () => sleepers(seconds).length === 2);
    const before = sleepers(seconds);
    expect(sweepOrphans(dir, clock)).toBe(0);
    expect(sleepers(seconds)).toEqual(before);
    server.kill('SIGKILL');
    await until('it is gone', () => processesWith(seconds).length === 0);
  });
});
