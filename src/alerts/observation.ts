/**
 * One look at the system for all rules together: the history and the insights behind where the last look ended, the metrics, and
 * what takes longer than it may. Made by the watch for each look; it asks only for what a rule wants.
 */
import { groupBy } from '../kit/group-by.js';
import type { CommittedEvent } from '../events/catalogue.js';
import type { SeriesFamily } from '../metrics/series.js';
import type {
  AlertPosition,
  AlertRuleRow,
  DeadlineCondition,
  InsightCondition,
  LateMesh,
  MetricCondition,
  StatusCondition,
} from '../store/alerts.js';
import type { InsightRow } from '../store/consciousness.js';
import type { Finding } from './judgement.js';
import type { Readings } from './readings.js';

export interface RunningTask {
  readonly id: string;
  readonly name: string;
  readonly meshId: string;
  /** Since its attempt began. */
  readonly seconds: number;
}

/** What the leader can see; handed over by the composition root. */
export interface Observed {
  families(): Promise<readonly SeriesFamily[]>;
  /** The last event and the last insight that are committed. */
  reached(): Promise<AlertPosition>;
  eventsAfter(
    after: number,
    statuses: readonly string[],
    limit: number,
  ): Promise<{ readonly events: readonly CommittedEvent[]; readonly scannedTo: number }>;
  namesOfMeshes(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  insightsAfter(after: number, limit: number): Promise<readonly InsightRow[]>;
  meshesOlderThan(seconds: number, name: string | null, limit: number): Promise<readonly LateMesh[]>;
  /** Seconds until it ends, in the middle of the estimate; null: nobody knows. */
  etaOf(meshId: string): Promise<number | null>;
  runningTasks(): Iterable<RunningTask>;
}

/** Of one look; what is beyond is for the next. */
const EVENTS_MAX = 5000;
const INSIGHTS_MAX = 500;
const LATE_MAX = 101;
/** Estimates cost more than lists. */
const AHEAD_MAX = 20;
const NAMES_SHOWN = 3;

export class Observation {
  readonly #observed: Observed;
  readonly #events: readonly CommittedEvent[];
  readonly #insights: readonly InsightRow[];
  readonly position: AlertPosition;
  #families: Promise<ReadonlyMap<string, SeriesFamily>> | undefined;
  #names: Promise<ReadonlyMap<string, string>> | undefined;

  private constructor(
    observed: Observed,
    {
      events,
      insights,
      position,
    }: Pick<Observation, 'position'> & {
      readonly events: readonly CommittedEvent[];
      readonly insights: readonly InsightRow[];
    },
  ) {
    this.#observed = observed;
    this.#events = events;
    this.#insights = insights;
    this.position = position;
  }

  /**
   * Up to `to`, which the caller read before the rules: what happens after a rule was made lies behind it, and is left to a look
   * that knows the rule.
   */
  static async begin(
    observed: Observed,
    { from, to }: { readonly from: AlertPosition; readonly to: AlertPosition },
    rules: readonly AlertRuleRow[],
  ): Promise<Observation> {
    const statuses = rules.flatMap(({ condition: { status } }) => status ?? []);
    const wanted = [...new Set(statuses.flatMap(({ task, mesh }) => [...task, ...mesh]))];
    const { events, eventSeq } = await newEvents(observed, [from.eventSeq, to.eventSeq], wanted);
    const wantsInsights = rules.some(({ condition }) => condition.insight !== undefined);
    const span = [from.insightNumber, to.insightNumber] as const;
    const { insights, insightNumber } = await newInsights(observed, span, wantsInsights);
    return new Observation(observed, { events, insights, position: { eventSeq, insightNumber } });
  }

  async findings(rule: AlertRuleRow, readings: Readings, now: number): Promise<Finding[]> {
    const { metric, status, deadline, insight } = rule.condition;
    if (metric) return await this.#metric(rule, metric, { readings, now });
    if (status) return await this.#status(status, rule.from.eventSeq);
    if (deadline) return await this.#late(deadline);
    return insight ? this.#insight(insight, rule.from.insightNumber) : [];
  }

