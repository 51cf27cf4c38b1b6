/**
 * Chores that growth makes necessary, beside the commits and never in their way: statistics while tables grow fast
 * (autovacuum looks once a minute; until then a table that was empty a moment ago is planned for as if it still were: a page
 * of 40,000 tasks took 200 ms, 5 ms after ANALYZE), the list of open tasks, and the emptied pages of the history's tail.
 * Called by the Postgres store after every applied batch.
 */
import type pg from 'pg';
import type { Batch } from '../../../lifecycle/batch.js';
import { atMost } from '../sessions/pool.js';
import { ANALYZE_TABLES, SWEEP_OPEN_TASKS, VACUUM_TAIL } from '../sql/commit/upkeep.js';

/** Statistics and cleaning of large tables take minutes, and nobody waits for them but the end of the program, which does not. */
const CHORE_MS_MAX = 600_000;

interface Chore {
  readonly sql: string;
  /** What of a batch makes it due. */
  readonly counted: (batch: Batch) => number;
  /** Due after so many. */
  every: number;
  /** The next time after so many times as many. */
  readonly growth: number;
  /** Never again from here on: a growth by half no longer changes a plan, and autovacuum keeps up. */
  readonly last: number;
}

function chores(): Chore[] {
  const rows = ({ tasks, edges, outcomes, events }: Batch): number =>
    tasks.length + edges.length + outcomes.length + events.length;
  return [
    { sql: ANALYZE_TABLES, counted: rows, every: 2_000, growth: 2, last: 1_000_000 },
    {
      sql: SWEEP_OPEN_TASKS,
      counted: ({ tasks }) => tasks.length,
      every: 100_000,
      growth: 1,
      last: Infinity,
    },
    { sql: VACUUM_TAIL, counted: ({ events }) => events.length, every: 100_000, growth: 1, last: Infinity },
  ];
}

/** States of a chore: counting, running (one at a time of all), done for good (`every` beyond `last`). */
export class Upkeep {
  readonly #pool: pg.Pool;
  readonly #chores = chores().map((chore) => ({ ...chore, count: 0 }));
  #running: Promise<unknown> | undefined;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  count(batch: Batch): void {
    for (const chore of this.#chores) {
      chore.count += chore.counted(batch);
      if (chore.count < chore.every || this.#running !== undefined || chore.every > chore.last) continue;
      chore.every *= chore.growth;
      chore.count = 0;
      this.#run(chore.sql);
    }
  }

  /** Resolves when nothing of it is running. */
  async idle(): Promise<void> {
    await this.#running;
  }

  /** A chore that fails is tried when it is due again: without it answers come later, not wrong. */
  #run(sql: string): void {
    const failed = (): void => undefined;
    this.#running = this.#pool.query(atMost(CHORE_MS_MAX, sql)).then(undefined, failed);
    void this.#running.then(() => {
      this.#running = undefined;
    });
  }
}
