/**
 * The work of the demo: a sync that fails whenever a service is away, which it is in a part of every period, and galleries whose
 * pictures take as long as they are large. Nobody tells the server of either.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SeededRandom } from '../../src/kit/random.js';
import type { DemoDoor } from '../demo-learning/door.js';

export interface WorkPace {
  readonly periodMs: number;
  /** Of every period. */
  readonly awayMs: number;
  /** How long a sync takes, and how often one is asked for. */
  readonly syncMs: number;
  readonly syncEveryMs: number;
  readonly galleryEveryMs: number;
}

const PICTURES = 3;

const CREATE = 'mutation ($input: CreateTaskInput!) { createTask(input: $input) { id } }';
const SUBMIT = 'mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id } }';

export class DemoWork {
  readonly #door: DemoDoor;
  readonly #pace: WorkPace;
  readonly #away: string;
  readonly #failures: string;
  readonly #random = new SeededRandom('gallery');
  readonly #timers: NodeJS.Timeout[] = [];
  #syncs = 0;

  constructor({
    door,
    dir,
    pace,
  }: { readonly door: DemoDoor; readonly dir: string; readonly pace: WorkPace }) {
    this.#door = door;
    this.#pace = pace;
    this.#away = resolve(join(dir, 'away'));
    this.#failures = resolve(join(dir, 'failures'));
  }

  /** `failed`: told of every request that is refused. */
  async start(failed: (error: unknown) => void): Promise<void> {
    await writeFile(this.#failures, '');
    const every = (ms: number, act: () => Promise<unknown>): void => {
      this.#timers.push(setInterval(() => void act().catch(failed), ms));
    };
    const { periodMs, syncEveryMs, galleryEveryMs } = this.#pace;
    every(periodMs, () => this.#goAway());
    every(syncEveryMs, () => this.#sync());
    every(galleryEveryMs, () => this.#gallery());
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  /** Attempts of the sync that have failed so far. */
  async failures(): Promise<number> {
    return (await readFile(this.#failures, 'utf8')).length;
  }

  async #goAway(): Promise<void> {
    await writeFile(this.#away, '');
    setTimeout(() => void rm(this.#away, { force: true }), this.#pace.awayMs);
  }

  async #sync(): Promise<void> {
    const script = `sleep ${this.#pace.syncMs / 1000}; if test -e "$0"; then printf x >> "$1"; exit 1; fi`;
    const input = {
      name: `sync ${++this.#syncs}`,
      work: { command: { argv: ['sh', '-c', script, this.#away, this.#failures] } },
      retryPolicy: { maxAttempts: 5, initialIntervalMs: 300, jitter: false },
    };
    await this.#door.ask(CREATE, { input });
  }

  async #gallery(): Promise<void> {
    const tasks = Array.from({ length: PICTURES }, (_, at) => {
      const seconds = 0.05 * 8 ** this.#random.next();
      return {
        ...{ key: `p${at}`, name: 'resize', work: { command: { argv: ['sleep', seconds.toFixed(3)] } } },
        metadata: { inputBytes: Math.round(1e7 * seconds) },
      };
    });
    await this.#door.ask(SUBMIT, { input: { name: 'gallery', tasks } });
  }
}
