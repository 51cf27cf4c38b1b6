/** What tests of work and layers share: attempts as values, a sink that remembers, directories and processes to look for. */
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Clock } from '../../../src/kit/clock.js';
import { ExecutorLayer } from '../../../src/layers/executor-layer.js';
import type { Outcome } from '../../../src/lifecycle/task.js';
import type { LogStream } from '../../../src/lifecycle/vocabulary.js';
import type { Work } from '../../../src/lifecycle/work.js';
import type { Executor } from '../../../src/work/executor.js';
import type { AbortReason, AttemptSink, AttemptStart, LogLine } from '../../../src/work/attempt.js';

let made = 0;

export function attemptOf(work: Work, more: Partial<AttemptStart> = {}): AttemptStart {
  const id = String(++made).padStart(12, '0');
  return {
    taskId: `0190aaaa-0000-7000-8000-${id}`,
    attempt: 1,
    token: made,
    meshId: '0190aaaa-0000-7000-8000-ffffffffffff',
    taskKey: 'the-key',
    taskName: 'the name',
    taskType: 'SMALL',
    work,
    inputs: {},
    node: 'node',
    ...more,
  };
}

/** A local layer of these executors alone. */
export function executorLayer(executors: readonly Executor[], clock: Clock): ExecutorLayer {
  const capacity = { slots: 4, cores: 4, memoryBytes: 2 ** 30 };
  return new ExecutorLayer({
    name: 'LOCAL',
    title: 'the local layer',
    node: 'host:1:a',
    capacity,
    executors,
    clock,
  });
}

export class RecordingSink implements AttemptSink {
  readonly lines: LogLine[] = [];
  readonly progressed: [fraction: number, message: string | null][] = [];
  beats = 0;
  readonly #waiting: [text: string, done: () => void][] = [];

  log(line: LogLine): void {
    this.lines.push(line);
    for (const [text, done] of this.#waiting) if (line.text.includes(text)) done();
  }

  progress(fraction: number, message: string | null): void {
    this.progressed.push([fraction, message]);
  }

  heartbeat(): void {
    this.beats++;
  }

  texts(stream?: LogStream): string[] {
    return this.lines
      .filter((line) => stream === undefined || line.stream === stream)
      .map(({ text }) => text);
  }

  /** Resolves when a line with this text has been, or is, logged. */
  until(text: string): Promise<void> {
    if (this.lines.some((line) => line.text.includes(text))) return Promise.resolve();
    return new Promise((done) => this.#waiting.push([text, done]));
  }
}

/** A sink that forgets, for floods. */
export const silent: AttemptSink = {
  log: () => undefined,
  progress: () => undefined,
  heartbeat: () => undefined,
};

export const neverAborted = new AbortController().signal;

/** Aborts as the orchestrator does, with the reason as a plain word. */
export function abortable(): { signal: AbortSignal; abort(reason?: AbortReason): void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: (reason = 'CANCELLED') => controller.abort(reason) };
}

/** The failure code, or COMPLETED. */
export function codeOf(outcome: Outcome): string {
  return outcome.kind === 'COMPLETED' ? 'COMPLETED' : outcome.failure.code;
}

export function outputOf(outcome: Outcome): unknown {
  if (outcome.kind !== 'COMPLETED') throw new Error(`not completed: ${JSON.stringify(outcome)}`);
  return outcome.output;
}

export function messageOf(outcome: Outcome): string {
  if (outcome.kind === 'COMPLETED') throw new Error('completed, not failed');
  return outcome.failure.message;
}

const dirs: string[] = [];
// Registered when the file is imported: a hook added while a test runs is never called.
afterAll(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
});

/** Removed after the test file. */
export function temporaryDir(name: string): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), `taskmesh-${name}-`)));
  dirs.push(dir);
  return dir;
}

/** A duration for `sleep` that no other process on this machine has: the mark by which tests find their processes. */
export function uniqueSleep(): string {
  return `97${process.pid}.${++made}`;
}

function commandLine(pid: string): string {
  try {
    // A zombie's is empty: where nobody collects zombies they are still not running.
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

function processes(fits: (commandLine: string) => boolean): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => fits(commandLine(pid))).map(Number);
}

/** Running processes whose command line holds the text; a shell that is to start them is among them. */
export function processesWith(text: string): number[] {
  return processes((line) => line.includes(text));
}

/** The `sleep` processes themselves. */
export function sleepers(seconds: string): number[] {
  return processes((line) => line.trim() === `sleep ${seconds}`);
}

function parentOf(pid: number): number {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return 0;
  }
}

/** Command hosts of one server: other test files on this machine have theirs. */
export function commandHostsOf(server: number | undefined): number[] {
  return processesWith('taskmesh-commands').filter((pid) => parentOf(pid) === server);
}
