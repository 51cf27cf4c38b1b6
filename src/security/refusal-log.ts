/**
 * Attempts that were refused, for the audit. The first of a kind (who, from where, what, why) is written within a second; those that
 * follow within a minute are counted, and written as one entry at its end. A flood of different kinds has a budget as well, and
 * what goes beyond it is counted as one kind, so that nobody can fill the audit: 14,000 entries a day and server at most. Made by
 * the composition root; the doors tell it, and never wait for it.
 *
 * States: idle; waiting, with a timer that looks every second while something is open or unwritten.
 */
import type { Clock, Timer } from '../kit/clock.js';
import type { AuditRow } from '../lifecycle/batch.js';
import type { Asked } from '../lifecycle/person.js';
import type { Audit } from '../store/audit.js';

/** `code`: FORBIDDEN, UNAUTHENTICATED. */
export type RefusedAttempt = Asked & { readonly code: string; readonly why: string };

/** What the doors know of it. */
export interface Refusals {
  note(attempt: RefusedAttempt): void;
}

interface Kind {
  readonly attempt: RefusedAttempt;
  /** Since they were last written. */
  times: number;
  isWritten: boolean;
  readonly until: number;
}

const LOOK_MS = 1000;
const GATHERED_MS = 60_000;
const BURST = 100;
const PER_MS = 10 / 60_000;
const UNWRITTEN_MAX = 1000;
const CHARS_MAX = 500;
const OTHERS = { actor: 'several', role: null, address: null, action: 'several' } as const;
const BEYOND = 'more kinds of refused attempts than are told apart; see the log of the server';

export class RefusalLog implements Refusals {
  readonly #audit: Pick<Audit, 'append'>;
  readonly #clock: Clock;
  readonly #failed: (error: unknown) => void;
  readonly #kinds = new Map<string, Kind>();
  #unwritten: AuditRow[] = [];
  #timer: Timer | undefined;
  #budget = BURST;
  #filledAt = 0;

  constructor(audit: Pick<Audit, 'append'>, clock: Clock, failed: (error: unknown) => void) {
    this.#audit = audit;
    this.#clock = clock;
    this.#failed = failed;
  }

  note(attempt: RefusedAttempt): void {
    const known = this.#kinds.get(keyOf(attempt));
    if (known !== undefined) known.times++;
    else if (this.#pay()) this.#open(attempt);
    else this.#beyond(attempt);
    this.#arm();
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    await this.#write(Number.POSITIVE_INFINITY);
  }

  #beyond({ tenant, code }: RefusedAttempt): void {
    const all = { ...OTHERS, tenant, code, why: BEYOND };
    const known = this.#kinds.get(keyOf(all));
    if (known === undefined) this.#open(all);
    else known.times++;
  }

  #open(attempt: RefusedAttempt): void {
    const until = this.#clock.monotonic() + GATHERED_MS;
    this.#kinds.set(keyOf(attempt), { attempt, times: 1, isWritten: false, until });
  }

  #pay(): boolean {
    const now = this.#clock.monotonic();
    this.#budget = Math.min(BURST, this.#budget + (now - this.#filledAt) * PER_MS);
    this.#filledAt = now;
    if (this.#budget < 1) return false;
    this.#budget--;
    return true;
  }

  #arm(): void {
    this.#timer ??= this.#clock.setTimer(LOOK_MS, () => {
      this.#timer = undefined;
      void this.#write(this.#clock.monotonic()).finally(() => {
        if (this.#kinds.size + this.#unwritten.length > 0) this.#arm();
      });
    });
  }

  async #write(now: number): Promise<void> {
    const rows = this.#unwritten;
    for (const [key, kind] of this.#kinds) {
      const isOver = now >= kind.until;
      if (kind.times > 0 && (isOver || !kind.isWritten)) rows.push(rowOf(kind));
      if (isOver) this.#kinds.delete(key);
    }
    this.#unwritten = [];
    if (rows.length === 0) return;
    try {
      await this.#audit.append(rows);
    } catch (error) {
      this.#unwritten = [...rows, ...this.#unwritten].slice(-UNWRITTEN_MAX);
      this.#failed(error);
    }
  }
}

function keyOf({ tenant, actor, address, action, code }: RefusedAttempt): string {
  return JSON.stringify([tenant, actor, address, action, code]);
}

/** And counts anew. */
function rowOf(kind: Kind): AuditRow {
  const { code: refusal, why, ...who } = kind.attempt;
  const after = { why: why.slice(0, CHARS_MAX), times: kind.times };
  kind.times = 0;
  kind.isWritten = true;
  return { ...who, subject: null, before: null, after, refusal };
}
