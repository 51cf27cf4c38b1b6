/**
 * The face of the other servers towards the orchestrator. An attempt outlives the leadership under which it started: when
 * another server leads, the process that runs it tells that one how it ends, and is told by it to end it.
 */
import type { AbortReason } from '../../lifecycle/abort-reason.js';
import type { AttemptKey } from '../../lifecycle/task.js';
import type { CoreState } from '../core/core-state.js';
import type { Reports } from '../dispatcher.js';

export interface Peers {
  /** Who hears of the attempts that run here while another server leads. */
  readonly reports: Reports;
  /** Tells the server of that node to end an attempt. */
  abort(node: string, key: AttemptKey, reason: AbortReason): void;
  /**
   * Asks the server of that node which of these it never began: a leader may have lost the lead between the commit of a start
   * and the start itself.
   */
  inquire(node: string, keys: readonly AttemptKey[]): void;
}

/** The attempts of one leadership that other servers run. Kept by the orchestrator; O(such attempts). */
export class ForeignAttempts {
  readonly #attempts = new Map<number, { readonly key: AttemptKey; readonly node: string }>();

  add(key: AttemptKey, node: string): void {
    this.#attempts.set(key.token, { key, node });
  }

  nodeOf(token: number): string | undefined {
    return this.#attempts.get(token)?.node;
  }

  /** The nodes of those that still run. */
  nodes({ running }: Pick<CoreState, 'running'>): string[] {
    for (const token of this.#attempts.keys()) if (!running.has(token)) this.#attempts.delete(token);
    return [...new Set([...this.#attempts.values()].map(({ node }) => node))];
  }

  of(node: string): AttemptKey[] {
    return [...this.#attempts.values()].flatMap((attempt) => (attempt.node === node ? attempt.key : []));
  }

  /** Those of this node that still run; they are foreign no more. */
  take(node: string, { running }: Pick<CoreState, 'running'>): AttemptKey[] {
    const taken = [...this.#attempts.values()].filter((attempt) => attempt.node === node);
    for (const { key } of taken) this.#attempts.delete(key.token);
    return taken.map(({ key }) => key).filter(({ token }) => running.has(token));
  }
}
