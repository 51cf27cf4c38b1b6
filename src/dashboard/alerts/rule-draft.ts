/** A rule of alerts as a form holds it, in texts and choices; to the input of the API and back. Judges nothing: the server does. */
import type {
  AlertComparison,
  AlertRuleInput,
  AlertRulesQuery,
  AlertSeverity,
  AlertStatistic,
  DeadlineSubject,
  MeshStatus,
  TaskStatus,
} from '../../generated/dashboard/graphql.js';

import type { Fault } from '../api/client.js';

export type Rule = AlertRulesQuery['alertRules'][number];

const KINDS = ['metric', 'status', 'deadline', 'insight'] as const;
export type Kind = (typeof KINDS)[number];

export interface ChannelDraft {
  readonly kind: 'webhook' | 'email';
  /** An address, or several with commas between. */
  readonly to: string;
  readonly secret: string;
}

export interface RuleDraft {
  readonly name: string;
  readonly description: string;
  readonly severity: AlertSeverity;
  readonly enabled: boolean;
  readonly forSeconds: string;
  readonly quietSeconds: string;
  readonly repeatSeconds: string;
  readonly kind: Kind;
  readonly metric: string;
  /** `name=value`, with commas between. */
  readonly labels: string;
  readonly statistic: AlertStatistic;
  readonly comparison: AlertComparison;
  readonly threshold: string;
  readonly task: readonly TaskStatus[];
  readonly mesh: readonly MeshStatus[];
  readonly meshName: string;
  readonly of: DeadlineSubject;
  readonly seconds: string;
  readonly deadlineName: string;
  readonly ahead: boolean;
  readonly insights: string;
  readonly channels: readonly ChannelDraft[];
}

/** What the parts of the form share. */
export interface RulePart {
  readonly draft: RuleDraft;
  readonly faults: readonly Fault[];
  readonly put: (change: Partial<RuleDraft>) => void;
}

const EMPTY: RuleDraft = {
  ...{ name: '', description: '', severity: 'WARNING', enabled: true },
  ...{ forSeconds: '0', quietSeconds: '300', repeatSeconds: '' },
  ...{ kind: 'status', metric: '', labels: '', statistic: 'VALUE', comparison: 'ABOVE', threshold: '' },
  ...{ task: [], mesh: ['FAILED'], meshName: '' },
  ...{ of: 'MESH', seconds: '', deadlineName: '', ahead: false, insights: '', channels: [] },
};

export function draftOf(rule: Rule | undefined): RuleDraft {
  if (rule === undefined) return EMPTY;
  const { metric, status, deadline, insight } = rule.condition;
  return {
    ...EMPTY,
    ...{ name: rule.name, description: rule.description ?? '', severity: rule.severity },
    enabled: rule.enabled,
    ...{ forSeconds: String(rule.forSeconds), quietSeconds: String(rule.quietSeconds) },
    repeatSeconds: rule.repeatSeconds === null ? '' : String(rule.repeatSeconds),
    kind: KINDS.find((kind) => rule.condition[kind] !== null) ?? 'status',
    ...(metric && {
      ...{ metric: metric.name, statistic: metric.statistic, comparison: metric.comparison },
      threshold: String(metric.threshold),
      labels: metric.labels.map(({ name, value }) => `${name}=${value}`).join(', '),
    }),
    ...(status && { task: status.task, mesh: status.mesh, meshName: status.meshName ?? '' }),
    ...(deadline && {
      ...{ of: deadline.of, seconds: String(deadline.seconds), ahead: deadline.ahead },
      deadlineName: deadline.name ?? '',
    }),
    ...(insight && { insights: insight.kinds.join(', ') }),
    channels: rule.channels.map(({ webhook, email }) => ({
      kind: webhook === null ? 'email' : 'webhook',
      to: webhook?.url ?? email?.to.join(', ') ?? '',
      secret: webhook?.secret ?? '',
    })),
  };
}

function parts(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}

/** What is no number goes as null, which the server refuses by the name of the field. */
function number(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

function textOrNull(text: string): string | null {
  return text.trim() === '' ? null : text.trim();
}

function conditionOf(draft: RuleDraft): AlertRuleInput['condition'] {
  const { statistic, comparison, task, mesh, of, ahead } = draft;
  if (draft.kind === 'metric') {
    const labels = parts(draft.labels).map((part) => {
      const [name = '', ...value] = part.split('=');
      return { name: name.trim(), value: value.join('=').trim() };
    });
    const threshold = number(draft.threshold);
    return { metric: { name: draft.metric.trim(), labels, statistic, comparison, threshold } };
  }
  if (draft.kind === 'status') return { status: { task, mesh, meshName: textOrNull(draft.meshName) } };
  if (draft.kind === 'insight') return { insight: { kinds: parts(draft.insights) } };
  return { deadline: { of, seconds: number(draft.seconds), name: textOrNull(draft.deadlineName), ahead } };
}

export function inputOf(draft: RuleDraft): AlertRuleInput {
  const { name, severity, enabled } = draft;
  return {
    ...{ name: name.trim(), severity, enabled, description: textOrNull(draft.description) },
    ...{ forSeconds: number(draft.forSeconds), quietSeconds: number(draft.quietSeconds) },
    repeatSeconds: draft.repeatSeconds.trim() === '' ? null : number(draft.repeatSeconds),
    condition: conditionOf(draft),
    channels: draft.channels.map(({ kind, to, secret }) =>
      kind === 'email'
        ? { email: { to: parts(to) } }
        : { webhook: { url: to.trim(), secret: secret.trim() } },
    ),
  };
}
