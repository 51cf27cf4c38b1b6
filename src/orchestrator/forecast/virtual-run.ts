/**
 * Runs a mesh on the core itself with a virtual clock: the same order, fairness, concurrency keys and rooms, no store and
 * no work. What-if simulation and the ETA of a live mesh stand on it. O((tasks + edges) log tasks); it yields to the
 * event loop every few milliseconds of work, so that a large mesh delays no one.
 */
import { Heap } from '../../kit/heap.js';
import type { AttemptKey, Outcome, TaskSpec } from '../../lifecycle/task.js';
import type { Demand } from '../../lifecycle/demand.js';
import type { EdgeRow } from '../../lifecycle/batch.js';
import type { LayerName } from '../../lifecycle/vocabulary.js';
import { inTurns, nextTurn } from '../../kit/turn.js';
import type { AdmittedTask } from '../core/admission.js';
import { type CoreInput, step } from '../core/core.js';
import { type CorePorts, CoreState } from '../core/core-state.js';
import { planMesh } from '../core/mesh-plan.js';
import type { Refusal } from '../../lifecycle/refusal.js';

export interface VirtualTask {
  readonly id: string;
  readonly spec: TaskSpec;
  /** Of one attempt; it is taken to succeed. */
  readonly seconds: number;
  /** That it is taken to last where tasks are put in order; where it is not given, as long as it does. */
  readonly expectedSeconds?: number;
  /** That it is counted with; null or absent: as its resource class says. */
  readonly memoryBytes?: number | null;
  /** Not before this many ms from the start. */
  readonly delayMs: number;
}

export interface VirtualStart {
  readonly id: string;
  readonly layer: LayerName;
  readonly startSeconds: number;
  readonly endSeconds: number;
}

export interface VirtualOptions {
  readonly tasks: readonly VirtualTask[];
  readonly edges: readonly Omit<EdgeRow, 'meshId'>[];
  readonly rooms: readonly { readonly layer: LayerName; readonly total: Demand }[];
  /** Cap over all layers together; undefined: none. */
  readonly concurrency?: number;
  readonly layersFor: (spec: TaskSpec) => readonly LayerName[];
}

const ENDS_PER_TURN = 256;

interface Running {
  readonly key: AttemptKey;
  readonly endsAt: number;
}

/** Attempts in the order of their starts; a task that found no layer or was set aside by its strategy is missing. */
export async function virtualRun(options: VirtualOptions): Promise<VirtualStart[] | Refusal> {
  const run = new VirtualRun(options);
  const refusal = await run.submit();
  if (refusal !== undefined) return refusal;
  let sinceTurn = 0;
  for (let happened = run.next(); happened > 0; happened = run.next()) {
    sinceTurn += happened;
    if (sinceTurn < ENDS_PER_TURN) continue;
    sinceTurn = 0;
    await nextTurn();
  }
  return run.starts;
}

class VirtualRun {
  readonly starts: VirtualStart[] = [];
  readonly #options: VirtualOptions;
  readonly #ports: CorePorts;
  readonly #core: CoreState;
  readonly #secondsOf: ReadonlyMap<string, number>;
  readonly #running = new Heap<Running>((a, b) => a.endsAt - b.endsAt || a.key.token - b.key.token);

  constructor(options: VirtualOptions) {
    this.#options = options;
    this.#secondsOf = new Map(options.tasks.map((task) => [task.id, task.seconds]));
    const byKey = new Map(options.tasks.map((task) => [task.spec.key, task.expectedSeconds ?? task.seconds]));
    const memoryByKey = new Map(options.tasks.map((task) => [task.spec.key, task.memoryBytes ?? null]));
    this.#ports = {
      unit: () => 0,
      memoryOf: ({ key }) => memoryByKey.get(key) ?? null,
      secondsOf: ({ key }) => byKey.get(key) ?? 0,
      layersFor: (spec) => this.#capped(options.layersFor(spec)),
      chooseLayer: (_task, candidates) => candidates[0] as LayerName,
      nodeOf: () => 'virtual',
    };
    this.#core = new CoreState(this.#ports, 0);
    for (const { layer, total } of options.rooms) this.#core.rooms.offer(layer, total);
  }

  async submit(): Promise<Refusal | undefined> {
    const tasks: AdmittedTask[] = this.#options.tasks.map(({ id, spec, delayMs }) => ({
      id,
      task: { spec: untimed(spec), startAfter: null, hold: false },
      delayMs,
      rerunOf: null,
      reuse: null,
    }));
    const id = 'virtual';
    const edges = this.#options.edges.map((edge) => ({ ...edge, meshId: id }));
    const admission = { createdBy: '', tasks, edges, ended: new Map() };
    const mesh = {
      id,
      name: '',
      description: null,
      tags: [],
      metadata: {},
      parentMeshId: null,
      rerunStrategy: null,
    };
    const plan = await inTurns(planMesh(mesh, admission, this.#ports.secondsOf));
    const answer = step(this.#core, { kind: 'submitMesh', plan }, 0);
    this.#collect();
    return answer.ok ? undefined : answer.refusal;
  }

  /** To the next time at which something happens. Answers how much did: 0 when nothing will. */
  next(): number {
    const endsAt = this.#running.peek()?.endsAt ?? Number.POSITIVE_INFINITY;
    const dueAt = this.#core.timers.peek()?.dueAt ?? Number.POSITIVE_INFINITY;
    if (Math.min(endsAt, dueAt) === Number.POSITIVE_INFINITY) return 0;
    if (dueAt < endsAt) {
      this.#step({ kind: 'timePassed' }, dueAt);
      return 1;
    }
    const attempts = [];
    for (let next = this.#running.peek(); next?.endsAt === endsAt; next = this.#running.peek()) {
      this.#running.pop();
      attempts.push({ key: next.key, outcome: SUCCESS });
    }
    this.#step({ kind: 'attemptsSettled', attempts }, endsAt);
    return attempts.length;
  }

  #step(input: CoreInput, now: number): void {
    step(this.#core, input, now);
    this.#collect();
  }

  #collect(): void {
    for (const effect of this.#core.ledger.take().effects) {
      if (effect.kind !== 'start') continue;
      const { task, live } = effect;
      const seconds = this.#secondsOf.get(task.id) ?? 0;
      const startSeconds = this.#core.now / 1000;
      const key = { taskId: task.id, attempt: live.attempt, token: live.token };
      this.#running.push({ key, endsAt: this.#core.now + seconds * 1000 });
      this.starts.push({ id: task.id, layer: live.layer, startSeconds, endSeconds: startSeconds + seconds });
    }
  }

  #capped(layers: readonly LayerName[]): readonly LayerName[] {
    const cap = this.#options.concurrency;
    return cap !== undefined && this.#running.size + this.#uncollected() >= cap ? [] : layers;
  }

  #uncollected(): number {
    return this.#core.ledger.batch.attempts.length;
  }
}

const SUCCESS: Outcome = {
  kind: 'COMPLETED',
  output: null,
  measured: { runMs: 0, cpuMs: null, memoryPeakBytes: null, exitCode: null },
};

/** Limits of real attempts have no meaning for virtual ones, and every attempt is taken to succeed. */
function untimed(spec: TaskSpec): TaskSpec {
  return { ...spec, queueTimeoutMs: null, executionTimeoutMs: null, heartbeatTimeoutMs: null };
}
