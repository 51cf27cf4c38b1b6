/** The part of a pool that statements need, whoever sends them. */
import type pg from 'pg';

export type Queries = Pick<pg.Pool, 'query'>;
