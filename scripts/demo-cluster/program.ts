/**
 * One `taskmesh serve` or `taskmesh node` of the demo, from the built program. It has a process group of its own, so that a
 * Ctrl-C at the terminal reaches the demo alone, which ends all in their order.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const READY_MS_MAX = 60_000;
/** Longer than a drain takes. */
const END_MS_MAX = 20_000;
const ERRORS_KEPT = 2000;

export interface ProgramWish {
  readonly name: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
}

export class Program {
  readonly name: string;
  /** What it said of itself when it was ready, as the JSON of the command line. */
  readonly ready: Promise<Readonly<Record<string, unknown>>>;
  /** Resolves with how it ended, in words. Never rejects. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;
  #errors = '';

  constructor({ name, argv, env, logFile }: ProgramWish) {
    this.name = name;
    this.#child = spawn(process.execPath, [MAIN, ...argv, '--json'], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const log = createWriteStream(logFile, { flags: 'a' });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      log.write(chunk);
      this.#errors = (this.#errors + chunk.toString()).slice(-ERRORS_KEPT);
    });
    this.ended = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(error.message));
      this.#child.once('close', (code, signal) => {
        log.end();
        resolve(signal ?? `exit code ${code}`);
      });
    });
    this.ready = this.#firstLine();
    this.ready.catch(() => undefined);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** As SIGTERM asks for: it finishes what it runs. Resolves when it is gone; by force if it takes too long. */
  async stop(): Promise<void> {
    if (!this.isRunning) return;
    this.#child.kill('SIGTERM');
    const late = setTimeout(() => this.#child.kill('SIGKILL'), END_MS_MAX);
    await this.ended;
    clearTimeout(late);
  }

  #firstLine(): Promise<Readonly<Record<string, unknown>>> {
    let out = '';
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => reject(new Error(`${this.name} ${why}\n${out}${this.#errors}`));
      const late = setTimeout(() => fail(`was not ready within ${READY_MS_MAX / 1000} s`), READY_MS_MAX);
      this.#child.stdout?.on('data', (chunk: Buffer) => {
        out += chunk.toString();
        const line = out
          .split('\n')
          .slice(0, -1)
          .find((one) => one.includes('"ready":true'));
        if (line === undefined) return;
        clearTimeout(late);
        resolve(JSON.parse(line) as Record<string, unknown>);
      });
      void this.ended.then((how) => {
        clearTimeout(late);
        fail(`ended before it was ready: ${how}`);
      });
    });
  }
}