  async #metric(
    rule: AlertRuleRow,
    condition: MetricCondition,
    { readings, now }: { readonly readings: Readings; readonly now: number },
  ): Promise<Finding[]> {
    this.#families ??= this.#observed.families().then((all) => new Map(all.map((one) => [one.name, one])));
    const family = (await this.#families).get(condition.name);
    return family === undefined ? [] : readings.findings(rule, condition, { family, now });
  }

  /** Not what happened before there was the rule. */
  async #status({ task, mesh, meshName }: StatusCondition, from: number): Promise<Finding[]> {
    const fitting = this.#events.filter(
      ({ seq, to, taskId }) => seq > from && (taskId === null ? mesh : task).some((status) => status === to),
    );
    if (fitting.length === 0) return [];
    this.#names ??= this.#observed.namesOfMeshes([...new Set(this.#events.map(({ meshId }) => meshId))]);
    const names = await this.#names;
    return [...groupBy(fitting, ({ meshId }) => meshId)].flatMap(([meshId, events]) => {
      const name = names.get(meshId) ?? '';
      if (!matches(meshName, name)) return [];
      const text = `mesh ${name} (${meshId}): ${toldOf(events)}`;
      return [{ subject: `mesh ${meshId}`, text, value: events.length, occurrences: events.length }];
    });
  }

  async #late(condition: DeadlineCondition): Promise<Finding[]> {
    if (condition.of === 'TASK') return [...this.#lateTasks(condition)].slice(0, LATE_MAX);
    const { seconds, name, ahead } = condition;
    const late = await this.#observed.meshesOlderThan(seconds, name, LATE_MAX);
    const found = late.map((mesh) => ({
      subject: `mesh ${mesh.id}`,
      text: `mesh ${mesh.name} (${mesh.id}) has taken ${Math.round(mesh.seconds)} s, more than ${seconds} s`,
      value: mesh.seconds,
      occurrences: 1,
    }));
    return ahead ? [...found, ...(await this.#ahead(condition, new Set(late.map(({ id }) => id))))] : found;
  }

  *#lateTasks({ seconds, name }: DeadlineCondition): Generator<Finding> {
    for (const task of this.#observed.runningTasks()) {
      if (task.seconds <= seconds || !matches(name, task.name)) continue;
      const text = `task ${task.name} (${task.id}) has run for ${Math.round(task.seconds)} s, more than ${seconds} s`;
      yield { subject: `task ${task.id}`, text, value: task.seconds, occurrences: 1 };
    }
  }

  async #ahead({ seconds, name }: DeadlineCondition, late: ReadonlySet<string>): Promise<Finding[]> {
    const running = await this.#observed.meshesOlderThan(0, name, late.size + AHEAD_MAX);
    const found: Finding[] = [];
    for (const mesh of running.filter(({ id }) => !late.has(id)).slice(0, AHEAD_MAX)) {
      const eta = await this.#observed.etaOf(mesh.id);
      const whole = mesh.seconds + (eta ?? 0);
      if (whole <= seconds) continue;
      const text = `mesh ${mesh.name} (${mesh.id}) is expected to take ${Math.round(whole)} s, more than ${seconds} s`;
      found.push({ subject: `mesh ${mesh.id}`, text, value: whole, occurrences: 1 });
    }
    return found;
  }

  #insight({ kinds }: InsightCondition, from: number): Finding[] {
    const fitting = this.#insights.filter(
      ({ number, kind }) => number > from && (kinds.length === 0 || kinds.includes(kind)),
    );
    return [...groupBy(fitting, ({ kind, subject }) => `${kind} ${subject}`)].map(([subject, rows]) => ({
      ...{ subject, value: null, occurrences: rows.length },
      text: rows.at(-1)?.text ?? subject,
    }));
  }
}

type Span = readonly [from: number, to: number];

async function newEvents(
  observed: Observed,
  [from, to]: Span,
  wanted: readonly string[],
): Promise<{ events: readonly CommittedEvent[]; eventSeq: number }> {
  if (wanted.length === 0) return { events: [], eventSeq: to };
  const { events, scannedTo } = await observed.eventsAfter(from, wanted, EVENTS_MAX);
  return { events: events.filter(({ seq }) => seq <= to), eventSeq: Math.min(scannedTo, to) };
}

async function newInsights(
  observed: Observed,
  [from, to]: Span,
  isWanted: boolean,
): Promise<{ insights: readonly InsightRow[]; insightNumber: number }> {
  if (!isWanted) return { insights: [], insightNumber: to };
  const found = await observed.insightsAfter(from, INSIGHTS_MAX);
  const insights = found.filter(({ number }) => number <= to);
  return { insights, insightNumber: insights.at(-1)?.number ?? from };
}

/** `*` stands for any characters. */
export function matches(pattern: string | null, name: string): boolean {
  if (pattern === null) return true;
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return name === first;
  const last = rest.pop() as string;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return name.length - at >= last.length && name.endsWith(last);
}

/** `mesh FAILED, 12 tasks FAILED`. */
function toldOf(events: readonly CommittedEvent[]): string {
  const counts = groupBy(events, ({ taskId, to }) => `${taskId === null ? 'mesh' : 'task'} ${to}`);
  return [...counts]
    .slice(0, NAMES_SHOWN)
    .map(([what, { length }]) => (length === 1 ? what : `${length} times ${what}`))
    .join(', ');
}
