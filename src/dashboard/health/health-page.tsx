/** How the servers are: metrics over time, alerts, versions, and the configuration in force. */
import type { JSX } from 'preact';
import { HealthPageDocument, type HealthPageQuery } from '../../generated/dashboard/graphql.js';
import { useAsk } from '../api/use-ask.js';
import { FaultBox, FigureTile, Heading, Tabs } from '../parts/frame.jsx';
import { count, duration, plural, sentence } from '../parts/words.js';
import { param } from '../address/address.js';
import '../style/insight.css';
import '../style/forms.css';
import '../style/health.css';
import { AlertsView } from '../alerts/alerts-view.jsx';
import { ConfigurationView } from './configuration-view.jsx';
import { MetricsView } from './metrics-view.jsx';
import { ServersView } from './servers-view.jsx';

const LOOK_MS = 3000;
const TABS = [
  { id: 'metrics', name: 'Metrics' },
  { id: 'alerts', name: 'Alerts' },
  { id: 'servers', name: 'Servers and versions' },
  { id: 'configuration', name: 'Configuration' },
];

function Checks({ health }: { health: HealthPageQuery['health'] }): JSX.Element {
  return (
    <ul class="checks" aria-label="Checks">
      {health.checks.map(({ name, ok, detail }) => (
        <li key={name} class={ok ? 'is-good' : 'is-bad'} title={detail ?? undefined}>
          <svg viewBox="0 0 16 16" width="14" height="14" role="img" aria-label={ok ? 'good' : 'not good'}>
            <path d={ok ? 'M3.5 8.4l3 3l6-6.8' : 'M4 4l8 8M12 4l-8 8'} />
          </svg>
          <span>{sentence(name)}</span>
          {detail !== null && <small class="muted">{detail}</small>}
        </li>
      ))}
    </ul>
  );
}

function Figures({ status, health }: HealthPageQuery): JSX.Element {
  return (
    <dl class="figures">
      <FigureTile
        name="Health"
        value={sentence(health.status)}
        says={health.ready ? 'ready: changes are carried out' : 'not ready: changes would wait'}
      />
      <FigureTile
        name="Leads"
        value={status.leader ? 'This server' : (status.leaderId ?? 'nobody')}
        says={status.epoch === null ? undefined : `leadership number ${count(status.epoch)}`}
      />
      <FigureTile
        name="Up for"
        value={duration(status.uptimeSeconds)}
        says={plural(status.servers.length, 'server')}
      />
      <FigureTile name="Events" value={count(status.lastEventSeq)} says="in the history, without a gap" />
      <FigureTile name="Listeners" value={count(status.subscriptions)} says="open subscriptions" />
    </dl>
  );
}

export function HealthPage(): JSX.Element {
  const { value, fault } = useAsk(HealthPageDocument, {}, LOOK_MS);
  const page = value.value;
  const part = param('part') || 'metrics';
  const says =
    page === undefined
      ? '…'
      : `${page.status.instanceName} · ${page.status.environment} · version ${page.status.version} · database ${page.status.database}`;
  return (
    <div class="page">
      <Heading title="Health" says={says} />
      <Tabs label="Of health" param="part" tabs={TABS} />
      <FaultBox text={fault.value} />
      {page !== undefined && <Figures {...page} />}
      {page !== undefined && <Checks health={page.health} />}
      {part === 'metrics' && <MetricsView />}
      {part === 'alerts' && <AlertsView />}
      {page !== undefined && part === 'servers' && <ServersView status={page.status} />}
      {part === 'configuration' && <ConfigurationView />}
    </div>
  );
}
