import pg from 'pg';
import { PostgresConsciousness } from '../../../src/store/postgres/consciousness/postgres-consciousness.js';
import { freshDatabase } from '../../support/postgres.js';
import { consciousnessConformance } from './consciousness.conformance.js';

consciousnessConformance('what consciousness keeps in PostgreSQL', async () => {
  const database = await freshDatabase();
  const pool = new pg.Pool({ connectionString: database.url, max: 4 });
  pool.on('error', () => undefined);
  return {
    consciousness: new PostgresConsciousness(pool),
    close: async () => {
      await pool.end();
      await database.drop();
    },
  };
});
