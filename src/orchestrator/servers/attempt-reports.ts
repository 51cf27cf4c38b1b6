/**
 * What the attempts of this process come to while another server leads: their outcomes go to it through the relay, each until
 * the commit that records it is known; progress and signs of life go in groups, and may be lost. A group waits no longer than its
 * most urgent sign of life may.
 */
import { backoffMs } from '../../kit/backoff.js';
import type { Clock } from '../../kit/clock.js';
import { EarliestTimer } from '../../kit/earliest-timer.js';
import type { Part } from '../../kit/part.js';
import type { AttemptKey } from '../../lifecycle/task.js';
import type { Reports, Settled } from '../dispatcher.js';
import { type AttemptReport, reportBody } from './relay-body.js';
import type { RelayOutbox } from './relay-outbox.js';

export interface AttemptReportsOptions {
  readonly outbox: Pick<RelayOutbox, 'ask'>;
  readonly clock: Clock;
  /** Their outcomes are recorded, or refused for good. */
  readonly recorded: (attempts: readonly Settled[]) => void;
}

const GROUP_MS = 250;
const AGAIN = { initialIntervalMs: 200, backoffCoefficient: 2, maxIntervalMs: 5000, jitter: false };

export class AttemptReports implements Reports, Part {
  readonly #options: AttemptReportsOptions;
  readonly #alive = new Map<number, AttemptKey>();
  readonly #progressed = new Map<number, AttemptReport['progressed'][number]>();
  readonly #group: EarliestTimer;
  #stopped = false;

  constructor(options: AttemptReportsOptions) {
    this.#options = options;
    this.#group = new EarliestTimer(options.clock, () => this.#send());
  }

  async start(): Promise<void> {}

  /** What is not recorded by now stands in the relay, if that could be reached. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#group.cancel();
  }

  settled(attempts: readonly Settled[]): void {
    void this.#tell(attempts.map(({ key, outcome }) => ({ key, outcome })));
  }

  progressed(key: AttemptKey, fraction: number, message: string | null): void {
    this.#progressed.set(key.token, { key, fraction, message });
    this.#sendWithin(GROUP_MS);
  }

  alive(key: AttemptKey, withinMs: number): void {
    this.#alive.set(key.token, key);
    this.#sendWithin(Math.min(withinMs, GROUP_MS));
  }

  /** A leader that answers otherwise than with a commit is asked again: nothing else may be lost but time. */
  async #tell(settled: AttemptReport['settled']): Promise<void> {
    const { outbox, clock, recorded } = this.#options;
    for (let attempt = 1; !this.#stopped; attempt++) {
      const isRecorded = await outbox.ask(reportBody({ settled, progressed: [], alive: [] })).then(
        () => true,
        () => false,
      );
      if (isRecorded) return recorded(settled);
      await new Promise<void>((resolve) => clock.setTimer(backoffMs(AGAIN, attempt, 0), resolve));
    }
  }

  #sendWithin(ms: number): void {
    if (!this.#stopped) this.#group.by(this.#options.clock.monotonic() + ms);
  }

  #send(): void {
    const report = {
      settled: [],
      progressed: [...this.#progressed.values()],
      alive: [...this.#alive.values()],
    };
    this.#progressed.clear();
    this.#alive.clear();
    this.#options.outbox.ask(reportBody(report)).catch(() => undefined);
  }
}
