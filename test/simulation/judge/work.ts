/**
 * Rules of what really runs: what layers were told to start, what they told, what their work printed. Attempts that
 * still run somewhere while they count as lost are not held against anyone, and neither are those that were cancelled under
 * another leader and still end in another process.
 */
import type { AttemptOutcomeRow } from '../../../src/lifecycle/batch.js';
import type { Outcome } from '../../../src/lifecycle/task.js';
import type { AttemptStart } from '../../../src/work/attempt.js';
import type { StoredLogRow } from '../../../src/store/store.js';
import type { Attempt, Books } from './books.js';
import type { Report } from './promises.js';

/** A process, or an incarnation of a node. */
export interface Where {
  readonly node: string;
  readonly layer: string;
  readonly slots: number;
}

export interface Work {
  readonly token: number;
  readonly node: string;
  readonly layer: string;
  readonly taskId: string;
  readonly key: string | null;
  told: Outcome | undefined;
  readonly beganAt: number;
  /** World time of its last sign of life, and the longest silence before one. */
  signAt: number;
  silenceMs: number;
  lines: number;
}

/** Where the judge looks at stored rows. */
export interface StoredWork {
  output(taskId: string): unknown;
  lines(taskId: string, attempt: number): readonly StoredLogRow[];
}

export class WorkRules {
  readonly #report: Report;
  readonly #books: Books;
  readonly #stored: StoredWork;
  readonly #works = new Map<number, Work>();
  readonly #running = new Map<string, Set<Work>>();
  /** Tokens of attempts that a node has ended before they began. */
  readonly #toldToEnd = new Set<number>();
  /** Checked in the end. */
  readonly #kept: (() => void)[] = [];
  /** Does it run on a node? */
  isRemote: (attempt: Attempt) => boolean = () => false;
  /** Does that server take the process for dead that ran it? It gives away the places of all that ran there. */
  isDead: (attempt: Attempt, server: string) => boolean = () => false;
  /** Work there begins, or shows a sign of life. */
  onSign: (node: string) => void = () => {};

  constructor(report: Report, books: Books, stored: StoredWork) {
    this.#report = report;
    this.#books = books;
    this.#stored = stored;
  }

  began(where: Where, start: AttemptStart, now: number): Work {
    const { token, taskId } = start;
    const attempt = this.#books.attempts.get(token);
    const key = attempt?.task.spec.concurrency?.key ?? null;
    const signs = { beganAt: now, signAt: now, silenceMs: 0 };
    const work: Work = { token, ...where, taskId, key, told: undefined, ...signs, lines: 0 };
    const here = this.#running.get(where.node) ?? new Set();
    this.#running.set(where.node, here);
    if (attempt === undefined || attempt.task.id !== taskId || attempt.number !== start.attempt)
      this.#report(
        'committed',
        `${where.node} begins ${this.#books.nameOf(taskId)} without a committed start`,
      );
    else this.#holdStart(attempt, where, start);
    // a process that stood still begins what was committed before, and ends it when it hears that it is lost
    if (attempt && attempt.outcome?.failure?.code !== 'LOST')
      this.#holdApart(attempt, work, { here: [...here], slots: where.slots });
    if (this.#toldToEnd.has(token))
      this.#report(
        'committed',
        `${where.node} begins ${this.#books.nameOf(taskId)} after it was told to end it`,
      );
    this.onSign(where.node);
    if (!this.#works.has(token)) this.#works.set(token, work);
    here.add(work);
    return work;
  }

