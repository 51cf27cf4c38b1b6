import pg from 'pg';
import { PostgresNodes } from '../../src/store/postgres/postgres-nodes.js';
import { freshDatabase } from '../support/postgres.js';
import { nodesConformance } from './nodes.conformance.js';

nodesConformance('the PostgreSQL registry of nodes', async () => {
  const database = await freshDatabase();
  const pool = new pg.Pool({ connectionString: database.url, max: 4 });
  pool.on('error', () => undefined);
  return {
    registry: new PostgresNodes(pool),
    passTime: async (ms) => {
      await pool.query('SELECT pg_sleep($1)', [ms / 1000]);
    },
    close: async () => {
      await pool.end();
      await database.drop();
    },
  };
});
