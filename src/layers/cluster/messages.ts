/**
 * What servers and nodes say to each other, as the data of BullMQ jobs: starts and cancels in the queue of a node, reports in
 * the one queue of all nodes. Both sides of the cluster layer use it, and nothing else travels.
 */
import type { AttemptKey, Outcome } from '../../lifecycle/task.js';
import type { AbortReason, AttemptStart, LogLine } from '../../work/attempt.js';

/** `incarnation` is the one that was meant: any other refuses it. */
export interface StartMessage {
  readonly incarnation: number;
  readonly attempt: AttemptStart;
}

export interface CancelMessage {
  readonly incarnation: number;
  readonly key: AttemptKey;
  readonly reason: AbortReason;
}

export type Report =
  | { readonly kind: 'log'; readonly token: number; readonly line: LogLine }
  | {
      readonly kind: 'progress';
      readonly token: number;
      readonly fraction: number;
      readonly message: string | null;
    }
  | { readonly kind: 'alive'; readonly token: number }
  | { readonly kind: 'outcome'; readonly key: AttemptKey; readonly outcome: Outcome };

/** What a node had to say since the last; `seq` counts from 1 within an incarnation. */
export interface ReportBatch {
  readonly node: string;
  readonly seq: number;
  readonly reports: readonly Report[];
}

export const START = 'start';
export const CANCEL = 'cancel';
export const REPORTS_QUEUE = 'reports';

/** A queue for each incarnation: what was meant for a dead one reaches nobody. BullMQ allows no colon. */
export function queueOf(nodeRef: string): string {
  return `node.${nodeRef.replace(':', '.')}`;
}

/** BullMQ refuses ids that are whole numbers. The same attempt has the same id, so adding it twice adds it once. */
export function jobIdOf({ token }: Pick<AttemptKey, 'token'>): string {
  return `attempt-${token}`;
}

/**
 * As one text: BullMQ keeps data as jsonb on PostgreSQL, which refuses NUL and lone surrogates that work may print, and
 * changes numbers. In the text they are escapes.
 */
export interface Packed {
  readonly json: string;
}

export function pack(message: StartMessage | CancelMessage | ReportBatch): Packed {
  return { json: JSON.stringify(message) };
}

export function unpack<T extends StartMessage | CancelMessage | ReportBatch>(data: Packed): T {
  return JSON.parse(data.json) as T;
}
