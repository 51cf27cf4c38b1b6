/**
 * One recorded stream of meshes on two machines of two slots, with a virtual clock: the core, learning and consciousness of the
 * product at a fixed level. It is steady at first, then one machine is slower, then a kind of task fails in a part of every five
 * minutes, then many meshes come at once. What differs between levels is the level alone: what comes when, how long it takes
 * where and when it fails is drawn from the seed.
 */
import { togetherOf } from '../../src/app/replay/together.js';
import { twinOf } from '../../src/app/replay/twin.js';
import { LiveConsciousness } from '../../src/consciousness/live/live-consciousness.js';
import type { EvolutionState } from '../../src/consciousness/evolution/ledger.js';
import { entryOf } from '../../src/consciousness/evolution/gates.js';
import { type Level, nextAbove } from '../../src/consciousness/evolution/level.js';
import { VirtualClock } from '../../src/kit/clock.js';
import { Heap } from '../../src/kit/heap.js';
import { SeededRandom } from '../../src/kit/random.js';
import { atOnce } from '../../src/kit/turn.js';
import type { TaskState } from '../../src/lifecycle/mesh-state.js';
import type { AttemptKey, TaskSpec } from '../../src/lifecycle/task.js';
import type { LayerName } from '../../src/lifecycle/vocabulary.js';
import { LearnedAdvisor } from '../../src/learning/live/learned-advisor.js';
import { PredictionLog } from '../../src/learning/live/prediction-log.js';
import { ExplorationBudget } from '../../src/learning/placement/exploration-budget.js';
import { productFold } from '../../src/learning/live/product-fold.js';
import { QuantileAdvisor } from '../../src/orchestrator/advice/quantile-advisor.js';
import { tellEnd, tellStart } from '../../src/orchestrator/advice/task-facts.js';
import type { Advisor } from '../../src/orchestrator/advisor.js';
import { step } from '../../src/orchestrator/core/core.js';
import type { CoreInput } from '../../src/orchestrator/core/core-input.js';
import { CoreState } from '../../src/orchestrator/core/core-state.js';
import { planMesh } from '../../src/orchestrator/core/mesh-plan.js';
import { attemptBegins } from '../../src/orchestrator/core/schedule.js';
import { corePorts } from '../../src/orchestrator/core-ports.js';
import type { AttemptFacts, EndedAttempt } from '../../src/store/learning.js';
import { MemoryConsciousness } from '../../src/store/memory/memory-consciousness.js';
import { MemoryDatabase } from '../../src/store/memory/memory-database.js';
import { MemoryLearning } from '../../src/store/memory/memory-learning.js';
import type { AttemptRecord } from '../../src/store/reads.js';
import type { MeshDefinition } from '../../src/store/store.js';
import { specOf } from '../../test/support/core-harness.js';
import { attemptFacts } from '../../test/support/learning/attempt-facts.js';
import { type Arrival, arrivalsOf, PHASE_MS, PHASES, secondsOf, failsAt, type Phase } from './level-work.js';

export interface MeshCost {
  readonly phase: Phase;
  /** How many times as long as its longest path takes on the fastest machines. */
  readonly slowdown: number;
  readonly failed: boolean;
}

export interface StreamResult {
  readonly meshes: readonly MeshCost[];
  readonly failedAttempts: number;
  /** The highest level whose gate was passed. */
  readonly earned: Level;
  /** What the next one lacked. */
  readonly missing: readonly string[];
  readonly decisions: readonly { readonly kind: string; readonly mode: string; readonly made: number }[];
}

/** What a mesh that failed for good counts as. */
export const LOST_SLOWDOWN = 30;
const STEP_MS = 500;
const TURNS = 8;
const DRAIN_MS = 30 * 60_000;
const NODES: Readonly<Partial<Record<LayerName, string>>> = { LOCAL: 'here:1:1', CLUSTER: 'far:1:1' };
const LAYERS: readonly LayerName[] = ['LOCAL', 'CLUSTER'];
const ROOM = { slots: 2, cores: 64, memoryBytes: 2 ** 40 };

