/**
 * Which decisions hold a queued task back now, from the rows that are open: the same on every server. Asked for each task that
 * is shown, so that the rows are read at most twice a second. It holds nothing back itself; the gate does.
 */
import type { TaskSpec } from '../../lifecycle/task.js';
import type { ConsciousnessStore, DecisionRow } from '../../store/consciousness.js';
import { dependencyOf } from './rules/dependency.js';

export type Held = Pick<TaskSpec, 'typeKey' | 'metadata' | 'work'>;

const KNOWN_MS = 500;
/** Of one kind; more are not open at once. */
const OPEN_MAX = 500;
const KINDS = ['CIRCUIT_BREAK', 'HOLD', 'QUARANTINE'] as const;

export class Holding {
  readonly #store: Pick<ConsciousnessStore, 'decisions'>;
  readonly #now: () => number;
  #known: { readonly at: number; readonly rows: Promise<readonly DecisionRow[]> } | undefined;

  constructor(store: Pick<ConsciousnessStore, 'decisions'>, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  async of({ typeKey, metadata, work }: Held): Promise<DecisionRow[]> {
    const now = this.#now();
    const dependency = dependencyOf({ metadata, work, typeKey });
    const subjectOf = (kind: string): string | null => (kind === 'CIRCUIT_BREAK' ? dependency : typeKey);
    const rows = await this.#rows(now);
    return rows.filter(({ kind, subject, parameters }) => {
      const { fromMs } = parameters;
      return subject === subjectOf(kind) && (typeof fromMs !== 'number' || fromMs <= now);
    });
  }

  #rows(now: number): Promise<readonly DecisionRow[]> {
    if (this.#known !== undefined && Math.abs(now - this.#known.at) < KNOWN_MS) return this.#known.rows;
    const rows = Promise.all(
      KINDS.map((kind) =>
        this.#store.decisions({ kind, mode: 'ACTING', open: true }, { newestFirst: true, limit: OPEN_MAX }),
      ),
    ).then((all) => all.flat());
    this.#known = { at: now, rows };
    rows.catch(() => (this.#known = undefined));
    return rows;
  }
}
