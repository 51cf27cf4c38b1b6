/** What the dispatcher hands to the leader, and when. */
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/kit/clock.js';
import type { TaskState } from '../../../src/lifecycle/mesh-state.js';
import { Dispatcher, type Settled } from '../../../src/orchestrator/dispatcher.js';
import { LogWriter } from '../../../src/orchestrator/log-writer.js';
import { MemoryStore } from '../../../src/store/memory/memory-store.js';
import { WaitExecutor } from '../../../src/work/wait/wait-executor.js';
import { CoreHarness } from '../../support/core-harness.js';
import { executorLayer } from '../../support/work-fixtures.js';

/** Three tasks that the core has started: two that end at once and one that lasts a second. */
function started() {
  const core = new CoreHarness({ slots: 3 });
  core.mesh('a; b; c', {
    a: { work: { wait: { durationMs: 0 } } },
    b: { work: { wait: { durationMs: 0 } } },
    c: { work: { wait: { durationMs: 1000 } } },
  });
  const clock = new VirtualClock();
  const store = new MemoryStore(core.database);
  const layer = executorLayer([new WaitExecutor(clock)], clock);
  const dispatcher = new Dispatcher({
    layers: new Map([['LOCAL', layer]]),
    store,
    logs: new LogWriter(store, clock, () => {}),
    clock,
  });
  const tasks = ['a', 'b', 'c'].map((name) => core.state(name));
  return { dispatcher, clock, start: () => tasks.forEach((task) => start(dispatcher, task)) };
}

function start(dispatcher: Dispatcher, task: TaskState): void {
  if (task.live === null) throw new Error(`${task.key} is not running`);
  dispatcher.start(task, task.live);
}

/** A leader; `commits`: it records at once what it hears. */
function hear(dispatcher: Dispatcher, { commits }: { commits: boolean }): string[][] {
  const heard: string[][] = [];
  dispatcher.report({
    settled: (attempts: readonly Settled[]) => {
      heard.push(attempts.map(({ key, outcome }) => `${key.taskId} ${outcome.kind}`));
      if (commits) dispatcher.forget(attempts);
    },
    progressed: () => {},
    alive: () => {},
  });
  return heard;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the dispatcher', () => {
  it('hands over together what ends within one turn of the event loop', async () => {
    const { dispatcher, clock, start: startAll } = started();
    const heard = hear(dispatcher, { commits: true });
    startAll();
    await turn();
    expect(heard).toEqual([['m/a COMPLETED', 'm/b COMPLETED']]);
    expect(dispatcher.runningCount).toBe(1);
    clock.advance(1000);
    await turn();
    expect(heard.slice(1)).toEqual([['m/c COMPLETED']]);
    expect(dispatcher.runningCount).toBe(0);
  });

  it('hands over anew, to every leader, what no commit has recorded yet', async () => {
    const { dispatcher, start: startAll } = started();
    startAll();
    await turn();
    for (const commits of [false, true])
      expect(hear(dispatcher, { commits })).toEqual([['m/a COMPLETED', 'm/b COMPLETED']]);
    expect(hear(dispatcher, { commits: true })).toEqual([]);
    expect(dispatcher.runningCount).toBe(1);
  });
});