interface Running {
  readonly key: AttemptKey;
  readonly task: TaskState;
  readonly spec: TaskSpec;
  readonly layer: LayerName;
  readonly startedAt: number;
  readonly endsAt: number;
  readonly failing: boolean;
}

export class LevelStream {
  readonly #clock = new VirtualClock(1_760_000_000_000);
  readonly #seed: string;
  readonly #fold = productFold();
  readonly #database = new MemoryDatabase({ now: () => this.#clock.wall() });
  readonly #learning = new MemoryLearning(this.#database);
  readonly #live: LiveConsciousness;
  readonly #log: PredictionLog;
  readonly #advisor: Advisor;
  readonly #core: CoreState;
  readonly #running = new Heap<Running>((a, b) => a.endsAt - b.endsAt || a.key.token - b.key.token);
  readonly #history: AttemptFacts[] = [];
  readonly #definitions = new Map<string, MeshDefinition>();
  readonly #attempts = new Map<string, AttemptRecord[]>();
  readonly #arrivals = new Map<string, Arrival>();
  readonly #costs: MeshCost[] = [];
  #failedAttempts = 0;

  /** `evolves`: levels are earned from `level` on; else it is held. */
  constructor(level: Level, seed: string, evolves = false) {
    this.#seed = seed;
    this.#live = this.#consciousness(level, evolves);
    const clock = this.#clock;
    const failed = fail;
    const fold = () => this.#fold;
    const looks = new ExplorationBudget({ isTuned: false, mayHeed: (wish) => this.#live.mayHeed(wish) });
    const scored = (): void => undefined;
    this.#log = new PredictionLog({ store: this.#learning, clock, fold, scored, looks, failed });
    const plain = new QuantileAdvisor();
    const learned = new LearnedAdvisor({
      ...{ plain, fold, clock, timeouts: false, tuning: false, looks, log: this.#log },
      nodeOf: (layer) => NODES[layer] ?? '',
    });
    this.#advisor = this.#live.advisorOver(learned, plain);
    const ports = corePorts({
      random: new SeededRandom(seed).fork('jitter'),
      layers: new Map(),
      advisor: this.#advisor,
    });
    this.#core = new CoreState(
      { ...ports, layersFor: () => LAYERS, nodeOf: (layer) => NODES[layer] ?? '' },
      0,
    );
    for (const layer of LAYERS) this.#core.rooms.offer(layer, ROOM);
  }

  async run(): Promise<StreamResult> {
    this.#live.lead(1);
    await turns();
    const arrivals = arrivalsOf(this.#seed);
    const end = PHASES.length * PHASE_MS;
    for (let at = 0; at < end + DRAIN_MS; at += STEP_MS) {
      while ((arrivals[0]?.atMs ?? Number.POSITIVE_INFINITY) <= at) this.#submit(arrivals.shift() as Arrival);
      this.#settle();
      this.#step({ kind: 'timePassed' });
      this.#clock.advance(STEP_MS);
      await turns();
      if (at > end && this.#arrivals.size === 0) break;
    }
    const { earned } = this.#live.levels.state;
    const decisions = this.#live.book.tallies.all;
    const missing = missingOf(this.#live.levels.state);
    const following = this.#live.follow();
    this.#clock.advance(STEP_MS);
    await turns();
    await following;
    return { meshes: this.#costs, failedAttempts: this.#failedAttempts, earned, missing, decisions };
  }

  get #now(): number {
    return this.#clock.monotonic();
  }

  #consciousness(level: Level, evolves: boolean): LiveConsciousness {
    let ids = 0;
    const read = {
      store: { meshDefinition: (id: string) => Promise.resolve(this.#definitions.get(id)) },
      reads: {
        countsByMeshIds: (ids: readonly string[]) =>
          Promise.resolve(
            ids.map((meshId) => ({
              meshId,
              counts: { COMPLETED: this.#definitions.get(meshId)?.tasks.length ?? 0 },
            })),
          ),
        attemptsByTaskIds: (taskIds: readonly string[]) =>
          Promise.resolve(taskIds.flatMap((id) => this.#attempts.get(id) ?? [])),
      },
      rooms: () => LAYERS.map((layer) => ({ layer, total: ROOM })),
    };
    const live = new LiveConsciousness({
      settings: { initialLevel: level, evolutionRate: evolves ? 1 : 0 },
      store: new MemoryConsciousness(),
      history: {
        endedAfter: (after) =>
          Promise.resolve({ ended: this.#history.slice(after), scannedTo: this.#history.length }),
        factsOf: (ended: readonly EndedAttempt[]) =>
          Promise.resolve(ended.map(({ seq }) => this.#history[seq - 1] as AttemptFacts)),
        predictions: (filter, page) => this.#learning.predictions(filter, page),
        alarms: () => Promise.resolve([]),
      },
      clock: this.#clock,
      now: () => this.#clock.wall(),
      newId: () => `decision ${++ids}`,
      nodeOf: (layer) => NODES[layer] ?? '',
      gateChanged: () => this.#step({ kind: 'gateChanged' }),
      reorder: (meshId) => this.#step({ kind: 'estimatesChanged', meshId }),
      waiting: () => [],
      twin: twinOf(read),
      ...togetherOf({
        ...{ ...read, layers: new Map() },
        advisor: { estimate: (task, place) => this.#advisor.estimate(task, place) },
      }),
      tuned: () => [],
      failed: fail,
    });
    // what is measured is the level, whatever it would deserve
    if (!evolves) live.levels.observe = () => Promise.resolve([]);
    return live;
  }

  #submit(arrival: Arrival): void {
    const { id, name, tasks, edges } = arrival;
    this.#arrivals.set(id, arrival);
    const specs = tasks.map((task) => ({
      id: `${id}/${task.key}`,
      spec: specOf(task.key, {
        work: { command: { argv: [task.kind] } },
        typeKey: `command:${task.kind}`,
        retryPolicy: {
          ...{ maxAttempts: 4, initialIntervalMs: 1000, backoffCoefficient: 2, maxIntervalMs: 8000 },
          ...{ jitter: false, nonRetryableErrors: [] },
        },
      }),
    }));
    const rows = edges.map(([from, to], at) => ({
      ...{ id: `${id}>${at}`, meshId: id, type: 'HARD' as const, weight: 0 },
      ...{ sourceId: `${id}/${from}`, targetId: `${id}/${to}` },
    }));
    const mesh = { id, name, description: null, tags: [], metadata: {} };
    this.#definitions.set(id, {
      mesh: mesh as never,
      tasks: specs.map((task, ordinal) => ({ ...task, status: 'COMPLETED', ordinal })),
      edges: rows,
    });
    const admission = {
      ...{ createdBy: 'bench', edges: rows, ended: new Map() },
      tasks: specs.map(({ id: taskId, spec }) => ({
        ...{ id: taskId, task: { spec, startAfter: null, hold: false } },
        ...{ delayMs: null, rerunOf: null, reuse: null },
      })),
    };
    const plan = planMesh(
      { ...mesh, tenant: 'default', parentMeshId: null, rerunStrategy: null },
      admission,
      this.#core.ports.secondsOf,
    );
    this.#step({ kind: 'submitMesh', plan: atOnce(plan) });
    this.#live.meshBegan({ meshId: id, name, tasks: tasks.length });
  }

  #settle(): void {
    for (
      let next = this.#running.peek();
      (next?.endsAt ?? Infinity) <= this.#now;
      next = this.#running.peek()
    ) {
      this.#running.pop();
      this.#end(next as Running);
    }
  }

  #end({ key, task, spec, layer, startedAt, endsAt, failing }: Running): void {
    const runMs = endsAt - startedAt;
    const measured = { runMs, cpuMs: null, memoryPeakBytes: null, exitCode: failing ? 1 : 0 };
    const failure = { kind: 'ERROR', code: 'EXIT_1', message: 'failed' } as const;
    const facts = this.#factsOf(task, spec, { layer, runMs, startedAt, failing, attempt: key.attempt });
    if (failing) this.#failedAttempts++;
    this.#history.push(facts);
    this.#log.ended([facts]);
    this.#learn(facts);
    this.#keep(facts);
    const outcome = failing
      ? ({ kind: 'FAILED', failure, measured } as const)
      : ({ kind: 'COMPLETED', output: null, measured } as const);
    this.#step({ kind: 'attemptsSettled', attempts: [{ key, outcome }] });
  }

  #factsOf(
    { id, mesh }: TaskState,
    spec: TaskSpec,
    run: { layer: LayerName; runMs: number; startedAt: number; failing: boolean; attempt: number },
  ): AttemptFacts {
    const wall = this.#clock.wall();
    const { layer, runMs, startedAt, failing, attempt } = run;
    return attemptFacts({
      ...{
        seq: this.#history.length + 1,
        at: wall,
        taskId: id,
        attempt,
        typeKey: spec.typeKey,
        layer,
        runMs,
      },
      ...{ node: NODES[layer] ?? '', outcome: failing ? 'FAILED' : 'COMPLETED', spec },
      ...{ meshId: mesh.id, meshName: mesh.name, startedAt: wall - (this.#now - startedAt) },
      errorCode: failing ? 'EXIT_1' : null,
    });
  }

  /** Without models that are trained in batches: they take most of the time and change little here. */
  #learn(facts: AttemptFacts): void {
    if (this.#fold.blocked) for (const job of this.#fold.trainings()) this.#fold.answer(job, null);
    this.#fold.learn(facts);
  }

  #keep({ taskId, attempt, layer, node, outcome, runMs, startedAt, at }: AttemptFacts): void {
    const record = { taskId, attempt, layer, node, outcome, runMs, startedAt: new Date(startedAt) };
    const all = this.#attempts.get(taskId) ?? [];
    all.push({ ...record, finishedAt: new Date(at) } as AttemptRecord);
    this.#attempts.set(taskId, all);
  }

  #step(input: CoreInput): void {
    step(this.#core, input, this.#now);
    const { batch, effects } = this.#core.ledger.take();
    for (const effect of effects) {
      if (effect.kind === 'start') this.#start(effect.task, effect.live.layer);
      else if (effect.kind === 'observe') tellEnd(this.#advisor, effect);
    }
    for (const { type, meshId } of batch.events)
      if (type === 'MESH_COMPLETED' || type === 'MESH_FAILED') this.#ended(meshId, type === 'MESH_FAILED');
  }

  #start(task: TaskState, layer: LayerName): void {
    const { live, spec, id } = task;
    if (live === null || spec === null) return;
    attemptBegins(live, this.#now);
    tellStart(this.#advisor, task, live);
    const now = this.#now;
    const about = { taskId: id, kind: spec.typeKey.slice('command:'.length), layer, attempt: live.attempt };
    const runMs = 1000 * secondsOf(this.#seed, about, now);
    const brokenAt = failsAt(this.#seed, about, [now, now + runMs]);
    this.#running.push({
      ...{ key: { taskId: id, attempt: live.attempt, token: live.token }, task, spec, layer, startedAt: now },
      ...{ endsAt: brokenAt ?? now + runMs, failing: brokenAt !== null },
    });
  }

  #ended(meshId: string, failed: boolean): void {
    const arrival = this.#arrivals.get(meshId);
    if (arrival === undefined) return;
    this.#arrivals.delete(meshId);
    const slowdown = (this.#now - arrival.atMs) / 1000 / arrival.idealSeconds;
    this.#costs.push({ phase: arrival.phase, slowdown: failed ? LOST_SLOWDOWN : slowdown, failed });
    this.#live.meshEnded(meshId);
  }
}

function missingOf({ earned, evidence }: EvolutionState): string[] {
  const next = nextAbove(earned);
  const entry = next === null ? [] : entryOf(next, evidence);
  return entry.filter(({ met }) => !met).map(({ name, has }) => `${name} (${has})`);
}

function fail(error: unknown): never {
  throw error;
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
}
