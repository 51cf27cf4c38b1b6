import pg from 'pg';
import { SystemClock } from '../../src/kit/clock.js';
import { PostgresStore } from '../../src/store/postgres/postgres-store.js';
import { PostgresRelay } from '../../src/store/postgres/servers/postgres-relay.js';
import { PostgresServers } from '../../src/store/postgres/servers/postgres-servers.js';
import { freshDatabase } from '../support/postgres.js';
import { storeConformance } from './store.conformance.js';

storeConformance('the PostgreSQL store', async () => {
  const database = await freshDatabase();
  const pool = new pg.Pool({ connectionString: database.url, max: 4 });
  pool.on('error', () => undefined);
  const clock = new SystemClock({ timersHoldProcess: true });
  const stores: PostgresStore[] = [];
  return {
    relay: new PostgresRelay(pool),
    servers: new PostgresServers(pool),
    open() {
      const holder = `store ${stores.length}`;
      const store = new PostgresStore(pool, { url: database.url, clock, holder });
      stores.push(store);
      return store;
    },
    async breakSession() {
      await pool.query(`SELECT pg_terminate_backend(pid) FROM pg_locks
        WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
    },
    async passTime(ms) {
      await pool.query('SELECT pg_sleep($1)', [ms / 1000]);
    },
    async close() {
      await Promise.all(stores.map((store) => store.close()));
      await pool.end();
      await database.drop();
    },
  };
});
