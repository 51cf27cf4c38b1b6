/** What servers ask of each other, in the table `relayed_request`. Made by the composition root over the shared pool. */
import type { Json } from '../../../kit/json.js';
import type { RelayAnswer } from '../../../lifecycle/batch.js';
import type { Relay, RelayedRequest, RelayedRow } from '../../relay.js';
import type { Queries } from '../sessions/queries.js';
import { ANSWER_REQUESTS } from '../sql/relay/answer-requests.js';
import { DISCARD_REQUESTS } from '../sql/relay/discard-requests.js';
import { OPEN_REQUESTS } from '../sql/relay/open-requests.js';
import { REQUEST_ANSWERS } from '../sql/relay/request-answers.js';
import { SEND_REQUESTS } from '../sql/relay/send-requests.js';

interface OpenRow {
  readonly id: string;
  readonly sender: string;
  readonly body: Json;
  readonly age_ms: string;
}

export class PostgresRelay implements Relay {
  readonly #pool: Queries;

  constructor(pool: Queries) {
    this.#pool = pool;
  }

  async send(rows: readonly RelayedRow[]): Promise<void> {
    const values = [
      rows.map((row) => row.id),
      rows.map((row) => row.sender),
      rows.map((row) => row.recipient),
      rows.map((row) => JSON.stringify(row.body)),
    ];
    await this.#pool.query({ ...SEND_REQUESTS, values });
  }

  async open(recipient: string | null, but: readonly string[]): Promise<RelayedRequest[]> {
    const { rows } = await this.#pool.query<OpenRow>({ ...OPEN_REQUESTS, values: [recipient, but] });
    return rows.map(({ id, sender, body, age_ms }) => ({ id, sender, body, ageMs: Number(age_ms) }));
  }

  async answers(ids: readonly string[]): Promise<{ id: string; answer: RelayAnswer }[]> {
    return (
      await this.#pool.query<{ id: string; answer: RelayAnswer }>({ ...REQUEST_ANSWERS, values: [ids] })
    ).rows;
  }

  async answer(ids: readonly string[]): Promise<void> {
    await this.#pool.query({ ...ANSWER_REQUESTS, values: [ids] });
  }

  async discard(ids: readonly string[]): Promise<void> {
    await this.#pool.query({ ...DISCARD_REQUESTS, values: [ids] });
  }
}
