/** The twin of the PostgreSQL list of servers, among the rows of a `MemoryDatabase`. */
import type { Roster, ServerBeat, ServerIdentity, Servers } from '../servers.js';
import type { MemoryDatabase } from './memory-database.js';

export class MemoryServers implements Servers {
  readonly #database: MemoryDatabase;
  /** Who took the lead of this epoch; the store of a simulated process has no name. */
  readonly #leaderId: () => string | null;

  constructor(database: MemoryDatabase, leaderId: () => string | null = () => null) {
    this.#database = database;
    this.#leaderId = leaderId;
  }

  async join(server: ServerIdentity, beat: ServerBeat): Promise<void> {
    const { servers } = this.#database;
    for (const { id, home } of servers.values()) if (home === server.home) servers.delete(id);
    const now = this.#database.now();
    servers.set(server.id, { ...server, ...beat, startedAt: now, seenAt: now, lagEvents: 0 });
  }

  async beat(id: string, beat: ServerBeat): Promise<boolean> {
    const { servers, eventSeq } = this.#database;
    const known = servers.get(id);
    if (known === undefined) return false;
    const lagEvents = beat.eventSeq === null ? 0 : Math.max(0, eventSeq - beat.eventSeq);
    servers.set(id, { ...known, ...beat, seenAt: this.#database.now(), lagEvents });
    return true;
  }

  async roster(): Promise<Roster> {
    const { epoch, eventSeq, servers } = this.#database;
    const now = this.#database.now();
    const listed = [...servers.values()].map(
      ({ home: _home, eventSeq: _told, seenAt, startedAt, ...server }) => ({
        ...server,
        startedAt: new Date(startedAt),
        silentMs: now - seenAt,
      }),
    );
    const leaderId = this.#leaderId();
    return { epoch, leaderId, leadingSince: null, lastEventSeq: eventSeq, servers: listed };
  }

  async evict(silentMs: number): Promise<string[]> {
    const { servers } = this.#database;
    const before = this.#database.now() - silentMs;
    const silent = [...servers.values()].filter(({ seenAt }) => seenAt < before).map(({ id }) => id);
    for (const id of silent) servers.delete(id);
    return silent;
  }

  async leave(id: string): Promise<void> {
    this.#database.servers.delete(id);
  }
}
