/**
 * The core with an advisor that has learned how long each kind of task takes where, and a world in which that is true or not:
 * attempts end on a virtual clock after the seconds that the world gives them.
 */
import { SystemClock } from '../../../src/kit/clock.js';
import { LearnedAdvisor } from '../../../src/learning/live/learned-advisor.js';
import { ExplorationBudget } from '../../../src/learning/placement/exploration-budget.js';
import type { LearningFold } from '../../../src/learning/live/learning-fold.js';
import { PredictionLog } from '../../../src/learning/live/prediction-log.js';
import { productFold } from '../../../src/learning/live/product-fold.js';
import type { ClusterNode } from '../../../src/lifecycle/cluster-node.js';
import type { TaskState } from '../../../src/lifecycle/mesh-state.js';
import type { LayerName } from '../../../src/lifecycle/vocabulary.js';
import { corePorts } from '../../../src/orchestrator/core-ports.js';
import { QuantileAdvisor } from '../../../src/orchestrator/advice/quantile-advisor.js';
import type { AttemptFacts } from '../../../src/store/learning.js';
import { MemoryDatabase } from '../../../src/store/memory/memory-database.js';
import { MemoryLearning } from '../../../src/store/memory/memory-learning.js';
import { COMMAND, CoreHarness, specOf } from '../core-harness.js';
import { uuid } from '../store/batches.js';
import { attemptFacts, FACTS_AT } from './attempt-facts.js';

const AT = FACTS_AT;
const RUNS = 5;
/** In the harness every layer is one process of this name. */
const NODE = 'node';

/** Seconds by kind of task and place: a layer, or `CLUSTER name` for a node. */
export type Times = Readonly<Record<string, Readonly<Record<string, number>>>>;

export const kind = (name: string) => ({ work: COMMAND, typeKey: `command:${name}` });

function facts(typeKey: string, place: string, seconds: number, seq: number): AttemptFacts {
  const [layer = 'LOCAL', name] = place.split(' ') as [LayerName, string?];
  return attemptFacts({
    ...{ seq, taskId: uuid(seq), meshId: uuid(2), meshName: 'taught', layer },
    at: AT + seconds * 1000,
    typeKey,
    node: name === undefined ? NODE : `${name}:1`,
    runMs: seconds * 1000,
    spec: specOf('taught', { work: COMMAND, typeKey }),
  });
}

/** By what they were taught: teaching takes longer than most of what is tried with them, and nothing teaches them more. */
const folds = new Map<string, LearningFold>();

function foldOf(times: Times): LearningFold {
  const key = JSON.stringify(times);
  const fold = folds.get(key) ?? taughtFold(times);
  folds.set(key, fold);
  return fold;
}

function taughtFold(times: Times): LearningFold {
  const fold = productFold();
  let seq = 0;
  for (let run = 0; run < RUNS; run++)
    for (const [name, places] of Object.entries(times))
      for (const [place, seconds] of Object.entries(places)) {
        if (fold.blocked) for (const job of fold.trainings()) fold.answer(job, null);
        fold.learn(facts(`command:${name}`, place, seconds * (1 + 0.01 * (run % 3)), ++seq));
      }
  return fold;
}

function advisorOf(fold: LearningFold): LearnedAdvisor {
  const clock = new SystemClock({ timersHoldProcess: false });
  const log = new PredictionLog({
    looks: new ExplorationBudget({ isTuned: false }),
    store: new MemoryLearning(new MemoryDatabase({ now: () => AT })),
    clock,
    fold: () => fold,
    scored: () => undefined,
    failed: (error) => {
      throw error;
    },
  });
  return new LearnedAdvisor({
    looks: new ExplorationBudget({ isTuned: false }),
    plain: new QuantileAdvisor(),
    fold: () => fold,
    clock,
    nodeOf: () => NODE,
    timeouts: false,
    tuning: false,
    log,
  });
}

export interface TaughtWish {
  readonly rooms: Partial<Record<LayerName, number>>;
  /** Of layer CLUSTER, under the policy LEARNED; it is then not one of `rooms`. */
  readonly nodes?: readonly ClusterNode[];
  readonly times: Times;
  /** What really comes; as was taught where it says nothing. */
  readonly truth?: (task: TaskState, place: string) => number | undefined;
  /** False: the same advisor, asked for each start by itself. */
  readonly isPlanned?: boolean;
}

export class TaughtCore extends CoreHarness {
  readonly #taught: TaughtWish;

  constructor(wish: TaughtWish) {
    const advisor = advisorOf(foldOf(wish.times));
    const ports = corePorts({ random: { next: () => 0 } as never, layers: new Map(), advisor });
    const { chooseLayer, rateNode, plannerOf } = ports;
    super({
      rooms: wish.rooms,
      ...(wish.nodes && { alsoLayers: ['CLUSTER'] }),
      advice: {
        chooseLayer,
        ...(rateNode && { rateNode }),
        ...(wish.isPlanned !== false && plannerOf && { plannerOf }),
      },
    });
    this.#taught = wish;
    if (wish.nodes !== undefined)
      this.ok({ kind: 'nodesChanged', layer: 'CLUSTER', nodes: wish.nodes, policy: 'LEARNED' });
  }

  place(name: string): string {
    const { live } = this.state(name);
    if (live === null) throw new Error(`${name} does not run`);
    return live.placement === null ? live.layer : `${live.layer} ${live.node.split(':')[0]}`;
  }

  /** Lets time pass until nothing runs any more, `each` after every end. Answers when that is, in seconds. */
  runToEnd(each: () => void = () => undefined): number {
    for (;;) {
      const next = this.#nextEnd();
      const dueAt = this.core.timers.peek()?.dueAt ?? Number.POSITIVE_INFINITY;
      if (next === undefined) return this.now / 1000;
      if (dueAt < next.endsAt) this.advance(dueAt - this.now);
      else {
        this.now = next.endsAt;
        this.complete(next.id);
        this.#ends.delete(next.id);
      }
      each();
    }
  }
  readonly #ends = new Map<string, number>();

  #nextEnd(): { id: string; endsAt: number } | undefined {
    let first: { id: string; endsAt: number } | undefined;
    for (const task of this.core.running.values()) {
      let endsAt = this.#ends.get(task.id);
      if (endsAt === undefined) {
        endsAt = this.now + 1000 * this.#seconds(task);
        this.#ends.set(task.id, endsAt);
      }
      if (first === undefined || endsAt < first.endsAt) first = { id: task.id, endsAt };
    }
    return first;
  }

  #seconds(task: TaskState): number {
    const place = this.place(task.id);
    const taught = this.#taught.times[task.spec?.typeKey.split(':')[1] ?? '']?.[place];
    return this.#taught.truth?.(task, place) ?? taught ?? 1;
  }
}
