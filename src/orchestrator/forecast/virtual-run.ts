/**
 * Runs meshes on the core itself with a virtual clock: the same order, fairness, concurrency keys and rooms, no store and
 * no work. What-if simulation, the ETA of a live mesh and the replays of consciousness stand on it. O((tasks + edges) log tasks);
 * it yields to the event loop every few milliseconds of work, so that a large mesh delays no one.
 */
import { Heap } from '../../kit/heap.js';
import type { AttemptKey, Outcome, TaskSpec } from '../../lifecycle/task.js';
import type { Demand } from '../../lifecycle/demand.js';
import type { EdgeRow } from '../../lifecycle/batch.js';
import type { LayerName } from '../../lifecycle/vocabulary.js';
import { inTurns, nextTurn } from '../../kit/turn.js';
import type { AdmittedTask } from '../core/admission.js';
import { step } from '../core/core.js';
import type { CoreInput } from '../core/core-input.js';
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

export interface VirtualMesh {
  readonly id: string;
  readonly tasks: readonly VirtualTask[];
  readonly edges: readonly Omit<EdgeRow, 'meshId'>[];
  /** Submitted so long after the begin, in ascending order. */
  readonly atMs: number;
}

/** No task of that kind starts from the one to the other. */
export interface VirtualClosure {
  readonly typeKey: string;
  readonly fromMs: number;
  readonly toMs: number;
}

interface Place {
  readonly rooms: readonly { readonly layer: LayerName; readonly total: Demand }[];
  /** Cap over all layers together; undefined: none. */
  readonly concurrency?: number;
  readonly layersFor: (spec: TaskSpec) => readonly LayerName[];
}

export interface VirtualOptions extends Place {
  readonly tasks: readonly VirtualTask[];
  readonly edges: readonly Omit<EdgeRow, 'meshId'>[];
}

export interface VirtualMeshesOptions extends Place {
  readonly meshes: readonly VirtualMesh[];
  /** Share of starts of a mesh beside the others, by what it still has open; absent: all alike. */
  readonly weightOf?: (meshId: string, open: number, nowMs: number) => number;
  readonly closures?: readonly VirtualClosure[];
}

const ENDS_PER_TURN = 256;

interface Running {
  readonly key: AttemptKey;
  readonly endsAt: number;
}

/** Attempts in the order of their starts; a task that found no layer or was set aside by its strategy is missing. */
export function virtualRun({ tasks, edges, ...place }: VirtualOptions): Promise<VirtualStart[] | Refusal> {
  return virtualMeshes({ ...place, meshes: [{ id: 'virtual', tasks, edges, atMs: 0 }] });
}

/** As above, for meshes that come one after the other and run side by side. Ids of tasks are unique over all of them. */
export async function virtualMeshes(options: VirtualMeshesOptions): Promise<VirtualStart[] | Refusal> {
  const run = new VirtualRun(options);
  let sinceTurn = 0;
  for (let happened = await run.next(); happened !== 0; happened = await run.next()) {
    if (typeof happened !== 'number') return happened;
    sinceTurn += happened;
    if (sinceTurn < ENDS_PER_TURN) continue;
    sinceTurn = 0;
    await nextTurn();
  }
  return run.starts;
}

class VirtualRun {
  readonly starts: VirtualStart[] = [];
  readonly #options: VirtualMeshesOptions;
  readonly #ports: CorePorts;
  readonly #core: CoreState;
  readonly #taskOf: ReadonlyMap<string, VirtualTask>;
  readonly #running = new Heap<Running>((a, b) => a.endsAt - b.endsAt || a.key.token - b.key.token);
  readonly #openings: number[];
  #submitted = 0;

