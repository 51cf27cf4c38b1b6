/** Planning decides as one would by hand where one can, and never stops short of the end. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../../src/kit/random.js';
import { cheapestPlace, hopedMeanSeconds } from '../../../src/learning/placement/cheapest-place.js';
import { PlanGraph } from '../../../src/learning/placement/plan-graph.js';
import type { PlanMachine, PlanTask } from '../../../src/learning/placement/plan-graph.js';
import { Planner } from '../../../src/learning/placement/planner.js';
import { upwardRanks } from '../../../src/learning/placement/ranks.js';

const machine = (name: string, slots: number, overheadSeconds = 0, layer = 'LOCAL'): PlanMachine => ({
  name,
  layer,
  slots,
  overheadSeconds,
});

const tasks = (...children: number[][]): PlanTask[] => children.map((own) => ({ children: own, inputs: [] }));

/** `seconds[task][machine]`, known exactly. */
function plannerOf(
  graph: readonly PlanTask[],
  machines: readonly PlanMachine[],
  seconds: number[][],
): Planner {
  return new Planner(graph, machines, {
    storageLayer: 'LOCAL',
    belief: (task, at, into) => {
      into.mean = Math.log((seconds[task] as number[])[at] as number);
      into.sd = 0.001;
    },
    secondsOf: (task, at) => (seconds[task] as number[])[at] as number,
  });
}

/** Runs everything as it is expected, and answers when it was over and what ran where. */
function play(
  planner: Planner,
  graph: readonly PlanTask[],
  seconds: number[][],
): { end: number; on: number[] } {
  const waiting = graph.map(() => 0);
  for (const { children } of graph)
    for (const child of children) waiting[child] = (waiting[child] as number) + 1;
  let ready = graph.map((_, i) => i).filter((i) => waiting[i] === 0);
  let running: { task: number; machine: number; startedAt: number; setupSeconds: number; end: number }[] = [];
  const on: number[] = [];
  let now = 0;
  for (;;) {
    for (const { task, machine: at } of planner.decide(now, ready, running).starts) {
      planner.started(task, at);
      on[task] = at;
      ready = ready.filter((one) => one !== task);
      const end = now + ((seconds[task] as number[])[at] as number);
      running.push({ task, machine: at, startedAt: now, setupSeconds: 0, end });
    }
    if (running.length === 0) {
      expect(ready).toEqual([]);
      return { end: now, on };
    }
    now = Math.min(...running.map(({ end }) => end));
    for (const { task } of running.filter(({ end }) => end === now)) {
      planner.completed(task);
      for (const child of (graph[task] as PlanTask).children) {
        waiting[child] = (waiting[child] as number) - 1;
        if (waiting[child] === 0) ready.push(child);
      }
    }
    running = running.filter(({ end }) => end > now);
  }
}

