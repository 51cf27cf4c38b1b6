/**
 * Takes the reports of all nodes while this process leads. A batch counts as taken only when every outcome in it is in the
 * history and every line is stored; until then BullMQ keeps it, and gives it to the next leader if this one dies. What this one
 * knows nothing of may be the next one's, which leads already: that is taken only when the database says that nobody else does.
 * What no node has sealed, or is no report, is refused and told of; whoever sent it may be anybody.
 *
 * States: closed → open (a worker takes batches) → closed, as often as the lead changes.
 */
import type { Clock } from '../../kit/clock.js';
import type { Outcome } from '../../lifecycle/task.js';
import type { AttemptKey } from '../../lifecycle/task.js';
import { type Report, REPORTS_QUEUE } from './messages.js';
import type { MessageWorker, QueueBackend } from './queue-backend.js';
import { isReport, readBatch } from './report-check.js';
import { ReportOrder } from './report-order.js';
import { isSealed, nodeOf } from './seal.js';

/**
 * FORGED: no node that this server ever saw has sealed it. MALFORMED: it is no report. NOT_ITS_ATTEMPT: another node has that
 * attempt. ENDED: nobody waits for it; told before, as a rule.
 */
export const REFUSAL_REASONS = ['FORGED', 'MALFORMED', 'NOT_ITS_ATTEMPT', 'ENDED'] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** `node`: who said to have sent it. */
export type OnRefused = (reason: RefusalReason, node: string) => void;

export interface ReportListener {
  said(node: string, report: Exclude<Report, { kind: 'outcome' }>): void;
  /** True: somebody will tell `recorded` of it. False: nobody waits for it, as long as this process leads. */
  ended(node: string, key: AttemptKey, outcome: Outcome): boolean;
  /** Resolves when every line that was said is stored. */
  linesStored(): Promise<void>;
  /** Resolves when all that was told before is in the history, and this process led after that; never when another does. */
  leads(): Promise<void>;
  /** Undefined: this process never saw such an incarnation. */
  keyOf(node: string): string | undefined;
  refused: OnRefused;
}

/** Batches in hand at once: enough that nodes do not wait for the commits of others. */
const CONCURRENCY = 64;

export class ReportDesk {
  readonly #listener: ReportListener;
  readonly #order: ReportOrder;
  /** By token: outcomes that wait for their commit. */
  readonly #waiting = new Map<number, (() => void)[]>();
  #worker: MessageWorker | undefined;

  constructor(clock: Clock, listener: ReportListener) {
    this.#listener = listener;
    this.#order = new ReportOrder(clock);
  }

  open(backend: QueueBackend): void {
    this.#worker ??= backend.worker(REPORTS_QUEUE, ({ data }) => this.#take(data as unknown), {
      concurrency: CONCURRENCY,
    });
  }

  /** What is in hand and not recorded stays with BullMQ: its lock runs out, and it is given out again. */
  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#waiting.clear();
    this.#order.close();
    await worker?.close(true).catch(() => undefined);
  }

  recorded(token: number): void {
    const waiting = this.#waiting.get(token);
    if (waiting === undefined) return;
    this.#waiting.delete(token);
    for (const resolve of waiting) resolve();
  }

  forget(node: string): void {
    this.#order.forget(node);
  }

  async #take(data: unknown): Promise<void> {
    const node = nodeOf(data);
    const key = await this.#keyOf(node);
    if (!isSealed(data, 'reports', { ref: node, key })) return this.#listener.refused('FORGED', node);
    const batch = readBatch(data.json);
    if (batch === undefined) return this.#listener.refused('MALFORMED', node);
    const reports = batch.reports.filter(isReport);
    if (reports.length < batch.reports.length) this.#listener.refused('MALFORMED', node);
    const recorded: Promise<void>[] = [];
    await new Promise<void>((resolve) =>
      this.#order.take({ node, seq: batch.seq }, () => {
        for (const report of reports) this.#hear(node, report, recorded);
        resolve();
      }),
    );
    if (reports.some(({ kind }) => kind === 'log')) recorded.push(this.#listener.linesStored());
    await Promise.all(recorded);
  }

  /** A node that this process has not seen may be the next leader's. Empty: nobody's. */
  async #keyOf(node: string): Promise<string> {
    const key = this.#listener.keyOf(node);
    if (key !== undefined) return key;
    await this.#listener.leads();
    return this.#listener.keyOf(node) ?? '';
  }

  #hear(node: string, report: Report, recorded: Promise<void>[]): void {
    if (report.kind !== 'outcome') {
      this.#listener.said(node, report);
      return;
    }
    const { key, outcome } = report;
    if (!this.#waiting.has(key.token) && !this.#listener.ended(node, key, outcome)) {
      recorded.push(this.#listener.leads());
      return;
    }
    recorded.push(
      new Promise((resolve) => {
        const waiting = this.#waiting.get(key.token);
        if (waiting === undefined) this.#waiting.set(key.token, [resolve]);
        else waiting.push(resolve);
      }),
    );
  }
}
