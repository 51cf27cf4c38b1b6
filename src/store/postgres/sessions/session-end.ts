/**
 * Ends sessions also where nobody answers: `pg` waits for the other side to close, which over a link that went silent it never
 * does. Called by whoever has a session of its own; the pool does it for those in it.
 */
import type pg from 'pg';
import type { Clock } from '../../../kit/clock.js';
import { within } from '../../../kit/within.js';

/** A goodbye is answered in a millisecond; PostgreSQL notices a socket that just closes, too. */
const GOODBYE_MS_MAX = 1_000;

/** Never rejects. */
export async function endSession(client: pg.Client, clock: Clock): Promise<void> {
  const ended = client.end().catch(() => undefined);
  if (!(await within(clock, GOODBYE_MS_MAX, ended))) cut(client);
}

/** Without a goodbye. */
export function cut(client: pg.ClientBase): void {
  // the socket is no part of the types
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}
