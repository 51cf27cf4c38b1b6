/** Rules of causes: what may move a task that is not running, and how long it has to wait for that. */
import type { EventRow } from '../../../src/lifecycle/batch.js';
import { type Attempt, cameAt, isOpen, type Moment, type Task } from './books.js';
import type { Report } from './promises.js';
import type { Work } from './work.js';

export class CauseRules {
  readonly #report: Report;
  /** Tasks that somebody asked to end, and tasks that somebody asked to start at once. */
  readonly endable = new Set<string>();
  readonly hurried = new Set<string>();
  /** World time before which a task may not be queued. */
  readonly #notBefore = new Map<string, number>();
  /** By how much the database's clock has jumped so far, in all: so far may what it measures be wrong. */
  jumpedMs = 0;

  constructor(report: Report) {
    this.#report = report;
  }

  /** `startAfter` as the world's time. */
  waits(taskId: string, until: number): void {
    this.#notBefore.set(taskId, until);
  }

  retries(task: Task, { payload }: EventRow, { since }: Moment): void {
    this.#notBefore.set(task.id, since + (payload.delayMs as number));
  }

  moves(task: Task, to: string, event: EventRow, moment: Moment): void {
    if (to === 'QUEUED') this.#queued(task, moment);
    else if (to === 'COMPLETED') this.#completed(task);
    else if (to === 'SKIPPED') this.#skipped(task);
    else if (to === 'FAILED') this.#queueTimedOut(task, event, moment);
    else if (to === 'UPSTREAM_FAILED') this.#upstreamFailed(task);
    else if (to === 'CANCELLED') this.cancelled(task);
  }

  cancelled(task: Task): void {
    const byMesh = task.mesh.status === 'CANCELLED';
    if (!byMesh && !this.endable.has(task.id) && task.spec.concurrency === null)
      this.#report('moves', `${task.name} is cancelled and nobody asked for it`);
  }

  /**
   * `isFar`: not in the process that leads. The time runs from when it was sent there, for a later leader by the clock of the
   * database, and signs of life take a while.
   */
  timedOut({ task, started, outcome }: Attempt, work: Work, now: number, isFar: boolean): void {
    const { executionTimeoutMs, heartbeatTimeoutMs } = task.spec;
    const code = outcome?.failure?.code;
    const ranMs = now - (isFar ? started.now - this.jumpedMs : work.beganAt);
    // signs of life are thinned to a third of the silence that is allowed
    const silentMs = Math.max(work.silenceMs, now - work.signAt) * 1.5;
    if (code === 'EXECUTION_TIMEOUT' && ranMs < (executionTimeoutMs ?? Infinity))
      this.#report('times', `${task.name} is timed out after ${ranMs} ms of ${executionTimeoutMs}`);
    if (code === 'HEARTBEAT_TIMEOUT' && !isFar && silentMs < (heartbeatTimeoutMs ?? Infinity))
      this.#report(
        'times',
        `${task.name} is timed out as silent after ${silentMs} ms of ${heartbeatTimeoutMs}`,
      );
  }

  #queued(task: Task, { now }: Moment): void {
    const until = this.#notBefore.get(task.id);
    this.#notBefore.delete(task.id);
    if (until === undefined || this.hurried.has(task.id)) return;
    if (now + this.jumpedMs + 1 < until)
      this.#report('times', `${task.name} is queued ${until - now} ms before its time`);
  }

  /** A milestone, or the kept part of a rerun. */
  #completed(task: Task): void {
    if (task.spec.work === null && task.status === 'QUEUED') return;
    if (task.outputFrom === null) this.#report('moves', `${task.name} is COMPLETED and never ran`);
  }

  #skipped(task: Task): void {
    if (task.rerunOf === null && task.spec.concurrency?.strategy !== 'COALESCE')
      this.#report('moves', `${task.name} is SKIPPED without a cause`);
  }

  #queueTimedOut(task: Task, { payload }: EventRow, { now }: Moment): void {
    const code = (payload.failure as { code?: string } | undefined)?.code;
    const waited = now - (cameAt(task)?.since ?? now) + this.jumpedMs + 1;
    if (code !== 'QUEUE_TIMEOUT') this.#report('moves', `${task.name} fails in the queue with ${code}`);
    else if (waited < (task.spec.queueTimeoutMs ?? Infinity))
      this.#report('times', `${task.name} is timed out after ${waited} ms in the queue`);
  }

  #upstreamFailed(task: Task): void {
    const cause = [...task.sources].some(
      ([source, type]) =>
        type !== 'SOFT' && type !== 'RESOURCE' && !isOpen(source) && source.status !== 'COMPLETED',
    );
    if (!cause) this.#report('moves', `${task.name} is UPSTREAM_FAILED and none of its sources failed`);
  }
}
