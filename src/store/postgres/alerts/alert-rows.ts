/** Rows of the tables of alerts as values. Called by `PostgresAlerts`. */
import type {
  AlertChannel,
  AlertCondition,
  AlertPhase,
  AlertRow,
  AlertRuleRow,
  AlertRuleText,
  AlertSeverity,
  DeliveryRow,
  DueDelivery,
} from '../../alerts.js';
import { fromStoredText, toStoredText } from '../stored-text.js';

export interface StoredRule {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly severity: AlertSeverity;
  readonly condition: AlertCondition;
  readonly channels: readonly AlertChannel[];
  readonly for_seconds: number;
  readonly quiet_seconds: number;
  readonly repeat_seconds: number | null;
  readonly enabled: boolean;
  readonly silenced_until: Date | null;
  readonly created_by: string;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly from_event_seq: string;
  readonly from_insight_number: string;
}

export interface StoredAlert {
  readonly id: string;
  readonly number: string;
  readonly rule_id: string;
  readonly rule_name: string;
  readonly severity: AlertSeverity;
  readonly subject: string;
  readonly text: string;
  readonly value: number | null;
  readonly occurrences: number;
  readonly raised_at: Date;
  readonly last_at: Date;
  readonly resolved_at: Date | null;
  readonly acknowledged_at: Date | null;
  readonly acknowledged_by: string | null;
  readonly note: string | null;
}

export interface StoredDelivery {
  readonly id: string;
  readonly alert_id: string;
  readonly phase: AlertPhase;
  readonly channel: AlertChannel;
  readonly tries: number;
  readonly ended_at: Date | null;
  readonly failure: string | null;
}

export type StoredDue = StoredAlert & Omit<StoredDelivery, 'id'> & { readonly delivery_id: string };

const textOrNull = (text: string | null): string | null => (text === null ? null : fromStoredText(text));
export const storedOrNull = (text: string | null): string | null =>
  text === null ? null : toStoredText(text);

export function ruleFrom(row: StoredRule): AlertRuleRow {
  const { id, severity, condition, channels, enabled } = row;
  return {
    ...{ id, severity, condition, channels, enabled },
    name: fromStoredText(row.name),
    description: textOrNull(row.description),
    forSeconds: row.for_seconds,
    quietSeconds: row.quiet_seconds,
    repeatSeconds: row.repeat_seconds,
    silencedUntil: row.silenced_until,
    createdBy: fromStoredText(row.created_by),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    from: { eventSeq: Number(row.from_event_seq), insightNumber: Number(row.from_insight_number) },
  };
}

/** In the order of the columns that a rule is written with, from `name` on. */
export function ruleValues(rule: AlertRuleText): unknown[] {
  return [
    toStoredText(rule.name),
    storedOrNull(rule.description),
    rule.severity,
    JSON.stringify(rule.condition),
    JSON.stringify(rule.channels),
    rule.forSeconds,
    rule.quietSeconds,
    rule.repeatSeconds,
    rule.enabled,
  ];
}

export function alertFrom(row: StoredAlert): AlertRow {
  const { id, severity, value, occurrences } = row;
  return {
    ...{ id, severity, value, occurrences },
    number: Number(row.number),
    ruleId: row.rule_id,
    ruleName: fromStoredText(row.rule_name),
    subject: fromStoredText(row.subject),
    text: fromStoredText(row.text),
    raisedAt: row.raised_at,
    lastAt: row.last_at,
    resolvedAt: row.resolved_at,
    acknowledgedAt: row.acknowledged_at,
    acknowledgedBy: textOrNull(row.acknowledged_by),
    note: textOrNull(row.note),
  };
}

export function deliveryFrom({ alert_id, ended_at, failure, ...row }: StoredDelivery): DeliveryRow {
  return { ...row, alertId: alert_id, endedAt: ended_at, failure: textOrNull(failure) };
}

export function dueFrom({ delivery_id, alert_id, phase, channel, tries, ...alert }: StoredDue): DueDelivery {
  return { id: delivery_id, alertId: alert_id, phase, channel, tries, alert: alertFrom(alert) };
}
