/** The parse step of the resolvers of alerts: inputs as the words of the store, in which absent members have their defaults. */
import type { AlertChannel, AlertCondition, AlertFilter, AlertRuleText } from '../../../store/alerts.js';
import { parseOptionalId, parseWhole, present } from '../arguments.js';
import type {
  AlertChannelInput,
  AlertConditionInput,
  AlertFilterInput,
  AlertRuleInput,
} from './alert.input.js';

const SILENCE_SECONDS_MAX = 30 * 86_400;

export function ruleText(input: AlertRuleInput): AlertRuleText {
  const { name, description, severity, forSeconds, quietSeconds, repeatSeconds, enabled } = input;
  return {
    ...{ name, severity, forSeconds, quietSeconds, enabled },
    description: description ?? null,
    repeatSeconds: repeatSeconds ?? null,
    condition: conditionOf(input.condition),
    channels: input.channels.map(channelOf),
  };
}

function conditionOf({ metric, status, deadline, insight }: AlertConditionInput): AlertCondition {
  return present({
    metric: metric && { ...metric, labels: metric.labels.map(({ name, value }) => ({ name, value })) },
    status: status && { task: status.task, mesh: status.mesh, meshName: status.meshName ?? null },
    deadline: deadline && { ...deadline, name: deadline.name ?? null },
    insight: insight && { kinds: insight.kinds },
  });
}

function channelOf({ webhook, email }: AlertChannelInput): AlertChannel {
  return present({
    webhook: webhook && { url: webhook.url, secret: webhook.secret },
    email: email && { to: email.to },
  });
}

export function parseAlertFilter(filter: AlertFilterInput | null | undefined): AlertFilter {
  const { ruleId, severity, open, acknowledged } = filter ?? {};
  return present({ ruleId: parseOptionalId(ruleId, 'filter.ruleId'), severity, open, acknowledged });
}

export function parseSilence(seconds: number): number {
  return parseWhole(seconds, 'seconds', [0, SILENCE_SECONDS_MAX]);
}
