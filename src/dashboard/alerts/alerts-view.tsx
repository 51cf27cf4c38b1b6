/** Alerts, the open ones first, acknowledged from here; and below them the rules they come from. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import {
  AcknowledgeAlertDocument,
  AlertsDocument,
  type AlertsQuery,
  AlertsRaisedDocument,
} from '../../generated/dashboard/graphql.js';
import { may } from '../api/session.js';
import { useAsk } from '../api/use-ask.js';
import { useHeard } from '../api/use-heard.js';
import { act } from '../parts/act.js';
import { Empty, FaultBox } from '../parts/frame.jsx';
import { Pager, Table } from '../parts/table.jsx';
import { askWhy, WhyDialog } from '../parts/why.jsx';
import { ago, count, plural, day, figure, lower } from '../parts/words.js';
import { linkTo, param } from '../address/address.js';
import { RulesView } from './rules-view.jsx';
import { SeverityMark } from './severity-mark.jsx';

type Alert = AlertsQuery['alerts']['nodes'][number];

const LOOK_MS = 10_000;
const PAUSE_MS = 500;
const PAGE = 30;

function stateOf(alert: Alert): string {
  if (alert.resolvedAt !== null) return `over ${ago(alert.resolvedAt)}`;
  if (alert.acknowledgedAt !== null) return `acknowledged by ${alert.acknowledgedBy ?? '?'}`;
  return 'open';
}

function told({ deliveries }: Alert): string {
  const failed = deliveries.find(({ failure }) => failure !== null);
  if (failed !== undefined) return `${lower(failed.phase)}: ${failed.failure}`;
  return deliveries.length === 0 ? '' : `told ${plural(deliveries.length, 'time')}`;
}

function AlertRow({ alert, again }: { alert: Alert; again: () => void }): JSX.Element {
  const acknowledge = (): void =>
    askWhy({
      title: 'Acknowledge the alert',
      says: 'It is not told again. Your words are kept with it.',
      verb: 'Acknowledge',
      answered: (note) =>
        void act(AcknowledgeAlertDocument, { id: alert.id, note }, { text: 'Acknowledged' }).then(again),
    });
  const isWaiting = alert.resolvedAt === null && alert.acknowledgedAt === null;
  return (
    <tr>
      <td>
        <SeverityMark severity={alert.severity} />
      </td>
      <td class="cell-text">
        <b>{alert.text}</b>
        <small class="muted">
          {alert.ruleName} · {alert.subject}
          {alert.value !== null && ` · ${figure(alert.value)}`}
          {alert.note !== null && alert.note !== '' && ` · “${alert.note}”`}
        </small>
      </td>
      <td>{isWaiting ? <span class="tag is-open">open</span> : stateOf(alert)}</td>
      <td class="cell-number">{count(alert.occurrences)}</td>
      <td class="muted cell-detail" title={told(alert)}>
        {told(alert)}
      </td>
      <td class="cell-number muted" title={`raised ${day(alert.raisedAt)}, last ${day(alert.lastAt)}`}>
        {ago(alert.raisedAt)}
      </td>
      {may('acknowledgeAlert') && (
        <td>
          {isWaiting && (
            <button type="button" class="toggle" onClick={acknowledge}>
              Acknowledge
            </button>
          )}
        </td>
      )}
    </tr>
  );
}

function AlertTable({ alerts, again }: { alerts: readonly Alert[]; again: () => void }): JSX.Element {
  return (
    <Table
      label="Alerts"
      heads={[
        'Severity',
        'Alert',
        'State',
        '#Times',
        'Told',
        '#Raised',
        ...(may('acknowledgeAlert') ? ['Actions'] : []),
      ]}
    >
      {alerts.map((alert) => (
        <AlertRow key={alert.id} alert={alert} again={again} />
      ))}
    </Table>
  );
}

export function AlertsView(): JSX.Element {
  const isAll = param('all') === '1';
  const after = useSignal<readonly string[]>([]);
  const filter = isAll ? {} : { open: true };
  const { value, fault, again } = useAsk(
    AlertsDocument,
    { first: PAGE, after: after.value.at(-1) ?? null, filter },
    LOOK_MS,
  );
  useHeard(AlertsRaisedDocument, {}, again, PAUSE_MS);
  const alerts = value.value?.alerts;
  return (
    <>
      <div class="toolbar">
        <h2>{isAll ? 'All alerts' : 'Alerts that are not over'}</h2>
        <a class="button" href={linkTo({ all: isAll ? null : '1' })}>
          {isAll ? 'Only open ones' : 'Show all'}
        </a>
      </div>
      <FaultBox text={fault.value} />
      {alerts?.nodes.length === 0 && (
        <Empty title={isAll ? 'No alert was raised yet' : 'Nothing is wrong that a rule tells of'}>
          Alerts come from rules: a metric beyond a threshold, a status, a deadline, an insight.
        </Empty>
      )}
      {alerts !== undefined && alerts.nodes.length > 0 && <AlertTable alerts={alerts.nodes} again={again} />}
      <Pager after={after} next={alerts?.pageInfo.hasNextPage === true ? alerts.pageInfo.endCursor : null} />
      <RulesView />
      <WhyDialog />
    </>
  );
}
