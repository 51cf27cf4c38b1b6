/**
 * The rules of alerts in words: what is told of, when, and through what; made, changed, silenced and deleted from here. For
 * those who may see where people are told.
 */
import type { JSX } from 'preact';
import {
  AlertRulesDocument,
  DeleteAlertRuleDocument,
  SilenceAlertRuleDocument,
} from '../../generated/dashboard/graphql.js';
import { may } from '../api/session.js';
import { useAsk } from '../api/use-ask.js';
import { go, linkTo, param } from '../address/address.js';
import { later } from '../mesh/later.js';
import { act } from '../parts/act.js';
import { Empty, FaultBox } from '../parts/frame.jsx';
import { Glyph } from '../parts/glyph.jsx';
import { clock, duration, figure, lower } from '../parts/words.js';
import { Table } from '../parts/table.jsx';
import { say } from '../shell/toasts.jsx';
import { SeverityMark } from './severity-mark.jsx';
import type { Rule } from './rule-draft.js';
import { RuleForm } from './rule-form.jsx';

const LOOK_MS = 15_000;
const SILENCES: readonly (readonly [seconds: number, words: string])[] = [
  [3600, 'for 1 h'],
  [28_800, 'for 8 h'],
  [86_400, 'for a day'],
  [604_800, 'for a week'],
];

function conditionWords({ condition: { metric, status, deadline, insight } }: Rule): string {
  if (metric !== null) {
    const labels = metric.labels.map(({ name, value }) => ` ${name}=${value}`).join('');
    const statistic = metric.statistic === 'VALUE' ? '' : `${lower(metric.statistic)} of `;
    return `${statistic}${metric.name}${labels} ${lower(metric.comparison)} ${figure(metric.threshold)}`;
  }
  if (status !== null) {
    const of = status.meshName === null ? '' : ` of ${status.meshName}`;
    const told = [
      ...status.mesh.map((one) => `mesh ${lower(one)}`),
      ...status.task.map((one) => `task ${lower(one)}`),
    ];
    return `${told.join(', ')}${of}`;
  }
  if (deadline !== null)
    return `${lower(deadline.of)}${deadline.name === null ? '' : ` ${deadline.name}`} over ${duration(deadline.seconds)}${deadline.ahead ? ', foreseen' : ''}`;
  return insight === null || insight.kinds.length === 0 ? 'any insight' : insight.kinds.map(lower).join(', ');
}

function channelWords({ channels }: Rule): string {
  if (channels.length === 0) return 'here';
  return channels
    .map(({ webhook, email }) =>
      webhook !== null ? new URL(webhook.url).host : (email?.to.join(', ') ?? ''),
    )
    .join(', ');
}

interface RuleProps {
  readonly rule: Rule;
  readonly again: () => void;
}

function Silence({ rule, again }: RuleProps): JSX.Element {
  const silentUntil = rule.silencedUntil === null ? 0 : Date.parse(rule.silencedUntil);
  const isSilent = silentUntil > Date.now();
  const silence = async (seconds: number): Promise<void> => {
    const text =
      seconds === 0 ? `${rule.name} is told again` : `${rule.name} is silent for ${duration(seconds)}`;
    const before = isSilent ? Math.ceil((silentUntil - Date.now()) / 1000) : 0;
    const undo = (): void => {
      void act(SilenceAlertRuleDocument, { id: rule.id, seconds: before }, { text: 'Undone' }).then(again);
    };
    await act(SilenceAlertRuleDocument, { id: rule.id, seconds }, { text, undo });
    again();
  };
  if (isSilent)
    return (
      <button type="button" class="toggle" onClick={() => void silence(0)}>
        Tell again
      </button>
    );
  return (
    <select
      aria-label={`Silence ${rule.name}`}
      value=""
      onChange={({ currentTarget }) => {
        const seconds = Number(currentTarget.value);
        currentTarget.value = '';
        void silence(seconds);
      }}
    >
      <option value="">Silence …</option>
      {SILENCES.map(([seconds, words]) => (
        <option key={seconds} value={seconds}>
          {words}
        </option>
      ))}
    </select>
  );
}

