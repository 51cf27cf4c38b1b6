/** Opens the database of the program: migrated, with store, reads, and what the servers on it tell each other. */
import { SystemClock } from '../kit/clock.js';
import { sayingUnavailable } from '../store/postgres/availability.js';
import { History } from '../store/postgres/history.js';
import { migrate } from '../store/postgres/migrate.js';
import { SessionPool } from '../store/postgres/sessions/pool.js';
import { PostgresReads } from '../store/postgres/postgres-reads.js';
import { PostgresStore } from '../store/postgres/postgres-store.js';
import { PostgresHints } from '../store/postgres/servers/postgres-hints.js';
import { PostgresRelay } from '../store/postgres/servers/postgres-relay.js';
import { PostgresServers } from '../store/postgres/servers/postgres-servers.js';
import { PostgresApiTokens } from '../store/postgres/security/postgres-api-tokens.js';
import { PostgresRevocations } from '../store/postgres/security/postgres-revocations.js';
import { PostgresAudit } from '../store/postgres/security/postgres-audit.js';
import type { ApiTokens } from '../store/api-tokens.js';
import type { Revocations } from '../store/api-tokens.js';
import type { Audit } from '../store/audit.js';
import type { Hints } from '../store/hints.js';
import type { Relay } from '../store/relay.js';
import type { AlertStore } from '../store/alerts.js';
import type { ServerIdentity, Servers } from '../store/servers.js';
import type { ConsciousnessStore } from '../store/consciousness.js';
import { PostgresConsciousness } from '../store/postgres/consciousness/postgres-consciousness.js';
import { PostgresAlerts } from '../store/postgres/alerts/postgres-alerts.js';
import { PostgresLearning } from '../store/postgres/learning/postgres-learning.js';
import type { LearningStore } from '../store/learning.js';
import { PostgresMetricSamples } from '../store/postgres/postgres-metric-samples.js';
import { PostgresNodes } from '../store/postgres/postgres-nodes.js';
import type { MetricSamples } from '../store/metric-samples.js';
import type { NodeRegistry } from '../store/nodes.js';
import { PostgresSchedules } from '../store/postgres/schedule/postgres-schedules.js';
import { PostgresTemplates } from '../store/postgres/template/postgres-templates.js';
import type { Store } from '../store/store.js';
import type { ScheduleStore } from '../store/schedules.js';
import type { TemplateStore } from '../store/templates.js';
import type { AppOptions } from './app-options.js';
import type { DatabaseAddress } from './database-address.js';
import { serverIdentity } from './identity.js';
import { withTrouble } from './links/trouble.js';
import type { Started } from './started.js';

/** Not everything that is asked of the database belongs to a request. */
const QUERY_MS_MIN = 30_000;

export interface Database extends DatabaseAddress {
  readonly store: Store;
  readonly reads: PostgresReads;
  readonly identity: ServerIdentity;
  readonly servers: Servers;
  readonly relay: Relay;
  readonly hints: Hints;
  readonly nodes: NodeRegistry;
  readonly learning: LearningStore;
  readonly consciousness: ConsciousnessStore;
  readonly alerts: AlertStore;
  readonly metricSamples: MetricSamples;
  readonly templates: TemplateStore;
  readonly schedules: ScheduleStore;
  readonly apiTokens: ApiTokens;
  readonly revocations: Revocations;
  readonly audit: Audit;
}

export async function openDatabase(
  options: AppOptions,
  { url, kind }: DatabaseAddress,
  started: Started,
): Promise<Database> {
  const { config, log } = options;
  const applied = await migrate(url).catch((error: unknown) =>
    Promise.reject(withTrouble('database', error)),
  );
  if (applied.length > 0) log.info({ applied }, 'the database schema was brought up to date');
  const clock = new SystemClock({ timersHoldProcess: true });
  const pool = new SessionPool(url, {
    max: config.database.poolMax,
    lost: (error) => log.warn({ reason: error.message }, 'an idle database connection was lost'),
    queryMsMax: Math.max(QUERY_MS_MIN, config.server.requestTimeoutSeconds * 1000),
  });
  started.add('the pool of connections', () => pool.close(clock));
  const { looks } = pool;
  const identity = await serverIdentity(options);
  const history = new History(pool, clock);
  const store = new PostgresStore(pool, { url, clock, holder: identity.id, history });
  started.add('the store', () => store.close());
  const reads = new PostgresReads(pool, { history, short: pool.short });
  const hints = new PostgresHints(looks, { url, clock });
  await hints.start();
  started.add('the hints', () => hints.stop());
  return {
    url,
    kind,
    store: sayingUnavailable(store),
    reads: sayingUnavailable(reads),
    identity,
    servers: new PostgresServers(looks),
    relay: new PostgresRelay(looks),
    hints,
    nodes: sayingUnavailable(new PostgresNodes(looks)),
    learning: sayingUnavailable(new PostgresLearning(pool)),
    consciousness: sayingUnavailable(new PostgresConsciousness(pool)),
    alerts: sayingUnavailable(new PostgresAlerts(pool)),
    metricSamples: sayingUnavailable(new PostgresMetricSamples(pool)),
    schedules: sayingUnavailable(new PostgresSchedules(pool)),
    templates: sayingUnavailable(new PostgresTemplates(pool)),
    apiTokens: sayingUnavailable(new PostgresApiTokens(pool)),
    revocations: sayingUnavailable(new PostgresRevocations(pool)),
    audit: sayingUnavailable(new PostgresAudit(pool)),
  };
}
