/** The rules of alerts in words: what is told of, when, and through what. For those who may see where people are told. */
import type { JSX } from 'preact';
import {
  AlertRulesDocument,
  type AlertRulesQuery,
  SilenceAlertRuleDocument,
} from '../../generated/dashboard/graphql.js';
import { may } from '../api/session.js';
import { useAsk } from '../api/use-ask.js';
import { act } from '../parts/act.js';
import { Empty, FaultBox } from '../parts/frame.jsx';
import { clock, duration, figure, lower, sentence } from '../parts/words.js';
import { Table } from '../parts/table.jsx';

type Rule = AlertRulesQuery['alertRules'][number];

const LOOK_MS = 15_000;
const SILENCE_SECONDS = 3600;

function conditionWords({ condition: { metric, status, deadline, insight } }: Rule): string {
  if (metric !== null)
    return `${metric.name}, ${lower(metric.statistic)}, ${lower(metric.comparison)} ${figure(metric.threshold)}`;
  if (status !== null) {
    const of = status.meshName === null ? '' : ` of ${status.meshName}`;
    return `${[...status.task, ...status.mesh].map(lower).join(', ')}${of}`;
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

function RuleRow({ rule, again }: { rule: Rule; again: () => void }): JSX.Element {
  const isSilent = rule.silencedUntil !== null && Date.parse(rule.silencedUntil) > Date.now();
  const silence = async (seconds: number): Promise<void> => {
    const text =
      seconds === 0 ? `${rule.name} is told again` : `${rule.name} is silent for ${duration(seconds)}`;
    await act(
      SilenceAlertRuleDocument,
      { id: rule.id, seconds },
      { text, undo: () => void silence(seconds === 0 ? SILENCE_SECONDS : 0) },
    );
    again();
  };
  return (
    <tr>
      <td>
        <b title={rule.description ?? undefined}>{rule.name}</b>
        {!rule.enabled && <span class="tag">off</span>}
        {isSilent && <span class="tag">silent until {clock(rule.silencedUntil as string)}</span>}
      </td>
      <td>{sentence(rule.severity)}</td>
      <td>
        {conditionWords(rule)}
        {rule.forSeconds > 0 && <span class="muted"> for {duration(rule.forSeconds)}</span>}
      </td>
      <td class="muted">{channelWords(rule)}</td>
      <td>
        <button type="button" class="toggle" onClick={() => void silence(isSilent ? 0 : SILENCE_SECONDS)}>
          {isSilent ? 'Tell again' : 'Silence for 1 h'}
        </button>
      </td>
    </tr>
  );
}

function Listed(): JSX.Element {
  const { value, fault, again } = useAsk(AlertRulesDocument, {}, LOOK_MS);
  const rules = value.value?.alertRules;
  return (
    <>
      <FaultBox text={fault.value} />
      {rules?.length === 0 && (
        <Empty title="No rule yet">
          Make one with <code>createAlertRule</code> of <a href="/graphiql">the API</a>; docs/operations.md
          has examples.
        </Empty>
      )}
      {rules !== undefined && rules.length > 0 && (
        <Table label="Rules of alerts" heads={['Rule', 'Severity', 'Tells of', 'Told to', 'Actions']}>
          {rules.map((rule) => (
            <RuleRow key={rule.id} rule={rule} again={again} />
          ))}
        </Table>
      )}
    </>
  );
}

/** They hold addresses of people: nothing is asked for viewers. */
export function AlertRulesView(): JSX.Element | null {
  if (!may('alertRules')) return null;
  return (
    <>
      <h2 class="between">Rules</h2>
      <Listed />
    </>
  );
}
