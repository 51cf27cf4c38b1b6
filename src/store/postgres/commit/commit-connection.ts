/**
 * The one connection that writes the core's batches: a dedicated client, so that a batch waits for nobody and its
 * statement stays prepared. Called by the Postgres store; it never repeats a batch by itself, the committer does.
 */
import pg from 'pg';
import { assert } from '../../../kit/assert.js';
import { backoffMs, type BackoffPolicy } from '../../../kit/backoff.js';
import type { Clock } from '../../../kit/clock.js';
import { inTurns } from '../../../kit/turn.js';
import type { Batch, BatchKey } from '../../../lifecycle/batch.js';
import { storyOf } from '../../batch-story.js';
import type { CommitResult } from '../../store.js';
import { endSession } from '../sessions/session-end.js';
import { COMMIT_BATCH } from '../sql/commit/commit-batch.js';
import { COMMIT_SESSION } from '../sql/commit/commit-session.js';
import { batchParameters, type Parameter } from './batch-parameters.js';
import { BinaryArrays } from './binary-arrays.js';
import { commitFailure } from './commit-errors.js';

const RECONNECT: BackoffPolicy = {
  initialIntervalMs: 20,
  backoffCoefficient: 2,
  maxIntervalMs: 2_000,
  jitter: false,
};
const CONNECT_MS_MAX = 10_000;
/** A link can die without a word; then the answer is `unknown` and the same batch goes over a new one. */
const COMMIT_MS_MAX = 60_000;

interface CommitRow {
  readonly kind: 'applied' | 'fenced' | 'rejected';
  readonly at_ms: string | null;
  readonly reason: string | null;
}

/** States: no client, connected, committing (`#committing`), closed. */
export class CommitConnection {
  readonly #url: string;
  readonly #clock: Clock;
  readonly #arrays = new BinaryArrays();
  #client: pg.Client | undefined;
  #failures = 0;
  #committing = false;
  #closed = false;

  constructor(url: string, clock: Clock) {
    this.#url = url;
    this.#clock = clock;
  }

  async commit(key: BatchKey, batch: Batch): Promise<CommitResult> {
    assert(!this.#committing, 'one batch is in flight at a time');
    assert(!this.#closed, 'the store is closed');
    const gap = batch.events.findIndex((event, index) => event.seq !== batch.events[0]!.seq + index);
    if (gap >= 0)
      return {
        kind: 'rejected',
        reason: `event ${batch.events[gap]!.seq} after event ${batch.events[gap - 1]!.seq}`,
      };
    const story = storyOf(batch);
    if (typeof story === 'string') return { kind: 'rejected', reason: story };
    this.#committing = true;
    try {
      return await this.#send(await inTurns(batchParameters(key, batch, story, this.#arrays)));
    } finally {
      this.#arrays.reset();
      this.#committing = false;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const client = this.#client;
    this.#client = undefined;
    if (client !== undefined) await endSession(client, this.#clock);
  }

  async #send(values: Parameter[]): Promise<CommitResult> {
    const client = await this.#connected();
    if (client instanceof Error) return { kind: 'unknown', reason: String(client) };
    try {
      const { rows } = await client.query<CommitRow>({ ...COMMIT_BATCH, values });
      this.#failures = 0;
      return commitResult(rows[0] as CommitRow);
    } catch (error) {
      const result = commitFailure(error);
      if (result.kind === 'unknown') this.#drop();
      return result;
    }
  }

  /** Answers the error, because whatever keeps us from connecting says nothing against the batch. */
  async #connected(): Promise<pg.Client | Error> {
    try {
      return (this.#client ??= await this.#connect());
    } catch (error) {
      this.#failures++;
      return error as Error;
    }
  }

  /** Waits before every try but the first, longer each time, so that the committer may call again at once. */
  async #connect(): Promise<pg.Client> {
    if (this.#failures > 0) await this.#pause(backoffMs(RECONNECT, this.#failures, 0));
    const client = new pg.Client({
      connectionString: this.#url,
      application_name: 'taskmesh commit',
      connectionTimeoutMillis: CONNECT_MS_MAX,
      query_timeout: COMMIT_MS_MAX,
      keepAlive: true,
    });
    // An idle client reports a lost link here; without a listener Node would end the process.
    client.on('error', () => this.#client === client && this.#drop());
    await client.connect();
    await client.query(COMMIT_SESSION);
    return client;
  }

  #drop(): void {
    const client = this.#client;
    this.#client = undefined;
    this.#failures++;
    if (client !== undefined) void endSession(client, this.#clock);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#clock.setTimer(ms, resolve));
  }
}

function commitResult({ kind, at_ms, reason }: CommitRow): CommitResult {
  if (kind === 'applied') return { kind, at: Number(at_ms) };
  return kind === 'fenced' ? { kind } : { kind, reason: reason ?? '' };
}
