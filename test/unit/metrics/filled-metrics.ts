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

/** A committed event of task `t`. */
export function event(
  seq: number,
  type: EventType,
  [from, to]: readonly [string | null, string | null],
  more: Partial<CommittedEvent> = {},
): CommittedEvent {
  return { seq, at: 0, type, meshId: 'm', taskId: 't', from, to, payload: {}, ...more };
}

/** From the queue to its end on a layer, at the given times in ms. */
export function attempt(
  taskId: string,
  layer: string,
  [queuedAt, startedAt, endedAt]: readonly [number, number, number],
): CommittedEvent[] {
  return [
    event(1, 'TASK_QUEUED', ['PENDING', 'QUEUED'], { taskId, at: queuedAt }),
    event(2, 'TASK_STARTED', ['QUEUED', 'RUNNING'], {
      taskId,
      at: startedAt,
      payload: { attempt: 1, layer },
    }),
    event(3, 'TASK_COMPLETED', ['RUNNING', 'COMPLETED'], { taskId, at: endedAt }),
  ];
}

export function fill(metrics: Metrics): Metrics {
  metrics.tasks.seed({ PENDING: 4, COMPLETED: 7 }, 0);
  metrics.record([
    event(1, 'TASK_QUEUED', ['PENDING', 'QUEUED']),
    event(2, 'TASK_STARTED', ['QUEUED', 'RUNNING']),
    ...attempt('a', 'LOCAL', [0, 20, 1520]),
    ...attempt('b', 'QUANTUM_SIM', [0, 200, 300]),
  ]);
  metrics.queue.depthFrom(() => ({ ANY: 3, QUANTUM_SIM: 1 }));
  metrics.queue.layersFrom(() => [{ layer: 'LOCAL', running: 1, slots: 4 }]);
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
