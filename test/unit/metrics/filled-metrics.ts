/** A registry in which every family has something to say, for the tests of this folder. */
import type { CommittedEvent, EventType } from '../../../src/events/catalogue.js';
import { VirtualClock } from '../../../src/kit/clock.js';
import { TASK_STATUSES } from '../../../src/lifecycle/vocabulary.js';
import { Metrics } from '../../../src/metrics/metrics.js';

export function makeMetrics(options: { clock?: VirtualClock; nodeDefaults?: boolean } = {}): Metrics {
  return new Metrics({
    clock: options.clock ?? new VirtualClock(),
    instance: { name: 'orchestrator-core', environment: 'test', version: '1.2.3' },
    statuses: TASK_STATUSES,
    nodeDefaults: options.nodeDefaults ?? false,
  });
}

export function event(seq: number, type: EventType, from: string | null, to: string | null, at = 0): CommittedEvent {
  return { seq, at, type, meshId: 'm', taskId: 't', from, to, payload: {} };
}

export function fill(metrics: Metrics): Metrics {
  metrics.tasks.seed({ PENDING: 2, COMPLETED: 7 });
  metrics.record([event(1, 'TASK_QUEUED', 'PENDING', 'QUEUED'), event(2, 'TASK_STARTED', 'QUEUED', 'RUNNING')]);
  metrics.queue.depthFrom(() => ({ ANY: 3, QUANTUM_SIM: 1 }));
  metrics.queue.layersFrom(() => [{ layer: 'LOCAL', running: 1, slots: 4 }]);
  metrics.attempts.started('LOCAL');
  metrics.attempts.ended({ layer: 'LOCAL', outcome: 'COMPLETED', waitSeconds: 0.02, runSeconds: 1.5 });
  metrics.attempts.ended({ layer: 'QUANTUM_SIM', outcome: 'TIMED_OUT', waitSeconds: 0.2, runSeconds: null });
  metrics.committed({ rows: 12, events: 4, seconds: 0.003 });
  metrics.commits.refused('UNKNOWN');
  metrics.commits.backlogFrom(() => 5);
  metrics.subscriptions.openFrom(() => 2);
  metrics.subscriptions.resynced();
  metrics.http.answered({ method: 'GET', route: '/tasks/:id', status: 200, seconds: 0.004 });
  metrics.graphql.allowFields(['task', 'tasks']);
  metrics.graphql.ended({ kind: 'query', fields: ['task'], outcome: 'ok', seconds: 0.002 });
  metrics.process.readyFrom(() => true);
  metrics.process.leadsFrom(() => true);
  return metrics;
}
