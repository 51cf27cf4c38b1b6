/**
 * Decides which ready task starts on which machine now, for one mesh. Several rules propose; where they disagree, the
 * rest of the mesh is run to its end under each on expected times, and the rule that would be over first is followed for
 * this one decision. Ranks and expected times are renewed every few completions. Work is bounded by counts, never by
 * time, so that the same course of events gives the same decisions.
 */
import { remainingMean } from '../../kit/statistics/lognormal.js';
import type { Belief } from '../model.js';
import { PlanGraph } from './plan-graph.js';
import type { PlanMachine, PlanTask } from './plan-graph.js';
import { fastestSeconds, upwardRanks } from './ranks.js';
import type { RankBy } from './ranks.js';
import { Rollout } from './rollout.js';
import type { Placements, Present, Rule } from './rollout.js';

/** What is believed of a task on a machine, by index: into `into`, logarithm of seconds. */
export type BeliefOf = (task: number, machine: number, into: Belief) => void;

export interface Running {
  readonly task: number;
  readonly machine: number;
  readonly startedAt: number;
  /** Transfer and overhead before it computes. */
  readonly setupSeconds: number;
}

/** Something that is not part of the mesh and keeps a slot busy. */
export interface Foreign {
  readonly machine: number;
  readonly endsAt: number;
}

export interface PlannerOptions {
  /** Where lies what no task has made. */
  readonly storageLayer: string;
  /** Of what runs already, to tell what is left. */
  readonly belief: BeliefOf;
  /** Seconds to count with, overhead and transfer apart; Infinity: it must not run there. */
  readonly secondsOf: (task: number, machine: number) => number;
  /** A task of a higher class goes first, whatever follows it. By default all are of one. */
  readonly classOf?: (task: number) => number;
}

/** Share of the tasks after whose completion everything is ranked anew, and the least count. */
const RERANK_SHARE = 0.03;
const RERANK_MIN = 3;
/** The first rule is left only for one that is over earlier by this share of the rest. */
const GAIN_MIN = 0.002;
/** Of a decision: some 6 ms. What is not compared by then is not compared. */
const LOOKS_MAX = 40_000;
/** Above every rank: no path is a million years long. */
const CLASS_SECONDS = 1e13;
const NEVER = 1 << 30;
const NO_FOREIGN: readonly Foreign[] = [];

const PORTFOLIO: readonly { by: RankBy; waits: boolean; thrift: number }[] = [
  { by: 'MEAN', waits: true, thrift: 0 },
  { by: 'FASTEST', waits: true, thrift: 0 },
  { by: 'MEAN', waits: false, thrift: 0 },
  { by: 'MEAN', waits: true, thrift: 0.5 },
  { by: 'MEAN', waits: true, thrift: 2 },
  { by: 'MEAN', waits: false, thrift: 0.5 },
];

export class Planner {
  readonly graph: PlanGraph;
  readonly #belief: BeliefOf;
  readonly #secondsOf: (task: number, machine: number) => number;
  readonly #classOf: ((task: number) => number) | undefined;
  readonly #seconds: Float64Array;
  readonly #rollout: Rollout;
  readonly #rules: readonly Rule[];
  readonly #ranks: readonly { readonly by: RankBy; readonly ranks: Float64Array }[];
  readonly #waiting: Int32Array;
  readonly #layerOfTask: Int8Array;
  readonly #staged: Uint8Array;
  readonly #finished: Uint8Array;
  #completions = 0;
  #rankedAt = -Infinity;
  readonly #scratch: Belief = { mean: 0, sd: 1 };

