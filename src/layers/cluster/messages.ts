/**
 * What servers and nodes say to each other, as the data of BullMQ jobs: orders in the queue of a node, reports in the one
 * queue of all nodes. Both sides of the cluster layer use it, and nothing else travels.
 */
import type { AttemptKey, Outcome } from '../../lifecycle/task.js';
import type { AbortReason, AttemptStart } from '../../work/attempt.js';
import type { NumberedLine } from '../layer.js';
import { type NodeKey, type Packed, sealed } from './seal.js';

/** What a server tells a node. */
export type Order =
  | { readonly kind: 'start'; readonly attempt: AttemptStart }
  | { readonly kind: 'cancel'; readonly key: AttemptKey; readonly reason: AbortReason };

/** What came up while the last was on its way, for one incarnation. */
export interface OrderBatch {
  readonly orders: readonly Order[];
}

export type Report =
  | { readonly kind: 'log'; readonly key: AttemptKey; readonly line: NumberedLine }
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
  readonly seq: number;
  readonly reports: readonly Report[];
}

export const REPORTS_QUEUE = 'reports';

/** A queue for each incarnation: what was meant for a dead one reaches nobody. BullMQ allows no colon. */
export function queueOf(nodeRef: string): string {
  return `node.${nodeRef.replace(':', '.')}`;
}

/** Of orders or reports that are texts already: how long a batch is has to be known before it is made. */
export function packOrders(node: NodeKey, orders: readonly string[]): Packed {
  return sealed('orders', node, `{"orders":[${orders.join()}]}`);
}

export function packReports(node: NodeKey, seq: number, reports: readonly string[]): Packed {
  return sealed('reports', node, `{"seq":${seq},"reports":[${reports.join()}]}`);
}

/** Of an outcome that is a text already: a node remembers the characters that it sends. */
export function outcomeReport(key: AttemptKey, outcome: string): string {
  return `{"kind":"outcome","key":${JSON.stringify(key)},"outcome":${outcome}}`;
}

/** Of what was sealed. */
export function unpack<T extends OrderBatch | ReportBatch>({ json }: Packed): T {
  return JSON.parse(json) as T;
}