/** Gone for good, with the alerts that are open: it waits a moment for a change of mind. */
function remove({ rule, again }: RuleProps): void {
  const undo = later(() => {
    void act(DeleteAlertRuleDocument, { id: rule.id }, { text: `${rule.name} is deleted` }).then(again);
  });
  if (param('rule') === rule.id) go({ rule: null });
  say({ text: `Deleting ${rule.name} in a moment`, undo });
}

function RuleRow({ rule, again }: RuleProps): JSX.Element {
  const isSilent = rule.silencedUntil !== null && Date.parse(rule.silencedUntil) > Date.now();
  const isOpen = param('rule') === rule.id;
  return (
    <tr class={isOpen ? 'is-open' : ''}>
      <td class="cell-name">
        {may('updateAlertRule') ? (
          <a
            href={linkTo({ rule: isOpen ? null : rule.id })}
            aria-current={isOpen ? 'true' : undefined}
            title={rule.description ?? undefined}
          >
            {rule.name}
          </a>
        ) : (
          <b title={rule.description ?? undefined}>{rule.name}</b>
        )}
        {!rule.enabled && <span class="tag">off</span>}
        {isSilent && <span class="tag">silent until {clock(rule.silencedUntil as string)}</span>}
      </td>
      <td>
        <SeverityMark severity={rule.severity} />
      </td>
      <td class="cell-text">
        {conditionWords(rule)}
        {rule.forSeconds > 0 && <span class="muted"> for {duration(rule.forSeconds)}</span>}
      </td>
      <td class="muted cell-detail">{channelWords(rule)}</td>
      <td class="cell-actions">
        {may('silenceAlertRule') && <Silence rule={rule} again={again} />}
        {may('deleteAlertRule') && (
          <button
            type="button"
            class="icon-button"
            aria-label={`Delete ${rule.name}`}
            title="Delete"
            onClick={() => remove({ rule, again })}
          >
            <Glyph name="close" />
          </button>
        )}
      </td>
    </tr>
  );
}

function Rules({ rules, again }: { rules: readonly Rule[]; again: () => void }): JSX.Element {
  if (rules.length === 0)
    return (
      <Empty title="No rule yet">
        {may('createAlertRule')
          ? 'Make one: a mesh that failed, a queue that grows, a deadline that will be missed.'
          : 'An ADMIN makes them.'}
      </Empty>
    );
  return (
    <Table label="Rules of alerts" heads={['Rule', 'Severity', 'Tells of', 'Told to', 'Actions']}>
      {rules.map((rule) => (
        <RuleRow key={rule.id} rule={rule} again={again} />
      ))}
    </Table>
  );
}

/** They hold addresses of people: nothing is asked for viewers. */
function Listed(): JSX.Element {
  const { value, fault, again } = useAsk(AlertRulesDocument, {}, LOOK_MS);
  const rules = value.value?.alertRules;
  const open = param('rule');
  const rule = rules?.find(({ id }) => id === open);
  const hasForm = rules !== undefined && (open === 'new' ? may('createAlertRule') : rule !== undefined);
  return (
    <>
      <div class="toolbar between">
        <h2>Rules</h2>
        {may('createAlertRule') && (
          <a class="button" href={linkTo({ rule: 'new' })}>
            <Glyph name="add" /> New rule
          </a>
        )}
      </div>
      <FaultBox text={fault.value} />
      <div class={hasForm ? 'with-card' : ''}>
        {rules !== undefined && <Rules rules={rules} again={again} />}
        {hasForm && <RuleForm key={open} rule={rule} done={again} />}
      </div>
    </>
  );
}

export function RulesView(): JSX.Element | null {
  return may('alertRules') ? <Listed /> : null;
}
