/**
 * The contract of hints between the servers on one database: a server tells that there is something new to look at, and the
 * others look at once instead of at their next turn. A hint may be lost, doubled or late; whoever listens also polls.
 */

/** New requests, answers, committed events, captured lines of log, revoked tokens. */
export const HINTS = ['requests', 'answers', 'history', 'lines', 'identities'] as const;
export type Hint = (typeof HINTS)[number];

export interface Hints {
  /** The listener is also called when hints may have been missed. Answers how to stop. */
  on(hint: Hint, listener: () => void): () => void;
  give(hint: Hint): void;
}
