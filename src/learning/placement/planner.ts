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
import { upwardRanks } from './ranks.js';
import type { RankBy } from './ranks.js';
import { Rollout } from './rollout.js';
import type { Present, Rule } from './rollout.js';

/** What is believed of a task on a machine, by index: into `into`, logarithm of seconds. */
export type BeliefOf = (task: number, machine: number, into: Belief) => void;

export interface Running {
  readonly task: number;
  readonly machine: number;
  readonly startedAt: number;
  /** Transfer and overhead before it computes. */
  readonly setupSeconds: number;
}

export interface Start {
  readonly task: number;
  readonly machine: number;
}

/** Share of the tasks after whose completion everything is ranked anew, and the least count. */
const RERANK_SHARE = 0.03;
const RERANK_MIN = 3;
/** The first rule is left only for one that is over earlier by this share of the rest. */
const GAIN_MIN = 0.002;

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
  readonly #seconds: Float64Array;
  readonly #rollout: Rollout;
  readonly #rules: readonly Rule[];
  readonly #waiting: Int32Array;
  readonly #layerOfTask: Int8Array;
  readonly #staged: Uint8Array;
  readonly #finished: Uint8Array;
  #completions = 0;
  #rankedAt = -Infinity;
  readonly #scratch: Belief = { mean: 0, sd: 1 };

  constructor(
    tasks: readonly PlanTask[],
    machines: readonly PlanMachine[],
    options: { readonly storageLayer: string; readonly belief: BeliefOf },
  ) {
    this.graph = new PlanGraph(tasks, machines, options.storageLayer);
    this.#belief = options.belief;
    const { size, layers, files, parents } = this.graph;
    this.#seconds = new Float64Array(size * machines.length);
    this.#rollout = new Rollout(this.graph, this.#seconds);
    const ranks = { MEAN: new Float64Array(size), FASTEST: new Float64Array(size) };
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

  completed(task: number): void {
    this.#finished[task] = 1;
    this.#completions += 1;
    for (const child of this.graph.children[task] as Int32Array)
      this.#waiting[child] = (this.#waiting[child] as number) - 1;
  }

  /** What to start now; empty where waiting is better. `ready` in the order in which they became so. */
  decide(now: number, ready: readonly number[], running: readonly Running[]): Start[] {
    if (this.#completions - this.#rankedAt >= Math.max(RERANK_MIN, RERANK_SHARE * this.graph.size))
      this.#rank();
    const present = this.#present(now, ready, running);
    const proposals = this.#rules.map((rule) => this.#rollout.starts(present, rule));
    const chosen = this.#chooseAmong(present, proposals);
    const starts: Start[] = [];
    for (let i = 0; i < chosen.length; i += 2)
      starts.push({ task: chosen[i] as number, machine: chosen[i + 1] as number });
    return starts;
  }

  #chooseAmong(present: Present, proposals: readonly (readonly number[])[]): readonly number[] {
    let best = proposals[0] as readonly number[];
    const seen = new Set([best.join()]);
    let end = Number.NaN;
    for (let r = 1; r < proposals.length; r++) {
      const proposal = proposals[r] as readonly number[];
      const key = proposal.join();
      if (seen.has(key)) continue;
      seen.add(key);
      if (Number.isNaN(end)) end = this.#rollout.end(present, this.#rules[0] as Rule, Infinity);
      const limit = end - GAIN_MIN * (end - present.now);
      const other = this.#rollout.end(present, this.#rules[r] as Rule, limit);
      if (other >= limit) continue;
      end = other;
      best = proposal;
    }
    return best;
  }

  #rank(): void {
    this.#rankedAt = this.#completions;
    const machines = this.graph.machines.length;
    const belief = this.#scratch;
    for (let task = 0; task < this.graph.size; task++) {
      if (this.#finished[task] === 1) continue;
      for (let m = 0; m < machines; m++) {
        this.#belief(task, m, belief);
        this.#seconds[task * machines + m] = Math.exp(belief.mean + belief.sd ** 2 / 2);
      }
    }
    upwardRanks(this.graph, this.#seconds, 'MEAN', (this.#rules[0] as Rule).ranks);
    upwardRanks(this.graph, this.#seconds, 'FASTEST', (this.#rules[1] as Rule).ranks);
  }

  #present(now: number, ready: readonly number[], running: readonly Running[]): Present {
    const slotTask = new Int32Array(this.graph.slots).fill(-1);
    const slotFree = new Float64Array(this.graph.slots).fill(now);
    const next = Int32Array.from(this.graph.slotStart);
    for (const { task, machine, startedAt, setupSeconds } of running) {
      const slot = next[machine] as number;
      next[machine] = slot + 1;
      this.#belief(task, machine, this.#scratch);
      slotTask[slot] = task;
      slotFree[slot] = now + remainingMean(this.#scratch, now - startedAt - setupSeconds);
    }
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