  constructor(tasks: readonly PlanTask[], machines: readonly PlanMachine[], options: PlannerOptions) {
    this.graph = new PlanGraph(tasks, machines, options.storageLayer);
    this.#belief = options.belief;
    this.#secondsOf = options.secondsOf;
    this.#classOf = options.classOf;
    const { size, layers, files, parents } = this.graph;
    this.#seconds = new Float64Array(size * machines.length);
    this.#rollout = new Rollout(this.graph, this.#seconds);
    const ranks = { MEAN: new Float64Array(size), FASTEST: new Float64Array(size) };
    this.#ranks = [
      { by: 'MEAN', ranks: ranks.MEAN },
      { by: 'FASTEST', ranks: ranks.FASTEST },
    ];
    this.#rules = PORTFOLIO.map(({ by, waits, thrift }) => ({ ranks: ranks[by], waits, thrift }));
    this.#waiting = Int32Array.from(parents);
    this.#layerOfTask = new Int8Array(size).fill(-1);
    this.#staged = new Uint8Array(layers * files);
    this.#finished = new Uint8Array(size);
  }

  /** Every start is to be told, those decided here and any other. */
  started(task: number, machine: number): void {
    const layer = this.graph.layerOf[machine] as number;
    for (const { file } of this.graph.inputs[task] as PlanGraph['inputs'][number])
      this.#staged[layer * this.graph.files + file] = 1;
    this.#layerOfTask[task] = layer;
  }

  /** It is over, however it ended. */
  completed(task: number): void {
    this.#finished[task] = 1;
    this.#completions += 1;
    this.#waiting[task] = NEVER;
    for (const child of this.graph.children[task] as Int32Array)
      this.#waiting[child] = (this.#waiting[child] as number) - 1;
  }

  /** What is expected has changed: everything is ranked anew with the next decision. */
  outdated(): void {
    this.#rankedAt = -Infinity;
  }

  /** More is known of one task than when it was ranked. */
  measure(task: number): void {
    const machines = this.graph.machines.length;
    for (let m = 0; m < machines; m++) this.#seconds[task * machines + m] = this.#secondsOf(task, m);
  }

  /** Seconds that it takes where it is fastest. */
  leastSeconds(task: number): number {
    return fastestSeconds(this.graph, this.#seconds, task);
  }

  /** Looks at ready tasks so far, about a seventh of a microsecond each. */
  get looks(): number {
    return this.#rollout.looks;
  }

  /** What to start now, nothing where waiting is better. `ready` in the order in which they became so. */
  decide(
    now: number,
    ready: readonly number[],
    running: readonly Running[],
    foreign: readonly Foreign[] = NO_FOREIGN,
  ): Placements {
    if (this.#completions - this.#rankedAt >= Math.max(RERANK_MIN, RERANK_SHARE * this.graph.size))
      this.#rank();
    const present = this.#present({ now, ready, running, foreign });
    const proposals = this.#rules.map((rule) => this.#rollout.starts(present, rule).join());
    return this.#rollout.explain(present, this.#chooseAmong(present, proposals));
  }

  #chooseAmong(present: Present, proposals: readonly string[]): Rule {
    let best = this.#rules[0] as Rule;
    const seen = new Set([proposals[0]]);
    let end: number | undefined;
    const looksEnd = this.#rollout.looks + LOOKS_MAX;
    for (const [r, rule] of this.#rules.entries()) {
      if (seen.has(proposals[r])) continue;
      seen.add(proposals[r]);
      const looksMax = (): number => looksEnd - this.#rollout.looks;
      end ??= this.#rollout.end(present, best, { limit: Infinity, looksMax: looksMax() });
      const limit = end - GAIN_MIN * (end - present.now);
      const other = this.#rollout.end(present, rule, { limit, looksMax: looksMax() });
      if (Number.isNaN(other) || Number.isNaN(end)) break;
      if (other >= limit) continue;
      end = other;
      best = rule;
    }
    return best;
  }

  #rank(): void {
    this.#rankedAt = this.#completions;
    for (let task = 0; task < this.graph.size; task++) if (this.#finished[task] !== 1) this.measure(task);
    for (const { by, ranks } of this.#ranks) {
      upwardRanks(this.graph, this.#seconds, by, ranks);
      if (this.#classOf === undefined) continue;
      for (let task = 0; task < ranks.length; task++)
        ranks[task] = (ranks[task] as number) + CLASS_SECONDS * this.#classOf(task);
    }
  }

  /** Beyond the slots of a machine nothing is counted: what runs there may be smaller than usual. */
  #present({
    now,
    ready,
    running,
    foreign,
  }: {
    readonly now: number;
    readonly ready: readonly number[];
    readonly running: readonly Running[];
    readonly foreign: readonly Foreign[];
  }): Present {
    const slotTask = new Int32Array(this.graph.slots).fill(-1);
    const slotFree = new Float64Array(this.graph.slots).fill(now);
    const next = Int32Array.from(this.graph.slotStart);
    const occupy = (task: number, machine: number, endsAt: number): void => {
      const slot = next[machine] as number;
      if (slot >= (this.graph.slotStart[machine + 1] as number)) return;
      next[machine] = slot + 1;
      slotTask[slot] = task;
      slotFree[slot] = endsAt;
    };
    for (const { task, machine, startedAt, setupSeconds } of running) {
      this.#belief(task, machine, this.#scratch);
      occupy(task, machine, now + remainingMean(this.#scratch, now - startedAt - setupSeconds));
    }
    for (const { machine, endsAt } of foreign) occupy(this.graph.size, machine, endsAt);
    return {
      now,
      ready,
      waiting: this.#waiting,
      slotTask,
      slotFree,
      layerOfTask: this.#layerOfTask,
      staged: this.#staged,
    };
  }
}
