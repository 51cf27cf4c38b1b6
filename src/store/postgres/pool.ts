/** The pool of connections that lookups and reads share. The composition root opens and ends it. */
import pg from 'pg';
import { instantTypes } from './instants.js';

/** `lost`: an idle connection broke; the pool opens another when one is needed. */
export function openPool(url: string, max: number, lost: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max, application_name: 'taskmesh', types: instantTypes });
  pool.on('error', lost);
  // The pool ends without waiting for its sockets; an error on one of them then would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
