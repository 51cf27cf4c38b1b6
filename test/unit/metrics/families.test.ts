/** What each family counts, and how the whole reads as JSON. */
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/kit/clock.js';
import { event, fill, makeMetrics } from './filled-metrics.js';

describe('metrics', () => {
  it('tasks are counted from the seed and then from committed events alone', async () => {
    const metrics = makeMetrics();
    metrics.tasks.seed({ PENDING: 1, COMPLETED: 10 }, 0);
    metrics.record([
      event(1, 'TASK_CREATED', [null, 'PENDING']),
      event(2, 'TASK_QUEUED', ['PENDING', 'QUEUED']),
      event(3, 'TASK_STARTED', ['QUEUED', 'RUNNING']),
      event(4, 'TASK_COMPLETED', ['RUNNING', 'COMPLETED']),
      event(5, 'MESH_COMPLETED', ['RUNNING', 'COMPLETED']),
      event(6, 'TASK_DELETED', [null, null], { payload: { status: 'COMPLETED' } }),
      event(7, 'MESH_SUBMITTED', [null, 'RUNNING'], { taskId: null, payload: { tasks: 5, edges: 0 } }),
    ]);
    expect(await metrics.snapshot()).toMatchObject({
      tasks: { pending: 6, queued: 0, running: 0, completed: 10 },
    });
  });

  it('events that the seed knows are not counted again, and those that came before it are not lost', async () => {
    const metrics = makeMetrics();
    metrics.tasks.expect();
    metrics.record([
      event(1, 'TASK_CREATED', [null, 'PENDING']),
      event(2, 'TASK_CREATED', [null, 'PENDING']),
    ]);
    metrics.tasks.seed({ PENDING: 1 }, 1);
    metrics.record([event(3, 'TASK_QUEUED', ['PENDING', 'QUEUED'])]);
    expect(await metrics.snapshot()).toMatchObject({ tasks: { pending: 1, queued: 1 } });
  });

  it('a server that does not lead exports no tasks, so that a sum over servers counts each once', async () => {
    const metrics = makeMetrics();
    expect(await metrics.text()).not.toContain('taskmesh_tasks{');
    metrics.tasks.seed({ PENDING: 1 }, 1);
    expect(await metrics.text()).toContain('taskmesh_tasks{status="pending"} 1');
    metrics.tasks.forget();
    expect(await metrics.text()).not.toContain('taskmesh_tasks{');
  });

  it('every status is there from the start', async () => {
    const metrics = makeMetrics();
    metrics.tasks.seed({}, 0);
    const text = await metrics.text();
    expect(text).toContain('taskmesh_tasks{status="upstream_failed"} 0');
  });

  it('events are counted by type, with their lag behind the commit', async () => {
    const clock = new VirtualClock(1_000_000);
    const metrics = makeMetrics({ clock });
    metrics.record([
      event(41, 'TASK_QUEUED', ['PENDING', 'QUEUED'], { at: 999_980 }),
      event(42, 'EDGE_ADDED', [null, null], { at: 999_990 }),
    ]);
    metrics.record([event(43, 'EDGE_ADDED', [null, null], { at: 1_000_500 })]);
    const snapshot = await metrics.snapshot();
    expect(snapshot).toMatchObject({
      event_sequence: 43,
      events_total: { task_queued: 1, edge_added: 2 },
      event_lag_seconds: { count: 2, sum: 0.02 },
    });
  });

  it('the snapshot holds numbers, objects by label, lists by labels and percentiles', async () => {
    const snapshot = await fill(makeMetrics()).snapshot();
    expect(snapshot).toMatchObject({
      tasks: { pending: 1, running: 1, completed: 9 },
      queue_depth: { any: 3, quantum_sim: 1 },
      attempts_running: { local: 1 },
      layer_slots: { local: 4 },
      attempts_total: [
        { layer: 'local', outcome: 'completed', value: 1 },
        { layer: 'quantum_sim', outcome: 'completed', value: 1 },
      ],
      task_run_seconds: [
        { layer: 'local', outcome: 'completed', count: 1, sum: 1.5, p50: 1.75 },
        { layer: 'quantum_sim', count: 1, sum: 0.1 },
      ],
      task_wait_seconds: [
        { layer: 'local', sum: 0.02 },
        { layer: 'quantum_sim', sum: 0.2 },
      ],
      commits_total: { applied: 1, unknown: 1 },
      commit_backlog_events: 5,
      subscriptions: 2,
      subscription_resyncs_total: 1,
      http_requests_total: [{ method: 'GET', route: '/tasks/:id', status: '200', value: 1 }],
      leader: 1,
      ready: 1,
    });
  });

  it('a percentile of nothing is null', async () => {
    expect(await makeMetrics().snapshot()).toMatchObject({
      commit_seconds: { count: 0, sum: 0, p50: null, p99: null },
    });
  });

  it('what clients invent never becomes a label', async () => {
    const metrics = makeMetrics();
    metrics.http.answered({ method: 'BREW', route: undefined, status: 404, seconds: 0.001 });
    metrics.graphql.allowFields(['task']);
    metrics.graphql.ended({ kind: 'query', fields: ['robots'], outcome: 'invalid', seconds: 0 });
    metrics.graphql.ended({ kind: 'query', fields: ['task', 'robots'], outcome: 'ok', seconds: 0 });
    const text = await metrics.text();
    expect(text).not.toMatch(/BREW|robots/);
    expect(text).toContain('taskmesh_http_requests_total{method="other",route="unmatched",status="404"} 1');
    expect(text).toContain('taskmesh_graphql_operations_total{kind="query",field="several",outcome="ok"} 1');
  });

  it('those who ask at the same time share one snapshot', async () => {
    const clock = new VirtualClock();
    const metrics = makeMetrics({ clock });
    const first = await metrics.snapshot();
    clock.advance(100);
    expect(await metrics.snapshot()).toBe(first);
    clock.advance(200);
    expect(await metrics.snapshot()).not.toBe(first);
  });
});
