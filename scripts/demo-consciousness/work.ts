/**
 * The work of the demo: a sync that fails whenever a service is away, which it is for a second in every ten, and galleries whose
 * pictures take as long as they are large. Nobody tells the server of either.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SeededRandom } from '../../src/kit/random.js';
import type { DemoSite } from '../demo-learning/site.js';

export const PERIOD_MS = 10_000;
const AWAY_MS = 1000;
const SYNC_EVERY_MS = 400;
const GALLERY_EVERY_MS = 500;
const PICTURES = 3;

const CREATE = 'mutation ($input: CreateTaskInput!) { createTask(input: $input) { id } }';
const SUBMIT = 'mutation ($input: SubmitMeshInput!) { submitMesh(input: $input) { id } }';

export class DemoWork {
  readonly #site: DemoSite;
  readonly #away: string;
  readonly #failures: string;
  readonly #random = new SeededRandom('gallery');
  readonly #timers: NodeJS.Timeout[] = [];
  #syncs = 0;

  constructor(site: DemoSite, dir: string) {
    this.#site = site;
    this.#away = resolve(join(dir, 'away'));
    this.#failures = resolve(join(dir, 'failures'));
  }

  /** `failed`: told of every request that is refused. */
  async start(failed: (error: unknown) => void): Promise<void> {
    await writeFile(this.#failures, '');
    const every = (ms: number, act: () => Promise<unknown>): void => {
      this.#timers.push(setInterval(() => void act().catch(failed), ms));
    };
    every(PERIOD_MS, () => this.#goAway());
    every(SYNC_EVERY_MS, () => this.#sync());
    every(GALLERY_EVERY_MS, () => this.#gallery());
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
    setTimeout(() => void rm(this.#away, { force: true }), AWAY_MS);
  }

  async #sync(): Promise<void> {
    const script = `sleep 0.7; if test -e "$0"; then printf x >> "$1"; exit 1; fi`;
    const input = {
      name: `sync ${++this.#syncs}`,
      work: { command: { argv: ['sh', '-c', script, this.#away, this.#failures] } },
      retryPolicy: { maxAttempts: 5, initialIntervalMs: 300, jitter: false },
    };
    await this.#site.ask(CREATE, { input });
  }

  async #gallery(): Promise<void> {
    const tasks = Array.from({ length: PICTURES }, (_, at) => {
      const seconds = 0.05 * 8 ** this.#random.next();
      return {
        ...{ key: `p${at}`, name: 'resize', work: { command: { argv: ['sleep', seconds.toFixed(3)] } } },
        metadata: { inputBytes: Math.round(1e7 * seconds) },
      };
    });
    await this.#site.ask(SUBMIT, { input: { name: 'gallery', tasks } });
  }
}
