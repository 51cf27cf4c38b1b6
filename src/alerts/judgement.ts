/**
 * What becomes of a rule's findings: alerts that are raised, occur again, are told again or are over, and to whom that is told.
 * A pure function but for the ids it asks for; the watch calls it for each rule and commits what it says.
 */
import type {
  AlertPhase,
  AlertRuleRow,
  AlertWrite,
  NewAlert,
  NewDelivery,
  OpenAlert,
} from '../store/alerts.js';

/** Something that holds now, or has happened since the last look. */
export interface Finding {
  readonly subject: string;
  readonly text: string;
  readonly value: number | null;
  readonly occurrences: number;
}

export interface Case {
  readonly rule: AlertRuleRow;
  readonly findings: readonly Finding[];
  /** Of this rule. */
  readonly open: readonly OpenAlert[];
  /** Since when (monotonic, ms) each subject that has no alert yet has been found without a break. Changed. */
  readonly pending: Map<string, number>;
  readonly now: number;
  /** By the clock of people: silences end by it. */
  readonly wall: number;
}

export type Verdict = Omit<AlertWrite, 'position'> & {
  /** Subjects that got no alert because the rule has too many open ones. */
  readonly dropped: number;
};

/** Open at the same time, of one rule: whoever gets a hundred needs no hundred and first. */
const OPEN_MAX = 100;

export function judge(given: Case, newId: () => string): Verdict {
  const { rule, findings, open } = given;
  const bySubject = new Map(open.map((alert) => [alert.subject, alert]));
  const lasts = 'metric' in rule.condition || 'deadline' in rule.condition;
  const found = new Set(findings.map(({ subject }) => subject));
  const resolved = open.filter((one) =>
    lasts ? !found.has(one.subject) : !found.has(one.subject) && one.quietSeconds >= rule.quietSeconds,
  );
  const due = ripe(given, bySubject);
  const raised = due.slice(0, Math.max(0, OPEN_MAX - open.length + resolved.length)).map((finding) => ({
    id: newId(),
    ...{ ruleId: rule.id, ruleName: rule.name, severity: rule.severity },
    ...finding,
  }));
  const again = findings.flatMap(({ subject, text, value, occurrences }) => {
    const alert = bySubject.get(subject);
    return alert === undefined ? [] : [{ id: alert.id, text, value, occurrences: lasts ? 0 : occurrences }];
  });
  const over = new Set(resolved);
  const repeated = open.filter((alert) => !over.has(alert) && isRepeated(rule, alert));
  const tell = (phase: AlertPhase, ids: readonly string[]) =>
    isSilent(given) ? [] : deliveriesOf(rule, phase, ids, newId);
  return {
    raised,
    again,
    resolved: resolved.map(({ id }) => id),
    repeated: repeated.map(({ id }) => id),
    deliveries: [
      ...tell(
        'RAISED',
        raised.map(({ id }) => id),
      ),
      ...tell(
        'REPEATED',
        repeated.map(({ id }) => id),
      ),
      ...tell(
        'RESOLVED',
        resolved.map(({ id }) => id),
      ),
    ],
    dropped: due.length - raised.length,
  };
}

/** Those without an alert that have been found for long enough. */
function ripe({ rule, findings, pending, now }: Case, open: ReadonlyMap<string, OpenAlert>): Finding[] {
  const found = new Set(findings.map(({ subject }) => subject));
  for (const subject of pending.keys()) if (!found.has(subject) || open.has(subject)) pending.delete(subject);
  return findings.filter(({ subject }) => {
    if (open.has(subject)) return false;
    const since = pending.get(subject) ?? now;
    pending.set(subject, since);
    return now - since >= rule.forSeconds * 1000;
  });
}

function isRepeated({ repeatSeconds }: AlertRuleRow, { acknowledged, untoldSeconds }: OpenAlert): boolean {
  return repeatSeconds !== null && !acknowledged && untoldSeconds >= repeatSeconds;
}

function isSilent({ rule, wall }: Case): boolean {
  return rule.silencedUntil !== null && rule.silencedUntil.getTime() > wall;
}

function deliveriesOf(
  { channels }: AlertRuleRow,
  phase: AlertPhase,
  alertIds: readonly NewAlert['id'][],
  newId: () => string,
): NewDelivery[] {
  return alertIds.flatMap((alertId) =>
    channels.map((channel, index) => ({
      // a repetition is told anew each time; the beginning and the end are told once, whoever says so
      id: phase === 'REPEATED' ? newId() : `${alertId}:${phase}:${index}`,
      ...{ alertId, phase, channel },
    })),
  );
}
