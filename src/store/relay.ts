/**
 * The contract of what servers on one database ask of each other: requests to whichever server leads, or to a certain one,
 * durable until they are answered. An answer is written once, in the commit that carries the request out (`relayAnswers` of
 * a batch). `postgres/` and `memory/` implement it; the relay of the orchestrator uses it.
 */
import type { Json } from '../kit/json.js';
import type { RelayAnswer } from '../lifecycle/batch.js';

export interface RelayedRow {
  /** Made by the sender: what is sent again under the same id is the same request. */
  readonly id: string;
  readonly sender: string;
  /** Null: whoever leads. */
  readonly recipient: string | null;
  readonly body: Json;
}

export interface RelayedRequest {
  readonly id: string;
  readonly sender: string;
  readonly body: Json;
  /** Since it was sent, by the database's clock. */
  readonly ageMs: number;
}

export interface Relay {
  send(rows: readonly RelayedRow[]): Promise<void>;
  /** Those without an answer, oldest first, but for those named; as many as fit into some tens of megabytes, at least one. */
  open(recipient: string | null, but: readonly string[]): Promise<RelayedRequest[]>;
  /** Of those that have one. */
  answers(ids: readonly string[]): Promise<{ readonly id: string; readonly answer: RelayAnswer }[]>;
  /** Answers a request that changes nothing durable: one between two servers. */
  answer(ids: readonly string[]): Promise<void>;
  /**
   * Removes answered ones, these; of none: sweeps those that were removed a minute ago, or whose answer nobody has fetched for
   * long. Until then they are still known, so that one that is sent again late is not carried out again.
   */
  discard(ids: readonly string[]): Promise<void>;
}

/**
 * What only the server that leads can do, beside the commands, is named and carried out by parts above the orchestrator, over this
 * relay: how they ask whoever leads; throws its refusal.
 */
export type AskLeader = (task: string, args: readonly Json[]) => Promise<Json>;

/** And what they do when they are asked, by name. A request whose leader died before it was answered comes again with its id. */
export type LeaderTasks = Readonly<
  Record<string, (args: readonly Json[], requestId: string) => Promise<Json>>
>;
