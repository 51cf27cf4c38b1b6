/**
 * Keeps the planner's statistics true while tables grow fast. Autovacuum looks once a minute; until then a table that was
 * empty a moment ago is planned for as if it still were (a page of 40,000 tasks took 200 ms, 5 ms after ANALYZE). Called
 * by the Postgres store after every applied batch; it never makes a commit wait.
 */
import type pg from 'pg';
import type { Batch } from '../../../lifecycle/batch.js';
import { ANALYZE_TABLES } from '../sql/commit/analyze-tables.js';

const ROWS_FIRST = 2_000;
/** From here on a growth by half no longer changes a plan, and autovacuum keeps up. */
const ROWS_LAST = 1_000_000;

/** States: counting, analysing (`#running`), done (`#threshold` beyond `ROWS_LAST`). */
export class TableStatistics {
  readonly #pool: pg.Pool;
  #rows = 0;
  #threshold = ROWS_FIRST;
  #running: Promise<unknown> | undefined;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  count({ tasks, edges, outcomes, events }: Batch): void {
    this.#rows += tasks.length + edges.length + outcomes.length + events.length;
    if (this.#rows < this.#threshold || this.#running !== undefined || this.#threshold > ROWS_LAST) return;
    this.#threshold *= 2;
    this.#rows = 0;
    // Statistics are a help: without them answers come later, not wrong.
    const failed = (): void => undefined;
    this.#running = this.#pool.query(ANALYZE_TABLES).then(undefined, failed);
    void this.#running.then(() => {
      this.#running = undefined;
    });
  }

  /** Resolves when nothing of it is running. */
  async idle(): Promise<void> {
    await this.#running;
  }
}
