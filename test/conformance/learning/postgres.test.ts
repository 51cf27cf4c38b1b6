import pg from 'pg';
import { SystemClock } from '../../../src/kit/clock.js';
import { PostgresLearning } from '../../../src/store/postgres/learning/postgres-learning.js';
import { PostgresStore } from '../../../src/store/postgres/postgres-store.js';
import { freshDatabase } from '../../support/postgres.js';
import { learningConformance } from './learning.conformance.js';

learningConformance('what learning keeps in PostgreSQL', async () => {
  const database = await freshDatabase();
  const pool = new pg.Pool({ connectionString: database.url, max: 4 });
  pool.on('error', () => undefined);
  const clock = new SystemClock({ timersHoldProcess: true });
  const store = new PostgresStore(pool, { url: database.url, clock, holder: 'learning' });
  return {
    store,
    learning: new PostgresLearning(pool),
    close: async () => {
      await store.close();
      await pool.end();
      await database.drop();
    },
  };
});
