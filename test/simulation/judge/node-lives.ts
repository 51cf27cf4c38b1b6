/** Rules of one node process: it knows before others do that its incarnation is dead, ends what that ran, and only then joins again. */
import type { Report } from './promises.js';
import type { WorkRules } from './work.js';

/** What the judge may know of a process. */
export interface Process {
  readonly isRunning: boolean;
  /** World time since when it runs: its start, or the end of its last pause. */
  readonly runningSince: number;
}

interface Incarnation {
  readonly ref: string;
  readonly leaseMs: number;
  /** World time of the last sign of life that was heard, as it was sent. */
  renewedAt: number;
  /** It was told that it is dead, or has told so itself. */
  deadAt: number | undefined;
}

/** Timers that were due while a process stood still run one after another when it goes on. */
const MOMENT_MS = 5;
/** Ending by force takes no longer. */
const ENDING_MS = 50;

export class NodeLife {
  readonly #process: Process;
  readonly #report: Report;
  readonly #work: WorkRules;
  readonly #now: () => number;
  readonly #incarnations = new Map<string, Incarnation>();
  #current: Incarnation | undefined;
  #isDraining = false;

  constructor(process: Process, parts: { report: Report; work: WorkRules; now: () => number }) {
    this.#process = process;
    this.#report = parts.report;
    this.#work = parts.work;
    this.#now = parts.now;
  }

  asksToJoin(): void {
    for (const ref of this.#incarnations.keys()) {
      const running = this.#work.runs(ref);
      if (running > 0)
        this.#report('incarnations', `${ref} joins again while ${running} of its attempts run`);
    }
  }

  joined(ref: string, leaseMs: number): void {
    this.#current = { ref, leaseMs, renewedAt: this.#now(), deadAt: undefined };
    this.#incarnations.set(ref, this.#current);
  }

  /** A sign of life was answered. `sentAt` undefined: by that it is dead. */
  beaten(ref: string, sentAt: number | undefined): void {
    const incarnation = this.#incarnations.get(ref);
    if (incarnation === undefined) return;
    if (sentAt === undefined) incarnation.deadAt ??= this.#now();
    else incarnation.renewedAt = Math.max(incarnation.renewedAt, sentAt);
  }

  /** It takes nothing any more, and tells nobody when it has ended what it ran. */
  drains(): void {
    this.#isDraining = true;
  }

  dead(): void {
    if (this.#current !== undefined) this.#current.deadAt ??= this.#now();
    this.#current = undefined;
  }

  /** The process is gone, and all it ran with it. */
  gone(): void {
    this.#current = undefined;
    for (const ref of this.#incarnations.keys()) this.#work.gone(ref);
  }

  /** Does the process run, and take itself for that incarnation? */
  believes(ref: string): boolean {
    const { isRunning, runningSince } = this.#process;
    const now = this.#now();
    if (!isRunning || now <= runningSince + MOMENT_MS || this.#current?.ref !== ref) return false;
    return !this.#isDraining || this.#work.runs(ref) > 0;
  }

  /** Work of that incarnation shows a sign of life. */
  holdAlive(ref: string): void {
    const incarnation = this.#incarnations.get(ref);
    if (incarnation === undefined) return;
    const { deadAt, renewedAt, leaseMs } = incarnation;
    const overAt = Math.max(deadAt ?? renewedAt + leaseMs, this.#process.runningSince);
    const now = this.#now();
    if (now > overAt + ENDING_MS)
      this.#report(
        'incarnations',
        `${ref} still works ${Math.round(now - overAt)} ms after it must have known that it is dead`,
      );
  }
}
