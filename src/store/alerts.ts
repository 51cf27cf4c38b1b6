/**
 * The contract of what people want to be told of: rules, the alerts that were raised by them, and what is on its way through a
 * channel. `postgres/` implements it. Rules are changed by any server; alerts and deliveries are written by the leader behind a
 * fence of their own, a look at the system in one transaction.
 */
import type { AuditRow } from '../lifecycle/batch.js';
import type { MeshStatus, TaskStatus } from '../lifecycle/vocabulary.js';
import type { Slice } from './numbered-feed.js';

export const ALERT_SEVERITIES = ['INFO', 'WARNING', 'CRITICAL'] as const;
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];
export const ALERT_STATISTICS = ['VALUE', 'RATE', 'MEAN', 'P50', 'P95', 'P99'] as const;
export type AlertStatistic = (typeof ALERT_STATISTICS)[number];
export const ALERT_COMPARISONS = ['ABOVE', 'BELOW'] as const;
export type AlertComparison = (typeof ALERT_COMPARISONS)[number];
export const DEADLINE_SUBJECTS = ['MESH', 'TASK'] as const;
export type DeadlineSubject = (typeof DEADLINE_SUBJECTS)[number];
export const ALERT_PHASES = ['RAISED', 'REPEATED', 'RESOLVED'] as const;
export type AlertPhase = (typeof ALERT_PHASES)[number];

/** A number that the leader measures, in each of the series whose labels fit. */
export interface MetricCondition {
  /** Of the family, as in `metrics`. */
  readonly name: string;
  readonly labels: readonly { readonly name: string; readonly value: string }[];
  readonly statistic: AlertStatistic;
  readonly comparison: AlertComparison;
  readonly threshold: number;
}

/** A task or a mesh has come to a status; one alert for each mesh. */
export interface StatusCondition {
  readonly task: readonly TaskStatus[];
  readonly mesh: readonly MeshStatus[];
  /** Of the mesh; `*` stands for any characters. Null: any. */
  readonly meshName: string | null;
}

/** A mesh (since it was submitted) or an attempt of a task (since it began) takes longer than it may. */
export interface DeadlineCondition {
  readonly of: DeadlineSubject;
  readonly seconds: number;
  /** Of the mesh, or of the task; `*` stands for any characters. Null: any. */
  readonly name: string | null;
  /** Already when its estimate says so; of meshes. */
  readonly ahead: boolean;
}

export interface InsightCondition {
  /** Empty: any. */
  readonly kinds: readonly string[];
}

/** Exactly one of them. */
export interface AlertCondition {
  readonly metric?: MetricCondition;
  readonly status?: StatusCondition;
  readonly deadline?: DeadlineCondition;
  readonly insight?: InsightCondition;
}

/** Exactly one of them. `secret` is the name of one, never its value. */
export interface AlertChannel {
  readonly webhook?: { readonly url: string; readonly secret: string };
  readonly email?: { readonly to: readonly string[] };
}

/** What people say of a rule. */
export interface AlertRuleText {
  readonly name: string;
  readonly description: string | null;
  readonly severity: AlertSeverity;
  readonly condition: AlertCondition;
  readonly channels: readonly AlertChannel[];
  /** A number or a deadline has to be broken for so long. */
  readonly forSeconds: number;
  /** An alert of statuses or insights ends when none came for so long. */
  readonly quietSeconds: number;
  /** It is told again so often until it ends or somebody acknowledges it. Null: once. */
  readonly repeatSeconds: number | null;
  readonly enabled: boolean;
}

export interface AlertRuleRow extends AlertRuleText {
  readonly id: string;
  /** Until then its alerts are recorded and nobody is told. */
  readonly silencedUntil: Date | null;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Where history and insights were when it was made: it tells of what lies behind. */
  readonly from: AlertPosition;
}

export interface AlertRow {
  readonly id: string;
  readonly number: number;
  readonly ruleId: string;
  readonly ruleName: string;
  readonly severity: AlertSeverity;
  /** What it is about: a series, a mesh, a task, an insight. Of each subject a rule has one open alert at most. */
  readonly subject: string;
  readonly text: string;
  readonly value: number | null;
  readonly occurrences: number;
  readonly raisedAt: Date;
  readonly lastAt: Date;
  readonly resolvedAt: Date | null;
  readonly acknowledgedAt: Date | null;
  readonly acknowledgedBy: string | null;
  readonly note: string | null;
}

