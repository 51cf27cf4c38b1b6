/** A history of attempts that ended, in a `MemoryDatabase`, as learning reads it. */
import type { JsonObject } from '../../../src/kit/json.js';
import type { MemoryDatabase } from '../../../src/store/memory/memory-database.js';
import { MemoryStore } from '../../../src/store/memory/memory-store.js';
import { attempt, Leader, mesh, move, outcome, spec, task, uuid } from '../store/batches.js';

export interface End {
  readonly kind: string;
  readonly seconds: number;
  readonly inputBytes?: number;
  readonly failed?: boolean;
}

const M = uuid(1);
const FAILURE = { kind: 'ERROR', code: 'EXIT_1', message: 'exit 1' } as const;

export class HistoryWriter {
  readonly #leader: Leader;
  #tasks = 0;

  private constructor(leader: Leader) {
    this.#leader = leader;
  }

  static async over(database: MemoryDatabase): Promise<HistoryWriter> {
    const leader = await Leader.of(new MemoryStore(database));
    await leader.commit({ meshes: [mesh(M, { name: 'nightly' })] }, [{ type: 'MESH_SUBMITTED', meshId: M }]);
    return new HistoryWriter(leader);
  }

  get epoch(): number {
    return this.#leader.lease.epoch;
  }

  get lastSeq(): number {
    return this.#leader.eventSeq;
  }

  /** Each a task of its own that starts and ends. */
  async add(ends: readonly End[]): Promise<void> {
    const rows = ends.map((end) => ({ ...end, id: uuid(100_000 + this.#tasks), ordinal: this.#tasks++ }));
    const told = (type: string, taskId: string, payload: JsonObject = {}) => ({
      type,
      meshId: M,
      taskId,
      payload,
    });
    await this.#leader.commit(
      {
        tasks: rows.map(({ id, ordinal, kind, inputBytes }) =>
          task(id, M, {
            ordinal,
            status: 'RUNNING',
            attempt: 1,
            spec: spec({
              key: `${kind}-${ordinal}`,
              name: kind,
              typeKey: `command:${kind}`,
              work: { command: { argv: [kind] } },
              metadata: inputBytes === undefined ? {} : { inputBytes },
            }),
          }),
        ),
        attempts: rows.map(({ id, ordinal }) => attempt(id, { token: ordinal + 1, node: 'host:1:1' })),
      },
      rows.map(({ id }) => told('TASK_STARTED', id)),
    );
    await this.#leader.commit(
      {
        transitions: rows.map(({ id, failed }) =>
          failed === true
            ? move(id, 'RUNNING', 'FAILED', { failure: FAILURE })
            : move(id, 'RUNNING', 'COMPLETED', { output: { a: 1 } }),
        ),
        outcomes: rows.map(({ id, ordinal, seconds, failed }) =>
          outcome(id, M, {
            token: ordinal + 1,
            node: 'host:1:1',
            outcome: failed === true ? 'FAILED' : 'COMPLETED',
            failure: failed === true ? FAILURE : null,
            measured: { runMs: seconds * 1000, cpuMs: 1, memoryPeakBytes: 1000 + ordinal, exitCode: 0 },
          }),
        ),
      },
      rows.map(({ id, seconds, failed }) =>
        told(failed === true ? 'TASK_FAILED' : 'TASK_COMPLETED', id, { attempt: 1, runMs: seconds * 1000 }),
      ),
    );
  }
}

/** Two kinds of task, one of which takes a second per megabyte. */
export function ends(count: number, from = 0): End[] {
  return Array.from({ length: count }, (_, i) => {
    const at = from + i;
    const inputBytes = (1 + (at % 7)) * 1e6;
    if (at % 3 === 0) return { kind: 'steady', seconds: 2 + (at % 5) / 50, failed: at % 30 === 0 };
    return { kind: 'growing', seconds: inputBytes / 1e6 + (at % 4) / 20, inputBytes };
  });
}
