/** The twin of the PostgreSQL relay: the requests between servers among the rows of a `MemoryDatabase`. */
import type { RelayAnswer } from '../../lifecycle/batch.js';
import type { Relay, RelayedRequest, RelayedRow } from '../relay.js';
import type { MemoryDatabase } from './memory-database.js';

export class MemoryRelay implements Relay {
  readonly #database: MemoryDatabase;

  constructor(database: MemoryDatabase) {
    this.#database = database;
  }

  async send(rows: readonly RelayedRow[]): Promise<void> {
    const { relayed } = this.#database;
    const sentAt = this.#database.now();
    for (const row of rows)
      if (!relayed.has(row.id)) relayed.set(row.id, { ...row, sentAt, answer: null, isDiscarded: false });
  }

  async open(recipient: string | null, but: readonly string[]): Promise<RelayedRequest[]> {
    const now = this.#database.now();
    return [...this.#database.relayed.values()]
      .filter((row) => row.answer === null && row.recipient === recipient && !but.includes(row.id))
      .map(({ id, sender, body, sentAt }) => ({ id, sender, body, ageMs: now - sentAt }));
  }

  async answers(ids: readonly string[]): Promise<{ id: string; answer: RelayAnswer }[]> {
    const rows = ids.flatMap((id) => this.#database.relayed.get(id) ?? []);
    return rows.flatMap(({ id, answer, isDiscarded }) =>
      answer === null || isDiscarded ? [] : [{ id, answer }],
    );
  }

  async answer(ids: readonly string[]): Promise<void> {
    const { relayed } = this.#database;
    for (const id of ids) {
      const row = relayed.get(id);
      if (row?.answer === null) relayed.set(id, { ...row, answer: { value: null } });
    }
  }

  async discard(ids: readonly string[]): Promise<void> {
    const { relayed } = this.#database;
    for (const id of ids) {
      const row = relayed.get(id);
      if (row !== undefined && row.answer !== null)
        relayed.set(id, { ...row, body: null, isDiscarded: true });
    }
  }
}
