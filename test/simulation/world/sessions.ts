/** The database's side of leaders' sessions: the lock that decides who tries, epochs, and the end of a session that has been silent too long. */
import type { Timer } from '../../../src/kit/clock.js';
import { NEXT_EPOCH } from '../../../src/store/postgres/sql/recovery/next-epoch.js';
import type { LeadershipRules } from '../judge/leadership.js';
import type { SimDatabase } from './database.js';
import type { Timeline } from './timeline.js';

/** Whose session it is. */
export interface Owner {
  readonly node: string;
  /** It runs, and takes itself for the leader of that epoch. */
  believes(epoch: number): boolean;
}

export interface Session {
  readonly owner: Owner;
  /** Tells the client that it is over; it may not arrive. */
  readonly tell: (reason: string) => void;
  epoch: number;
  idleMs: number;
  idle: Timer | undefined;
  closed: boolean;
}

type Rows = readonly Record<string, unknown>[];

export class Sessions {
  readonly #timeline: Timeline;
  readonly #database: SimDatabase;
  readonly #rules: LeadershipRules;
  readonly #open = new Set<Session>();
  /** Ended for their silence. */
  readonly #expired: Session[] = [];
  readonly epochGivenAt = new Map<number, number>();
  #holder: Session | undefined;

  constructor(timeline: Timeline, database: SimDatabase, rules: LeadershipRules) {
    this.#timeline = timeline;
    this.#database = database;
    this.#rules = rules;
  }

  get holder(): Owner | undefined {
    return this.#holder?.owner;
  }

  connect(owner: Owner, tell: (reason: string) => void): Session {
    const session: Session = { owner, tell, epoch: 0, idleMs: Infinity, idle: undefined, closed: false };
    this.#open.add(session);
    return session;
  }

  execute(session: Session, text: string): Rows {
    if (session.closed) throw new Error('Connection terminated unexpectedly');
    const rows = this.#rows(session, text);
    session.idle?.cancel();
    session.idle = this.#timeline.after(session.idleMs, () => {
      this.#expired.push(session);
      this.close(session, 'terminating connection due to idle-session timeout');
    });
    return rows;
  }

  /** Without a reason nobody is told: the client ended it, or nobody is there to be told. */
  close(session: Session, reason?: string): void {
    if (session.closed) return;
    session.closed = true;
    session.idle?.cancel();
    this.#open.delete(session);
    if (this.#holder === session) this.#holder = undefined;
    if (reason !== undefined) session.tell(reason);
  }

  closeOf(owner: Owner, reason?: string): void {
    for (const session of [...this.#open]) if (session.owner === owner) this.close(session, reason);
  }

  closeAll(reason: string): void {
    for (const session of [...this.#open]) this.close(session, reason);
  }

  #rows(session: Session, text: string): Rows {
    const idle = /^SET idle_session_timeout = (\d+)$/.exec(text)?.[1];
    if (idle !== undefined) {
      session.idleMs = Number(idle);
      return [];
    }
    if (text === 'SELECT 1') return [{ '?column?': 1 }];
    if (text.startsWith('SELECT pg_try_advisory_lock(')) return [{ held: this.#lock(session) }];
    if (text === NEXT_EPOCH) return [{ epoch: String(this.#nextEpoch(session)) }];
    throw new Error(`the simulated database does not know the statement: ${text}`);
  }

  #lock(session: Session): boolean {
    if (this.#holder !== undefined) return this.#holder === session;
    this.#holder = session;
    const believer = this.#expired.find((old) => old.owner.believes(old.epoch));
    this.#rules.leaseGiven(session.owner.node, believer?.owner.node);
    return true;
  }

  #nextEpoch(session: Session): number {
    session.epoch = ++this.#database.epoch;
    this.epochGivenAt.set(session.epoch, this.#timeline.now());
    this.#rules.epochGiven(session.epoch, session.owner.node);
    return session.epoch;
  }
}
