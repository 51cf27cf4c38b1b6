/**
 * Whether this process is alive, ready for requests, and what stands in the way. The composition root moves it from
 * starting to ready to draining; the doors ask for reports. A report is shared by all who ask within half a second, so
 * that probing cannot load the database.
 */
import { assert } from '../../kit/assert.js';
import type { Clock } from '../../kit/clock.js';

/** Goes forward only. */
export type Phase = 'STARTING' | 'READY' | 'DRAINING';

export interface HealthCheck {
  readonly name: string;
  /** A failure of a required check makes the process not ready; others are only reported. */
  readonly required: boolean;
  /** Resolves with what is worth knowing; rejects with the reason why it is not well. */
  run(): Promise<string>;
}

export interface CheckReport {
  readonly name: string;
  readonly ok: boolean;
  readonly required: boolean;
  readonly detail: string;
  readonly seconds: number;
}

/** `degraded`: started, and some check fails; `ready` says whether a required one does. */
export type HealthState = 'ok' | 'degraded' | 'starting' | 'draining';

/** What the API's `HealthFace` asks for, and more. */
export interface HealthReport {
  readonly status: HealthState;
  /** Would a request that changes something be carried out now? */
  readonly ready: boolean;
  readonly checks: readonly CheckReport[];
}

const SHARED_MS = 500;
const TIMEOUT_MS = 2000;
const PHASES: readonly Phase[] = ['STARTING', 'READY', 'DRAINING'];

export class Health {
  readonly #clock: Clock;
  readonly #checks: readonly HealthCheck[];
  readonly #timeoutMs: number;
  #phase: Phase = 'STARTING';
  #shared: Promise<readonly CheckReport[]> | undefined;
  #sharedAt = Number.NEGATIVE_INFINITY;
  #lastOk = true;

  constructor(clock: Clock, checks: readonly HealthCheck[], timeoutMs: number = TIMEOUT_MS) {
    this.#clock = clock;
    this.#checks = checks;
    this.#timeoutMs = timeoutMs;
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** For the gauge: the phase now, the checks as of the last report. */
  get readyAsFarAsKnown(): boolean {
    return this.#phase === 'READY' && this.#lastOk;
  }

  enter(phase: Phase): void {
    assert(
      PHASES.indexOf(phase) >= PHASES.indexOf(this.#phase),
      `${this.#phase} is not followed by ${phase}`,
    );
    this.#phase = phase;
  }

  async report(): Promise<HealthReport> {
    const checks = await this.#checked();
    const ready = this.#phase === 'READY' && checks.every(mayServe);
    return { status: stateOf(this.#phase, checks), ready, checks };
  }

  #checked(): Promise<readonly CheckReport[]> {
    const now = this.#clock.monotonic();
    if (this.#shared === undefined || now - this.#sharedAt >= SHARED_MS) {
      this.#sharedAt = now;
      this.#shared = this.#runAll();
    }
    return this.#shared;
  }

  async #runAll(): Promise<readonly CheckReport[]> {
    const reports = await Promise.all(this.#checks.map((check) => this.#run(check)));
    this.#lastOk = reports.every(mayServe);
    return reports;
  }

  async #run({ name, required, run }: HealthCheck): Promise<CheckReport> {
    const startedAt = this.#clock.monotonic();
    const { ok, detail } = await this.#inTime(run());
    return { name, ok, required, detail, seconds: (this.#clock.monotonic() - startedAt) / 1000 };
  }

  #inTime(running: Promise<string>): Promise<{ ok: boolean; detail: string }> {
    return new Promise((resolve) => {
      const late = `no answer within ${this.#timeoutMs / 1000} s`;
      const timer = this.#clock.setTimer(this.#timeoutMs, () => resolve({ ok: false, detail: late }));
      const settle = (ok: boolean, detail: string): void => {
        timer.cancel();
        resolve({ ok, detail });
      };
      running.then(
        (detail) => settle(true, detail),
        (error: unknown) => settle(false, error instanceof Error ? error.message : String(error)),
      );
    });
  }
}

function mayServe(check: CheckReport): boolean {
  return check.ok || !check.required;
}

function stateOf(phase: Phase, checks: readonly CheckReport[]): HealthState {
  if (phase === 'STARTING') return 'starting';
  if (phase === 'DRAINING') return 'draining';
  return checks.every((check) => check.ok) ? 'ok' : 'degraded';
}
