/**
 * Where the demo runs: a PostgreSQL, a server, and a node for each place, all of them processes from the built program. Parts
 * end in reverse, and nothing of them is left.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { assert } from '../../src/kit/assert.js';
import { EmbeddedPostgres } from '../../src/store/postgres/embedded.js';
import { Program } from '../demo-cluster/program.js';
import { DemoDoor } from './door.js';
import type { DemoPlace } from './places.js';

export class DemoSite {
  readonly #dir: string;
  readonly #undo: (() => Promise<unknown>)[] = [];
  readonly #token = randomBytes(32).toString('base64url');
  #door: DemoDoor | undefined;

  constructor(stateDir: string) {
    this.#dir = resolve(stateDir);
  }

  /** Where a place finds how long its tasks take. */
  timesOf({ name }: DemoPlace): string {
    return join(this.#dir, 'times', name);
  }

  /** `more`: of the server's configuration. */
  async start(places: readonly DemoPlace[], more: Readonly<Record<string, string>> = {}): Promise<void> {
    await mkdir(join(this.#dir, 'logs'), { recursive: true });
    this.#undo.push(() => rm(this.#dir, { recursive: true, force: true, maxRetries: 5 }));
    await writeFile(join(this.#dir, 'token'), `${this.#token}\n`, { mode: 0o600 });
    const postgres = new EmbeddedPostgres({ stateDir: this.#dir });
    await postgres.start();
    this.#undo.push(() => postgres.stop());
    const server = this.#program('server', ['serve'], {
      TASKMESH_DATABASE__URL: postgres.url,
      TASKMESH_SERVER__PORT: '0',
      TASKMESH_OBSERVABILITY__METRICS__ENABLED: 'false',
      TASKMESH_CLUSTER__POLICY: 'LEARNED',
      ...more,
    });
    this.#door = new DemoDoor(String((await server.ready).url), this.#token);
    for (const place of places) {
      const node = this.#program(place.name, ['node', '--name', place.name], {
        TASKMESH_DATABASE__URL: postgres.url,
        TASKMESH_EXECUTION__MAX_PARALLEL_TASKS: String(place.slots),
        TASKMESH_EXECUTION__ENV_ALLOW: 'PATH,DEMO_TIMES',
        DEMO_TIMES: this.timesOf(place),
      });
      await node.ready;
    }
  }

  async close(): Promise<void> {
    for (const undo of this.#undo.splice(0).reverse()) await undo();
  }

  /** Once it has started. */
  get door(): DemoDoor {
    assert(this.#door !== undefined, 'a door is there once the server has started');
    return this.#door;
  }

  #program(name: string, argv: readonly string[], env: Readonly<Record<string, string>>): Program {
    const logs = { TASKMESH_OBSERVABILITY__LOGS__LEVEL: 'info' };
    const program = new Program({
      name,
      argv: [...argv, '--state-dir', this.#dir],
      env: { ...logs, ...env },
      logFile: join(this.#dir, 'logs', `${name}.log`),
    });
    this.#undo.push(() => program.stop());
    return program;
  }
}
