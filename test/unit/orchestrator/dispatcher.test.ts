/** What the dispatcher hands to the leader, and when. */
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/kit/clock.js';
import type { TaskState } from '../../../src/lifecycle/mesh-state.js';
import { Dispatcher, type Settled } from '../../../src/orchestrator/dispatcher.js';
import { LogWriter } from '../../../src/orchestrator/log-writer.js';
import { MemoryStore } from '../../../src/store/memory/memory-store.js';
import type { Layer, RemoteSide } from '../../../src/layers/layer.js';
import { completed, ranFor } from '../../../src/work/outcome.js';
import { WaitExecutor } from '../../../src/work/wait/wait-executor.js';
import { CoreHarness } from '../../support/core-harness.js';
import { executorLayer } from '../../support/work/fixtures.js';

/** Tasks that the core has started: two that end at once, one that lasts a second, and with another layer one that runs there. */
function started(others: readonly Layer[] = []) {
  const core = new CoreHarness({ slots: 4 });
  const names = ['a', 'b', 'c', ...others.map(() => 'd')];
  core.mesh(names.join('; '), {
    a: { work: { wait: { durationMs: 0 } } },
    b: { work: { wait: { durationMs: 0 } } },
    c: { work: { wait: { durationMs: 1000 } } },
  });
  const clock = new VirtualClock();
  const store = new MemoryStore(core.database);
  const layer = executorLayer([new WaitExecutor(clock)], clock);
  /** How much had been told at each moment at which more had ended. */
  const crowds: number[] = [];
  const dispatcher: Dispatcher = new Dispatcher({
    layers: new Map([layer, ...others].map((one) => [one.name, one])),
    store,
    logs: new LogWriter(store, clock, () => {}),
    clock,
    crowded: () => crowds.push(dispatcher.tellings.outcomes),
  });
  const tasks = names.map((name) => core.state(name));
  const [other] = others;
  const far = tasks[3]?.live;
  if (other !== undefined && far != null) Object.assign(far, { layer: other.name });
  const tokenOf = (name: string): number => core.state(name).live?.token ?? 0;
  const state = (name: string): TaskState => core.state(name);
  return {
    dispatcher,
    crowds,
    clock,
    layer,
    tokenOf,
    state,
    start: () => tasks.forEach((task) => start(dispatcher, task)),
  };
}

/** A layer whose attempts run on nodes, and end when the test says so. */
function onNodes() {
  const letGo: number[] = [];
  let end: () => void = () => {};
  const layer: Layer = {
    name: 'CLUSTER',
    node: 'cluster',
    capacity: () => ({ slots: 1, cores: 1, memoryBytes: 1 }),
    refusal: () => undefined,
    statistics: () => ({ running: 0, started: 0, completed: 0, failed: 0 }),
    remote: { letGo: (token) => letGo.push(token), recorded: () => {} } as Partial<RemoteSide> as RemoteSide,
    start: () => new Promise((resolve) => (end = () => resolve(completed(null, ranFor(1))))),
  };
  return { layer, letGo, end: () => end() };
}

function start(dispatcher: Dispatcher, task: TaskState): void {
  if (task.live === null) throw new Error(`${task.key} is not running`);
  dispatcher.start(task, task.live);
}

function cancelInMemory({ live }: TaskState): void {
  if (live !== null) live.abort = 'CANCELLED';
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

  it('tells no more at once than is advised, counts what it told, and says when more had ended', async () => {
    const { dispatcher, crowds, start: startAll } = started();
    dispatcher.tellAtOnce(1);
    const heard = hear(dispatcher, { commits: true });
    startAll();
    await turn();
    await turn();
    expect(heard).toEqual([['m/a COMPLETED'], ['m/b COMPLETED']]);
    expect(dispatcher.tellings).toEqual({ outcomes: 2, steps: 2, crowd: 3 });
    expect(crowds).toEqual([1]);
  });

  it('begins what is committed although a cancel of it is in memory, which may come to nothing', async () => {
    const { dispatcher, clock, state, start: startAll } = started();
    const heard = hear(dispatcher, { commits: true });
    cancelInMemory(state('c'));
    startAll();
    await turn();
    clock.advance(1000);
    await turn();
    expect(heard.at(-1)).toEqual(['m/c COMPLETED']);
  });

  it('does not begin what is cancelled by the very batch that starts it', async () => {
    const { dispatcher, layer, tokenOf, state, start: startAll } = started();
    const heard = hear(dispatcher, { commits: true });
    cancelInMemory(state('c'));
    startAll();
    dispatcher.abort(tokenOf('c'), 'CANCELLED');
    await turn();
    expect(heard.flat()).toContain('m/c CANCELLED');
    expect(layer.statistics().started).toBe(2);
  });

  it('ends only what runs in its own process when that was taken for dead: what nodes run goes on and is told', async () => {
    const remote = onNodes();
    const { dispatcher, start: startAll } = started([remote.layer]);
    const heard = hear(dispatcher, { commits: true });
    startAll();
    await turn();
    dispatcher.abortOwn('SHUTDOWN');
    await turn();
    expect(heard.flat().sort()).toEqual(['m/a COMPLETED', 'm/b COMPLETED', 'm/c CRASHED']);
    expect(remote.letGo).toEqual([]);
    remote.end();
    await turn();
    expect(heard.flat().slice(3)).toEqual(['m/d COMPLETED']);
  });

  it('waits for no node to end what the store does not know: another leader was told of that, and nobody is told twice', async () => {
    const remote = onNodes();
    const { dispatcher, tokenOf, start: startAll } = started([remote.layer]);
    startAll();
    await turn();
    expect(dispatcher.endStrangers(new Set())).toEqual(['a', 'b', 'c'].map(tokenOf));
    expect(remote.letGo).toEqual([tokenOf('d')]);
  });
});