  constructor(options: VirtualMeshesOptions) {
    this.#options = options;
    const { weightOf, closures = [] } = options;
    this.#taskOf = new Map(options.meshes.flatMap(({ tasks }) => tasks.map((task) => [task.id, task])));
    this.#openings = closures.map(({ toMs }) => toMs).sort((a, b) => a - b);
    this.#ports = {
      unit: () => 0,
      memoryOf: ({ id }) => this.#taskOf.get(id)?.memoryBytes ?? null,
      secondsOf: ({ id }) => {
        const task = this.#taskOf.get(id);
        return task?.expectedSeconds ?? task?.seconds ?? 0;
      },
      layersFor: (spec) => this.#capped(options.layersFor(spec)),
      chooseLayer: (_task, candidates) => candidates[0] as LayerName,
      nodeOf: () => 'virtual',
      ...(weightOf && { weightOf: ({ id, open }) => weightOf(id, open, this.#core.now) }),
      ...(closures.length > 0 && { withholdMs: ({ spec }) => this.#closedMs(spec) }),
    };
    this.#core = new CoreState(this.#ports, 0);
    for (const { layer, total } of options.rooms) this.#core.rooms.offer(layer, total);
  }

  /** To the next time at which something happens. Answers how much did: 0 when nothing will; or why a mesh is refused. */
  async next(): Promise<number | Refusal> {
    const endsAt = this.#running.peek()?.endsAt ?? Number.POSITIVE_INFINITY;
    const dueAt = this.#core.timers.peek()?.dueAt ?? Number.POSITIVE_INFINITY;
    const mesh = this.#options.meshes[this.#submitted];
    const opensAt = this.#openings[0] ?? Number.POSITIVE_INFINITY;
    const at = Math.min(endsAt, dueAt, mesh?.atMs ?? Number.POSITIVE_INFINITY, opensAt);
    if (at === Number.POSITIVE_INFINITY) return 0;
    if (mesh?.atMs === at) return (await this.#submit(mesh)) ?? 1;
    if (endsAt === at) return this.#end(endsAt);
    if (opensAt === at) this.#openings.shift();
    this.#step({ kind: opensAt === at ? 'gateChanged' : 'timePassed' }, at);
    return 1;
  }

  async #submit({ id, tasks: virtual, edges }: VirtualMesh): Promise<Refusal | undefined> {
    this.#submitted++;
    const tasks: AdmittedTask[] = virtual.map(({ id: taskId, spec, delayMs }) => ({
      id: taskId,
      task: { spec: untimed(spec), startAfter: null, hold: false },
      delayMs,
      rerunOf: null,
      reuse: null,
    }));
    const admission = {
      createdBy: '',
      tasks,
      edges: edges.map((edge) => ({ ...edge, meshId: id })),
      ended: new Map(),
    };
    const mesh = {
      id,
      tenant: '',
      name: '',
      description: null,
      tags: [],
      metadata: {},
      parentMeshId: null,
      rerunStrategy: null,
    };
    const plan = await inTurns(planMesh(mesh, admission, this.#ports.secondsOf));
    const at = this.#options.meshes[this.#submitted - 1]?.atMs ?? 0;
    const answer = step(this.#core, { kind: 'submitMesh', plan }, at);
    this.#collect();
    return answer.ok ? undefined : answer.refusal;
  }

  /** All attempts that end at that moment. */
  #end(endsAt: number): number {
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
      const seconds = this.#taskOf.get(task.id)?.seconds ?? 0;
      const startSeconds = this.#core.now / 1000;
      const key = { taskId: task.id, attempt: live.attempt, token: live.token };
      this.#running.push({ key, endsAt: this.#core.now + seconds * 1000 });
      this.starts.push({ id: task.id, layer: live.layer, startSeconds, endSeconds: startSeconds + seconds });
    }
  }

  #closedMs(spec: TaskSpec | null): number {
    const { now } = this.#core;
    const closed = this.#options.closures?.find(
      ({ typeKey, fromMs, toMs }) => typeKey === spec?.typeKey && fromMs <= now && now < toMs,
    );
    return closed === undefined ? 0 : closed.toMs - now;
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
