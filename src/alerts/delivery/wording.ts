/** What is told of an alert: one JSON value for programs, subject and text for people. Values only. */
import type { JsonObject } from '../../kit/json.js';
import type { DueDelivery } from '../../store/alerts.js';

export function toldAsJson({ id, phase, alert }: DueDelivery, instance: string): JsonObject {
  const date = (at: Date | null): string | null => at?.toISOString() ?? null;
  return {
    id,
    phase,
    instance,
    alert: {
      ...{ id: alert.id, number: alert.number, rule: alert.ruleName, ruleId: alert.ruleId },
      ...{ severity: alert.severity, subject: alert.subject, text: alert.text, value: alert.value },
      occurrences: alert.occurrences,
      ...{ raisedAt: date(alert.raisedAt), lastAt: date(alert.lastAt), resolvedAt: date(alert.resolvedAt) },
    },
  };
}

export function toldAsText(
  { phase, alert }: DueDelivery,
  instance: string,
): { subject: string; text: string } {
  const { severity, ruleName, text, raisedAt, occurrences } = alert;
  const words = { RAISED: severity, REPEATED: `STILL ${severity}`, RESOLVED: 'RESOLVED' } as const;
  return {
    subject: `[${words[phase]}] ${ruleName}: ${alert.subject}`.replaceAll(/\p{Cc}+/gu, ' ').slice(0, 200),
    text: [
      text,
      '',
      `Rule: ${ruleName}`,
      `Server: ${instance}`,
      `Since: ${raisedAt.toISOString()}`,
      ...(occurrences > 1 ? [`Occurrences: ${occurrences}`] : []),
      `Alert: ${alert.id}`,
      '',
    ].join('\n'),
  };
}