describe('planning', () => {
  test('ranks by the longest way to the end', () => {
    const graph = new PlanGraph(tasks([1, 2], [3], [3], []), [machine('m', 1)], 'LOCAL');
    const ranks = new Float64Array(4);
    upwardRanks(graph, Float64Array.from([1, 5, 2, 4]), 'MEAN', ranks);
    expect([...ranks]).toEqual([10, 9, 6, 4]);
  });

  test('starts the task on the longest path first', () => {
    const graph = tasks([], [2], []);
    const seconds = [[5], [1], [9]];
    const planner = plannerOf(graph, [machine('m', 1)], seconds);
    expect(planner.decide(0, [0, 1], []).starts).toMatchObject([{ task: 1, machine: 0 }]);
  });

  test('waits for a busy machine that is worth it', () => {
    const graph = tasks([], []);
    const seconds = [
      [4, 100],
      [4, 100],
    ];
    const machines = [machine('fast', 1), machine('slow', 1)];
    const played = play(plannerOf(graph, machines, seconds), graph, seconds);
    expect(played).toEqual({ end: 8, on: [0, 0] });
  });

  test('gives each task the machine it is best on', () => {
    const graph = tasks([], [], [], []);
    const seconds = [
      [1, 9],
      [9, 1],
      [1, 9],
      [9, 1],
    ];
    const machines = [machine('a', 2), machine('b', 2)];
    expect(play(plannerOf(graph, machines, seconds), graph, seconds)).toEqual({ end: 1, on: [0, 1, 0, 1] });
  });

  test('never places a task where it must not run, under any rule', () => {
    const graph = tasks([1], [], []);
    const seconds = [
      [5, Infinity],
      [Infinity, 9],
      [3, 4],
    ];
    const planner = plannerOf(graph, [machine('a', 1), machine('b', 1)], seconds);
    expect(play(planner, graph, seconds).on).toEqual([0, 1, 1]);
    expect(planner.leastSeconds(1)).toBe(9);
  });

  test('tells what else a start could have had, and for what the others wait', () => {
    const seconds = [
      [4, 100],
      [4, 100],
    ];
    const planner = plannerOf(tasks([], []), [machine('fast', 1), machine('slow', 1, 2)], seconds);
    const { starts, holds } = planner.decide(0, [0, 1], []);
    expect(starts).toEqual([
      { task: 0, machine: 0, waits: Float64Array.of(0, 0), takes: Float64Array.of(4, 102) },
    ]);
    expect(holds).toEqual([{ task: 1, machine: 0, waitSeconds: 4, otherwiseSeconds: 102 }]);
  });

  test('puts a higher class first, whatever follows the others', () => {
    const seconds = [[1], [50]];
    const planner = new Planner(tasks([], []), [machine('m', 1)], {
      storageLayer: 'LOCAL',
      belief: () => undefined,
      secondsOf: (task) => (seconds[task] as number[])[0] as number,
      classOf: (task) => (task === 0 ? 2 : 1),
    });
    expect(planner.decide(0, [0, 1], []).starts).toMatchObject([{ task: 0 }]);
  });

  test('knows that what is not its own keeps slots busy, and until when', () => {
    const seconds = [[10, 12]];
    const decide = (endsAt: number) =>
      plannerOf(tasks([]), [machine('a', 1), machine('b', 1)], seconds).decide(
        0,
        [0],
        [],
        [{ machine: 0, endsAt }],
      );
    expect(decide(1).holds).toMatchObject([{ task: 0, machine: 0, waitSeconds: 1 }]);
    expect(decide(5).starts).toMatchObject([{ task: 0, machine: 1 }]);
  });

  test('goes to the layer where a large input lies, and follows it once it was copied', () => {
    const inputs = [{ file: 'large', seconds: 50, producer: -1 }];
    const graph: PlanTask[] = [0, 1, 2].map(() => ({ children: [], inputs }));
    const seconds = [
      [10, 8],
      [10, 8],
      [10, 8],
    ];
    const machines = [machine('near', 3), machine('far', 3, 0, 'CLUSTER')];
    const planner = plannerOf(graph, machines, seconds);
    const { starts } = planner.decide(0, [0, 1, 2], []);
    expect(starts.map((start) => start.machine)).toEqual([0, 0, 0]);
    planner.started(0, 1);
    expect(planner.decide(0, [1, 2], []).starts.map((start) => start.machine)).toEqual([1, 1]);
  });

  test('finishes every graph, and not later than one machine would alone', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer(), (size, seed) => {
        const random = new SeededRandom(seed);
        const graph: PlanTask[] = Array.from({ length: size }, (_, i) => ({
          children: Array.from({ length: size - i - 1 }, (_x, j) => i + 1 + j).filter(
            () => random.next() < 0.1,
          ),
          inputs: [],
        }));
        const seconds = graph.map(() => [0, 1, 2].map(() => 0.5 + 10 * random.next()));
        const machines = [machine('a', 2), machine('b', 1), machine('c', 1)];
        const { end, on } = play(plannerOf(graph, machines, seconds), graph, seconds);
        expect(on.filter((at) => at !== undefined)).toHaveLength(size);
        const alone = seconds.reduce((sum, row) => sum + Math.max(...row), 0);
        expect(end).toBeLessThanOrEqual(alone + 1e-6);
      }),
      { numRuns: 40 },
    );
  });

  test('decides the same for the same course of events', () => {
    const random = new SeededRandom('same');
    const graph = tasks(...Array.from({ length: 30 }, (_, i) => (i < 20 ? [20 + (i % 10)] : [])));
    const seconds = graph.map(() => [0, 1].map(() => 1 + 5 * random.next()));
    const machines = [machine('a', 2), machine('b', 2)];
    const once = play(plannerOf(graph, machines, seconds), graph, seconds);
    expect(play(plannerOf(graph, machines, seconds), graph, seconds)).toEqual(once);
  });
});

describe('the mean that is hoped for', () => {
  test('is that of the belief, and less of a place in doubt', () => {
    const belief = { mean: Math.log(10), sd: 1 };
    expect(hopedMeanSeconds(belief, 0)).toBeCloseTo(10 * Math.exp(0.5));
    expect(hopedMeanSeconds(belief, 0.4)).toBeCloseTo(10 * Math.exp(0.5 - 0.6));
  });
});

describe('the cheapest place', () => {
  const offer = (seconds: number, setupSeconds: number, doubt = 0) => ({
    belief: { mean: Math.log(seconds), sd: 0.01 },
    doubt,
    setupSeconds,
  });

  test('is the one with the earliest expected end', () => {
    expect(cheapestPlace([offer(10, 0), offer(5, 2), offer(1, 20)])).toBe(1);
  });

  test('may be a doubtful one after an alarm', () => {
    expect(cheapestPlace([offer(10, 0), offer(15, 0)])).toBe(0);
    expect(cheapestPlace([offer(10, 0), offer(15, 0, 0.8)])).toBe(1);
  });
});
