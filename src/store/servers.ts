/**
 * The contract of the list of servers on one database: each says every second that it lives, what it does and how far in the
 * history it is, and hears who leads. Times are the database's. `postgres/` implements it; the composition root keeps the
 * beat, `status` shows the list.
 */
import type { Json } from '../kit/json.js';

/** DRAINING: about to end, and still finishing what runs there. */
export type ServerState = 'LEADING' | 'FOLLOWING' | 'DRAINING';

export interface ServerIdentity {
  /** `host:pid:incarnation`: the node that its attempts name. */
  readonly id: string;
  /** Of its state directory: one server at a time lives there. */
  readonly home: string;
  readonly instanceName: string;
  readonly version: string;
}

export interface ServerBeat {
  /** Where its API listens; null until it does. */
  readonly url: string | null;
  readonly state: ServerState;
  /** Of its leadership; null while it does not lead. */
  readonly epoch: number | null;
  /** How far it has told the history to its subscribers; null when it has none. */
  readonly eventSeq: number | null;
  /** What its layers offer and run, for others to show. */
  readonly layers: Json;
}

export interface ServerRecord extends Omit<ServerIdentity, 'home'>, Omit<ServerBeat, 'eventSeq'> {
  readonly startedAt: Date;
  /** Since it was last heard of. */
  readonly silentMs: number;
  /** Committed events that its subscribers had not heard of then. */
  readonly lagEvents: number;
}

export interface Roster {
  /** Of the present leadership, or of the last. */
  readonly epoch: number;
  /** Who took that lead; null before the first. */
  readonly leaderId: string | null;
  readonly leadingSince: Date | null;
  readonly lastEventSeq: number;
  readonly servers: readonly ServerRecord[];
}

export interface Servers {
  /** Onto the list; whoever lived in this home before is off it. */
  join(server: ServerIdentity, beat: ServerBeat): Promise<void>;
  /** False when it is not on the list: it was taken for dead, and what it ran counts as lost. */
  beat(id: string, beat: ServerBeat): Promise<boolean>;
  roster(): Promise<Roster>;
  /** Takes those off the list that have been silent for so long, and answers their ids. */
  evict(silentMs: number): Promise<string[]>;
  leave(id: string): Promise<void>;
}
