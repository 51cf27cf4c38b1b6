/** Asks the product's store from outside, as the peers' own stores are asked, when a mesh has completed. */
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { now } from './clock.js';

/** As often as the peers look. */
const LOOK_MS = 3;

export class StoreWatch {
  readonly #client: pg.Client;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  static async open(databaseUrl: string): Promise<StoreWatch> {
    const client = new pg.Client({ connectionString: databaseUrl });
    client.on('error', () => undefined); // some cases crash the server
    await client.connect();
    return new StoreWatch(client);
  }

  async completedAt(meshId: string): Promise<number> {
    for (;;) {
      const { rows } = await this.#client.query<{ status: string }>({
        name: 'status',
        text: 'SELECT status FROM mesh WHERE id = $1',
        values: [meshId],
      });
      if (rows[0]?.status === 'COMPLETED') return now();
      if (rows[0]?.status !== 'RUNNING') throw new Error(`mesh ${meshId} is ${rows[0]?.status}`);
      await pause(LOOK_MS);
    }
  }

  /** When no mesh of the bench is running any more. */
  async nothingRunsAt(): Promise<number> {
    for (;;) {
      const { rowCount } = await this.#client.query({
        name: 'running',
        text: "SELECT 1 FROM mesh WHERE name = 'bench' AND status = 'RUNNING' LIMIT 1",
      });
      if (rowCount === 0) return now();
      await pause(LOOK_MS);
    }
  }

  async close(): Promise<void> {
    await this.#client.end();
  }
}
