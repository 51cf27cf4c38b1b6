/**
 * Whether a rule can be watched and told of, before it is stored: every fault with its field, the rule that is broken and what to
 * write instead. Called by the desk.
 */
import { didYouMean } from '../kit/nearest-word.js';
import type { Fault } from '../lifecycle/refusal.js';
import type { SeriesFamily } from '../metrics/series.js';
import type {
  AlertChannel,
  AlertCondition,
  AlertRuleText,
  DeadlineCondition,
  MetricCondition,
} from '../store/alerts.js';

export interface RuleGround {
  readonly families: readonly SeriesFamily[];
  /** E-mail can be sent. */
  readonly mails: boolean;
}

const SECONDS_MAX = 30 * 86_400;
const CHANNELS_MAX = 10;
const RECIPIENTS_MAX = 20;
const URL_MAX = 2048;
const SECRET = /^[A-Za-z_][\w.-]{0,127}$/;
const ADDRESS = /^[^\s@<>(),;:"\\[\]]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){0,8}$/;
const KINDS = ['metric', 'status', 'deadline', 'insight'] as const;
const OF_HISTOGRAMS = ['RATE', 'MEAN', 'P50', 'P95', 'P99'];
const OF_NUMBERS = ['VALUE', 'RATE'];

export function ruleFaults(rule: AlertRuleText, ground: RuleGround): Fault[] {
  const faults: Fault[] = [];
  const add = (path: string, message: string): void => void faults.push({ path, message });
  checkText(rule.name, 'name', add, [1, 100]);
  if (rule.description !== null) checkText(rule.description, 'description', add, [1, 1000]);
  checkSeconds(rule.forSeconds, 'forSeconds', add, 0);
  checkSeconds(rule.quietSeconds, 'quietSeconds', add, 1);
  if (rule.repeatSeconds !== null) checkSeconds(rule.repeatSeconds, 'repeatSeconds', add, 60);
  checkCondition(rule.condition, ground, add);
  checkChannels(rule.channels, ground, add);
  return faults;
}

type Add = (path: string, message: string) => void;

function checkText(text: string, path: string, add: Add, [min, max]: readonly [number, number]): void {
  if (text.trim().length < min || text.length > max)
    add(path, `must have ${min} to ${max} characters, got ${text.length}`);
  else if (/\p{Cc}/u.test(text)) add(path, 'must be on one line, without control characters');
}

function checkSeconds(value: number, path: string, add: Add, min: number): void {
  if (!Number.isFinite(value) || value < min || value > SECONDS_MAX)
    add(path, `must be a number from ${min} to ${SECONDS_MAX}, got ${value}`);
}

function checkCondition(condition: AlertCondition, ground: RuleGround, add: Add): void {
  const given = KINDS.filter((kind) => condition[kind] !== undefined);
  if (given.length !== 1) {
    add('condition', `must have exactly one of ${KINDS.join(', ')}, got ${given.join(' and ') || 'none'}`);
    return;
  }
  const { metric, status, deadline, insight } = condition;
  if (metric) checkMetric(metric, ground, add);
  if (deadline) checkDeadline(deadline, add);
  if (status?.task.length === 0 && status.mesh.length === 0)
    add('condition.status', 'must name at least one status of tasks or meshes');
  if (status?.meshName != null) checkText(status.meshName, 'condition.status.meshName', add, [1, 256]);
  for (const [index, kind] of (insight?.kinds ?? []).entries())
    checkText(kind, `condition.insight.kinds[${index}]`, add, [1, 64]);
}

function checkMetric({ name, statistic, threshold, labels }: MetricCondition, ground: RuleGround, add: Add) {
  const family = ground.families.find((one) => one.name === name);
  const names = ground.families.map((one) => one.name);
  if (family === undefined) {
    const near = didYouMean(name, names);
    const hint = near === undefined ? 'the query `metrics` lists them' : near;
    add(
      'condition.metric.name',
      `must be a metric of this server, got ${JSON.stringify(name.slice(0, 64))}; ${hint}`,
    );
    return;
  }
  const allowed = family.type === 'histogram' ? OF_HISTOGRAMS : OF_NUMBERS;
  if (!allowed.includes(statistic))
    add(
      'condition.metric.statistic',
      `must be one of ${allowed.join(', ')} for a ${family.type}, got ${statistic}`,
    );
  if (!Number.isFinite(threshold)) add('condition.metric.threshold', 'must be a finite number');
  const known = family.series.flatMap((series) => Object.keys(series.labels));
  for (const [index, label] of labels.entries())
    if (known.length > 0 && !known.includes(label.name))
      add(
        `condition.metric.labels[${index}].name`,
        `must be a label of ${name} (${[...new Set(known)].join(', ')}), got ${JSON.stringify(label.name.slice(0, 64))}`,
      );
  if (labels.length > 10) add('condition.metric.labels', `must be at most 10, got ${labels.length}`);
}

function checkDeadline({ seconds, name, ahead, of }: DeadlineCondition, add: Add): void {
  checkSeconds(seconds, 'condition.deadline.seconds', add, 1);
  if (name !== null) checkText(name, 'condition.deadline.name', add, [1, 256]);
  if (ahead && of === 'TASK')
    add('condition.deadline.ahead', 'must be false for tasks: only meshes are told of by their estimate');
}

function checkChannels(channels: readonly AlertChannel[], ground: RuleGround, add: Add): void {
  if (channels.length > CHANNELS_MAX)
    add('channels', `must be at most ${CHANNELS_MAX}, got ${channels.length}`);
  for (const [index, { webhook, email }] of channels.slice(0, CHANNELS_MAX).entries()) {
    const path = `channels[${index}]`;
    if ((webhook === undefined) === (email === undefined))
      add(path, 'must have exactly one of webhook, email');
    if (webhook) checkWebhook(webhook, `${path}.webhook`, add);
    if (email) checkEmail(email.to, `${path}.email`, ground, add);
  }
}

function checkWebhook({ url, secret }: NonNullable<AlertChannel['webhook']>, path: string, add: Add): void {
  const parsed = url.length <= URL_MAX && URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol))
    add(`${path}.url`, `must be an http or https URL of at most ${URL_MAX} characters`);
  else if (parsed.username !== '' || parsed.password !== '')
    add(`${path}.url`, 'must hold no user or password: what is sent is signed with `secret` instead');
  if (!SECRET.test(secret))
    add(
      `${path}.secret`,
      'must be the name of a secret (MESH_SECRET_NAME in the environment of the server, or a file of execution.secrets_dir)',
    );
}

function checkEmail(to: readonly string[], path: string, { mails }: RuleGround, add: Add): void {
  if (!mails)
    add(path, 'needs a mail server: set alerts.smtp_url and alerts.smtp_from, and start the server again');
  if (to.length === 0 || to.length > RECIPIENTS_MAX)
    add(`${path}.to`, `must be 1 to ${RECIPIENTS_MAX} addresses, got ${to.length}`);
  for (const [index, address] of to.slice(0, RECIPIENTS_MAX).entries())
    if (address.length > 254 || !ADDRESS.test(address))
      add(
        `${path}.to[${index}]`,
        `must be an address such as ops@example.org, got ${JSON.stringify(address.slice(0, 64))}`,
      );
}