  #holdStart(attempt: Attempt, { node }: Where, start: AttemptStart): void {
    const { task, token } = attempt;
    if (this.#works.has(token))
      this.#report('committed', `attempt ${attempt.number} of ${task.name} begins twice`);
    if (attempt.node !== node)
      this.#report(
        'committed',
        `${node} begins attempt ${attempt.number} of ${task.name}, which is ${attempt.node}'s`,
      );
    const inputs = Object.fromEntries(
      [...task.sources]
        .filter(([source, type]) => type === 'DATA' && source.status === 'COMPLETED')
        .map(([source]) => [source.spec.key, this.#stored.output(source.id)]),
    );
    if (sorted(inputs) !== sorted(start.inputs))
      this.#report('inputs', `${task.name} begins with ${sorted(start.inputs)} instead of ${sorted(inputs)}`);
  }

  #holdApart(attempt: Attempt, work: Work, { here, slots }: { here: readonly Work[]; slots: number }): void {
    const { task } = attempt;
    // a process waits for whatever still runs in it; what runs on a node, only its leader knows
    const isHere = work.layer !== 'CLUSTER';
    const others = [...this.#running].flatMap(([node, works]) =>
      [...works].filter(
        (other) => other !== work && ((isHere && node === work.node) || this.#counts(other, attempt)),
      ),
    );
    const beside = here.filter(
      (other) => other.layer === work.layer && (isHere || this.#counts(other, attempt)),
    ).length;
    if (beside >= slots)
      this.#report('places', `${task.name} is attempt ${beside + 1} on a layer of ${slots} places`);
    for (const { taskId } of others) {
      const other = this.#books.tasks.get(taskId);
      if (other === undefined) continue;
      if (other === task) this.#report('committed', `two attempts of ${task.name} run at once`);
      if ((task.sources.get(other) ?? task.targets.get(other)) === 'RESOURCE')
        this.#report('resource', `${task.name} begins while its RESOURCE neighbour ${other.name} still runs`);
    }
    const { concurrency } = task.spec;
    // what was committed later has been held to the limit itself, which may be another
    const same = others.filter(({ key, token }) => key === concurrency?.key && token < work.token).length;
    if (concurrency !== null && same >= concurrency.limit)
      this.#report(
        'keys',
        `${task.name} begins beside ${same} of key "${concurrency.key}", whose limit is ${concurrency.limit}`,
      );
  }

  /** Does whoever started the attempt know that this work still runs, and keep its place for it? */
  #counts({ token }: Work, { started }: Attempt): boolean {
    const other = this.#books.attempts.get(token);
    if (other?.outcome === undefined) return true;
    const isLost = other.outcome.failure?.code === 'LOST' || this.isDead(other, started.node);
    return !isLost && other.endedIn === started.epoch;
  }

  /** A node says that it has ended an attempt, which had not begun there. */
  toldToEnd(token: number): void {
    this.#toldToEnd.add(token);
  }

  lives(work: Work, now: number): void {
    work.silenceMs = Math.max(work.silenceMs, now - work.signAt);
    work.signAt = now;
    this.onSign(work.node);
  }

  ended(work: Work, outcome: Outcome): void {
    if (work.told === undefined) work.told = outcome;
    this.#running.get(work.node)?.delete(work);
  }

  /** The process is gone, and all it ran with it. */
  gone(node: string): void {
    this.#running.delete(node);
  }

  runs(node: string): number {
    return this.#running.get(node)?.size ?? 0;
  }

  workOf({ token }: Attempt): Work | undefined {
    return this.#works.get(token);
  }

  /** A committed outcome is what the work told; without work only what was stopped before it began may have one. */
  holdToTold(attempt: Attempt, row: AttemptOutcomeRow): void {
    const work = this.#works.get(attempt.token);
    const name = `attempt ${attempt.number} of ${attempt.task.name}`;
    const told = work?.told;
    // CANCELLED by a process that had lost its lead: to the next leader, whose task is not cancelled, that is a crash
    const isStopped =
      row.outcome === 'CRASHED' && ['SHUTDOWN', 'CANCELLED'].includes(row.failure?.code ?? '');
    if (work === undefined && (isStopped || this.#toldToEnd.has(attempt.token))) return;
    if (work === undefined || told === undefined) {
      this.#report(
        'outcome',
        `${name} is ${row.outcome} (${row.failure?.code}) and its work has told nothing`,
      );
      return;
    }
    const kind = told.kind === 'CANCELLED' ? 'CRASHED' : told.kind;
    if (kind !== row.outcome)
      this.#report('outcome', `${name} told ${told.kind} and is recorded as ${row.outcome}`);
    // what a node says may come in another order, and another server may be told the rest
    if (this.isRemote(attempt)) this.#kept.push(() => this.#holdLines(attempt, work, name));
    else this.#holdLines(attempt, work, name);
  }

  /** Once more, when all had time to come. */
  again(): void {
    for (const check of this.#kept) check();
  }

  #holdLines({ task, number }: Attempt, { lines }: Work, name: string): void {
    const stored = this.#stored.lines(task.id, number).map(({ line }) => line);
    const printed = new Set(stored);
    for (let line = 1; line <= lines; line++)
      if (!printed.has(line)) this.#report('logs', `${name} is over and its line ${line} is not stored`);
    if (printed.size < stored.length) this.#report('logs', `${name} has a line twice`);
  }
}

function sorted(value: object): string {
  return JSON.stringify(Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))));
}
