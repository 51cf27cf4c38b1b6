/** The text that Prometheus reads: our own lint always, `promtool check metrics` where it is installed. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { fill, makeMetrics } from './filled-metrics.js';

const hasPromtool = ((): boolean => {
  try {
    execFileSync('promtool', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

const NOT_BASE =
  /_(milliseconds?|microseconds?|ms|us|ns|minutes?|hours?|days?|kilobytes?|megabytes?|kb|mb|percent)(_|$)/;
const TYPE_WORDS = /(^|_)(gauge|counter|histogram|summary)(_|$)/;

/** The rules of promtool's linter (client_golang, prometheus/testutil/promlint), one line per breach. */
function lint(text: string): string[] {
  const families = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => ({
    name: String(name),
    type: String(type),
  }));
  return families.flatMap(({ name, type }) => {
    const breaches = {
      'does not begin with taskmesh_': !name.startsWith('taskmesh_'),
      'has no help': !new RegExp(`^# HELP ${name} \\S.+$`, 'm').test(text),
      'is a counter without _total': type === 'counter' && !name.endsWith('_total'),
      'is no counter and ends with _total': type !== 'counter' && name.endsWith('_total'),
      'ends like a part of a histogram': /_(bucket|count|sum|info)$/.test(name) && type === 'histogram',
      'is not in a base unit': NOT_BASE.test(name),
      'names its type': TYPE_WORDS.test(name),
      'is not in snake_case': !/^[a-z][a-z0-9_]*$/.test(name),
    };
    return Object.entries(breaches).flatMap(([rule, broken]) => (broken ? [`${name} ${rule}`] : []));
  });
}

describe('Prometheus text', () => {
  const text = fill(makeMetrics({ nodeDefaults: true })).text();

  it('keeps the rules of names, units and help', async () => {
    expect(lint(await text)).toEqual([]);
  });

  it('has labels in snake_case only', async () => {
    const labels = new Set([...(await text).matchAll(/[{,]([A-Za-z_]+)="/g)].map(([, name]) => String(name)));
    expect([...labels].filter((name) => !/^[a-z][a-z_]*$/.test(name))).toEqual([]);
  });

  it('contains every family of the issue', async () => {
    const names = [...(await text).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        'taskmesh_tasks',
        'taskmesh_queue_depth',
        'taskmesh_task_wait_seconds',
        'taskmesh_task_run_seconds',
        'taskmesh_attempts_total',
        'taskmesh_commit_batch_rows',
        'taskmesh_commit_seconds',
        'taskmesh_event_lag_seconds',
        'taskmesh_subscriptions',
        'taskmesh_http_requests_total',
        'taskmesh_graphql_operations_total',
        'taskmesh_process_cpu_seconds_total',
        'taskmesh_nodejs_eventloop_lag_seconds',
      ]),
    );
  });

  it.skipIf(!hasPromtool)('passes promtool check metrics (skipped: no promtool in PATH)', async () => {
    const output = execFileSync('promtool', ['check', 'metrics'], { input: await text, encoding: 'utf8' });
    expect(output).toBe('');
  });
});