/** An alert that is not over, with ages by the clock of the database. */
export interface OpenAlert extends Pick<AlertRow, 'id' | 'ruleId' | 'subject' | 'severity'> {
  /** Since the last occurrence, and since somebody was told last. */
  readonly quietSeconds: number;
  readonly untoldSeconds: number;
  readonly acknowledged: boolean;
}

export interface NewAlert
  extends Pick<
    AlertRow,
    'id' | 'ruleId' | 'ruleName' | 'severity' | 'subject' | 'text' | 'value' | 'occurrences'
  > {}

export interface NewDelivery {
  readonly id: string;
  readonly alertId: string;
  readonly phase: AlertPhase;
  readonly channel: AlertChannel;
}

/** A look at the system. */
export interface AlertWrite {
  readonly position: AlertPosition;
  readonly raised: readonly NewAlert[];
  /** Occurrences since, of one that is open. */
  readonly again: readonly Pick<NewAlert, 'id' | 'text' | 'value' | 'occurrences'>[];
  readonly resolved: readonly string[];
  readonly repeated: readonly string[];
  readonly deliveries: readonly NewDelivery[];
}

/** In the history and the insights; zero before the first. */
export interface AlertPosition {
  readonly eventSeq: number;
  readonly insightNumber: number;
}

export interface DueDelivery extends NewDelivery {
  /** Before this one. */
  readonly tries: number;
  readonly alert: AlertRow;
}

export interface DeliveryRow extends NewDelivery {
  readonly tries: number;
  readonly endedAt: Date | null;
  /** Why the last try failed. */
  readonly failure: string | null;
}

export interface AlertFilter {
  readonly id?: string;
  readonly ruleId?: string;
  readonly severity?: AlertSeverity;
  /** Those that are not over, or those that are. */
  readonly open?: boolean;
  readonly acknowledged?: boolean;
}

export interface LateMesh {
  readonly id: string;
  readonly name: string;
  readonly seconds: number;
}

export interface AlertStore {
  /** By name. */
  rules(): Promise<AlertRuleRow[]>;
  /**
   * Undefined: the name is taken, or there are as many as there may be. Here and below, `audit` tells of the person who asked, and
   * is written by the transaction that makes the change.
   */
  addRule(
    rule: AlertRuleText & Pick<AlertRuleRow, 'id' | 'createdBy'>,
    audit: AuditRow,
  ): Promise<AlertRuleRow | undefined>;
  /** Undefined: there is none, or another has the name. */
  changeRule(id: string, rule: AlertRuleText, audit: AuditRow): Promise<AlertRuleRow | undefined>;
  /** 0 ends the silence. */
  silenceRule(id: string, seconds: number, audit: AuditRow): Promise<AlertRuleRow | undefined>;
  deleteRule(id: string, audit: AuditRow): Promise<boolean>;

  /** How far the leaders have looked. */
  position(): Promise<AlertPosition>;
  open(): Promise<OpenAlert[]>;
  /** All or nothing, and nothing for a leader of an older epoch than has written before: false. */
  write(epoch: number, write: AlertWrite): Promise<boolean>;
  /** Running meshes that were submitted more than so long ago, the oldest first. */
  meshesOlderThan(seconds: number, name: string | null, limit: number): Promise<LateMesh[]>;
  namesOfMeshes(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;

  alerts(filter: AlertFilter, slice: Slice): Promise<AlertRow[]>;
  /** Undefined: there is none. One that was acknowledged before stays as it was. */
  acknowledge(
    id: string,
    how: { readonly by: string; readonly note: string | null },
    audit: AuditRow,
  ): Promise<AlertRow | undefined>;

  /** At most so many of one channel; of an alert what comes first in each channel, until it has ended. */
  due(limit: number, ofChannel: number): Promise<DueDelivery[]>;
  /** Another try in so many seconds; null: none. */
  delivered(id: string, failure: string | null, againInSeconds: number | null): Promise<void>;
  /** Forgets alerts that were over so many days ago, with their deliveries; some at once. */
  prune(days: number): Promise<void>;
}

export const RULES_MAX = 200;
