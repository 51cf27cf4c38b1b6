/**
 * Looks at the system again and again while this server leads, and commits what the rules say of it: alerts, what is to be told
 * of them, and how far it has looked, in one transaction. What happened while nobody led is found by the next leader; how long
 * a number has been broken is counted anew by it. A look whose commit fails is as if it had not been: the next one sees all
 * that it saw.
 *
 * States: following; leading.
 */
import type { Clock } from '../kit/clock.js';
import { groupBy } from '../kit/group-by.js';
import { LeadingLoop } from '../kit/loop/leading-loop.js';
import type { AlertPosition, AlertRuleRow, AlertSeverity, AlertStore, OpenAlert } from '../store/alerts.js';
import { judge, type Verdict } from './judgement.js';
import { Observation, type Observed } from './observation.js';
import type { Courier } from './delivery/courier.js';
import { Readings } from './readings.js';

export interface AlertWatchOptions {
  readonly store: AlertStore;
  readonly observed: Observed;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly everyMs: number;
  readonly retentionDays: number;
  readonly failed: (error: unknown) => void;
  /** Something was committed: who waits for it may look. */
  readonly told: (verdict: Verdict) => void;
  readonly courier: Pick<Courier, 'deliver' | 'idle'>;
}

const NOTHING: Verdict = { raised: [], again: [], resolved: [], repeated: [], deliveries: [], dropped: 0 };
const PRUNE_MS = 60_000;

export class AlertWatch {
  readonly #options: AlertWatchOptions;
  readonly #loop: LeadingLoop;
  readonly #readings = new Readings();
  readonly #pending = new Map<string, Map<string, number>>();
  #prunedAt = Number.NEGATIVE_INFINITY;
  #open: readonly OpenAlert[] = [];

  constructor(options: AlertWatchOptions) {
    this.#options = options;
    const { clock, failed } = options;
    this.#loop = new LeadingLoop({ clock, failed, run: (epoch, signal) => this.#run(epoch, signal) });
  }

  /** Alerts that are not over, by severity, as of the last look; undefined while another leads. */
  get firing(): Readonly<Record<AlertSeverity, number>> | undefined {
    if (!this.#loop.isLeading) return undefined;
    const counts = { INFO: 0, WARNING: 0, CRITICAL: 0 };
    for (const { severity } of this.#open) counts[severity]++;
    return counts;
  }

  lead(epoch: number): void {
    this.#pending.clear();
    this.#loop.lead(epoch);
  }

  async follow(): Promise<void> {
    await this.#loop.follow();
    await this.#options.courier.idle();
  }

  async #run(epoch: number, signal: AbortSignal): Promise<void> {
    const { everyMs, courier } = this.#options;
    while (!signal.aborted) {
      if (!(await this.#look(epoch))) return;
      await courier.deliver(signal);
      await this.#prune();
      if (!signal.aborted) await this.#loop.pause(everyMs);
    }
  }

  /** False: another leads. */
  async #look(epoch: number): Promise<boolean> {
    const { store, observed, told } = this.#options;
    const to = await observed.reached();
    const rules = await store.rules();
    const open = await store.open();
    const from = await store.position();
    this.#open = open;
    const observation = await Observation.begin(observed, { from, to }, rules.filter(isWatched));
    this.#readings.begin();
    const verdicts = await this.#verdicts(rules, open, observation);
    const all = combined(verdicts);
    const position = observation.position;
    const isNews = !isNothing(all) || !isSame(position, from);
    if (isNews && !(await store.write(epoch, { position, ...all }))) return false;
    this.#readings.end();
    if (isNews) told(all);
    return true;
  }

  async #verdicts(
    rules: readonly AlertRuleRow[],
    open: readonly OpenAlert[],
    observation: Observation,
  ): Promise<Verdict[]> {
    const { clock, newId, failed } = this.#options;
    const faults: unknown[] = [];
    const byRule = groupBy(open, ({ ruleId }) => ruleId);
    const verdicts: Verdict[] = [];
    for (const rule of rules.filter(isWatched)) {
      const its = byRule.get(rule.id) ?? [];
      byRule.delete(rule.id);
      try {
        const findings = await observation.findings(rule, this.#readings, clock.monotonic());
        const known = { rule, findings, open: its, pending: this.#pendingOf(rule.id) };
        verdicts.push(judge({ ...known, now: clock.monotonic(), wall: clock.wall() }, newId));
      } catch (error) {
        if (isOfEvents(rule)) throw error;
        faults.push(error);
      }
    }
    if (faults.length > 0) failed(faults[0]);
    // of rules that are off or gone
    const orphans = [...byRule.values()].flat().map(({ id }) => id);
    return [...verdicts, { ...NOTHING, resolved: orphans }];
  }

  #pendingOf(ruleId: string): Map<string, number> {
    const pending = this.#pending.get(ruleId) ?? new Map<string, number>();
    this.#pending.set(ruleId, pending);
    return pending;
  }

  async #prune(): Promise<void> {
    const { clock, store, retentionDays } = this.#options;
    if (clock.monotonic() - this.#prunedAt < PRUNE_MS) return;
    this.#prunedAt = clock.monotonic();
    await store.prune(retentionDays);
  }
}

/** Looked at again as a whole, or what happened would be passed over; other rules look at what is, and see it the next time. */
const isOfEvents = ({ condition }: AlertRuleRow): boolean =>
  condition.status !== undefined || condition.insight !== undefined;

const isWatched = ({ enabled }: AlertRuleRow): boolean => enabled;

function combined(verdicts: readonly Verdict[]): Verdict {
  return {
    raised: verdicts.flatMap(({ raised }) => raised),
    again: verdicts.flatMap(({ again }) => again),
    resolved: verdicts.flatMap(({ resolved }) => resolved),
    repeated: verdicts.flatMap(({ repeated }) => repeated),
    deliveries: verdicts.flatMap(({ deliveries }) => deliveries),
    dropped: verdicts.reduce((sum, { dropped }) => sum + dropped, 0),
  };
}

function isNothing({ raised, again, resolved, repeated }: Verdict): boolean {
  return raised.length + again.length + resolved.length + repeated.length === 0;
}

function isSame(a: AlertPosition, b: AlertPosition): boolean {
  return a.eventSeq === b.eventSeq && a.insightNumber === b.insightNumber;
}
