/**
 * The model: what a user expects to see after everything that can happen, written down as simply as possible and without
 * a look at the core. It does not predict the order in which free places are given away: it is told which attempts
 * started, and judges whether each was allowed and whether nobody waits who could have started.
 */
import type { RefusalCode } from '../../../src/lifecycle/refusal.js';
import type { TaskStatus } from '../../../src/lifecycle/vocabulary.js';
import { count, hasEnded, isOpen, isUntried, ModelState, type ModelTask } from './model-state.js';
import { planOf, planOfTask, type RerunPlan } from './model-rerun.js';
import { refusalsOf } from './model-refusals.js';
import { DEFAULT, inWords, LIMITS, type Made, NOTHING } from './request.js';
import type { Change, EdgeWish, Request, TaskVerb, TaskWish } from './request.js';

/** How many attempts the layer takes at once. */
export const SLOTS = 5;
/** After so many lost attempts a task is no longer trusted. */
const LOSSES_MAX = 3;

export type Ending = 'completed' | 'failed' | 'crashed';

export type Expected =
  | { readonly refused: ReadonlySet<RefusalCode> }
  | { readonly refused: null; readonly made: Made };

/** An acknowledged request with an idempotency key. */
export interface Kept {
  readonly request: Request;
  readonly made: Made;
}

export class Model {
  state = new ModelState();
  /** By idempotency key. */
  kept = new Map<string, Kept>();
  /** Everything that happened so far, in words. */
  readonly story: string[] = [];
  /** Became due while time passed, one after the other: whoever started may not have met the later ones. */
  #justDue = new Set<ModelTask>();

  /** To try one of several ways in which things may have gone. */
  copy(): Model {
    const copy = new Model();
    copy.state = this.state.copy();
    copy.kept = new Map(this.kept);
    return copy;
  }

  ask(request: Request): Expected {
    const expected = this.#answer(request);
    this.#settle();
    return expected;
  }

  #answer(request: Request): Expected {
    const key = 'once' in request ? request.once : null;
    const kept = key === null ? undefined : this.kept.get(key);
    if (kept !== undefined) {
      if (inWords(kept.request) === inWords(request)) return { refused: null, made: kept.made };
      return { refused: new Set(['IDEMPOTENCY_CONFLICT']) };
    }
    const refused = refusalsOf(this.state, request);
    if (refused.size > 0) return { refused };
    const made = this.#carryOut(request);
    if (key !== null) this.kept.set(key, { request, made });
    return { refused: null, made };
  }

  /** The layer reports the end of the attempt that runs, or of one that was told to stop. */
  attemptEnds(task: ModelTask, ending: Ending): void {
    task.busy = false;
    if (!hasEnded(task)) this.#conclude(task, ending);
    this.#settle();
  }

  /** Cancelled between the commit of their start and the layer: their places are free at once. */
  neverBegan(names: readonly string[]): void {
    for (const name of names) {
      const task = this.state.tasks.get(name);
      if (task !== undefined && hasEnded(task)) task.busy = false;
    }
  }

  /** More than any `startAfter` or back-off in the test. */
  timePasses(): void {
    for (const task of this.state.tasks.values()) {
      if (task.delayed) this.#justDue.add(task);
      task.delayed = false;
      if (task.status === 'RETRYING') task.status = 'QUEUED';
    }
    this.#settle();
  }

  /** Everything that ran is lost with the process. */
  restart(): void {
    for (const task of this.state.tasks.values()) {
      if (task.busy && !hasEnded(task)) this.#conclude(task, 'crashed');
      task.busy = false;
    }
    this.#settle();
  }

  /** What has started since, in order. Answers what is wrong with it. */
  start(names: readonly string[]): string[] {
    const faults: string[] = [];
    for (const name of names) {
      const task = this.state.tasks.get(name);
      if (task === undefined) {
        faults.push(`${name} was started and is unknown`);
        continue;
      }
      const why = this.#whatKeepsBack(task);
      if (why !== undefined) faults.push(`${name} was started although ${why}`);
      task.status = 'RUNNING';
      task.attempts.push(null);
      task.busy = true;
    }
    this.#justDue = new Set();
    for (const task of this.state.tasks.values()) {
      if (this.#whatKeepsBack(task) === undefined)
        faults.push(`${task.name} is not started although nothing keeps it back`);
    }
    return faults;
  }

  #whatKeepsBack(task: ModelTask): string | undefined {
    if (task.status !== 'QUEUED') return `it is ${task.status}`;
    const mesh = this.state.mesh(task.mesh);
    if (mesh.status !== 'RUNNING') return `its mesh is ${mesh.status}`;
    if (task.wish.milestone) return 'it is a milestone';
    const busy = [...this.state.tasks.values()].filter((other) => other.busy);
    if (busy.length >= SLOTS) return 'the layer is full';
    const { limit } = task.wish;
    if (limit !== null && busy.filter((other) => other.wish.limit === limit).length >= LIMITS[limit])
      return `concurrency key ${limit} is full`;
    return this.#neighbour(task);
  }

  /** RESOURCE: never both at once, and when both are ready the source goes first. */
  #neighbour(task: ModelTask): string | undefined {
    for (const { source, type } of this.state.into(task)) {
      const other = this.state.task(source);
      if (type !== 'RESOURCE') continue;
      if (other.busy) return `its RESOURCE source ${source} runs`;
      if (other.status === 'QUEUED' && !this.#justDue.has(other))
        return `its RESOURCE source ${source} is ready too`;
    }
    for (const { target, type } of this.state.outOf(task)) {
      if (type === 'RESOURCE' && this.state.task(target).busy) return `its RESOURCE target ${target} runs`;
    }
    return undefined;
  }

  #carryOut(request: Request): Made {
    const { state } = this;
    switch (request.kind) {
      case 'submitMesh':
        return this.#newMesh((mesh) => this.#addAll(mesh, request.tasks, request.edges));
      case 'extendMesh':
      case 'createTask': {
        this.#addAll(request.mesh, request.tasks, request.edges);
        return { mesh: null, tasks: request.tasks.map(({ key }) => `${request.mesh}/${key}`) };
      }
      case 'rerunMesh':
        return this.#rerun(planOf(state, request));
      case 'updateTask':
        return this.#update(state.task(request.task), request.change);
      case 'addEdge':
        state.edges.push({ source: request.source, target: request.target, type: request.type });
        return NOTHING;
      case 'removeEdge':
        state.edges = state.edges.filter((edge) => edge !== state.edge(request.source, request.target));
        return NOTHING;
      case 'cancelMesh':
        return this.#cancelMesh(request.mesh);
      case 'pauseMesh':
        state.mesh(request.mesh).status = 'PAUSED';
        return NOTHING;
      case 'resumeMesh':
        state.mesh(request.mesh).status = 'RUNNING';
        return NOTHING;
      default:
        return this.#doTo(state.task(request.task), request.kind);
    }
  }

  #doTo(task: ModelTask, verb: TaskVerb): Made {
    switch (verb) {
      case 'cancelTask':
        this.#cancel(task);
        return NOTHING;
      case 'holdTask':
        task.status = 'HELD';
        return NOTHING;
      case 'releaseTask':
        task.status = 'PENDING';
        return NOTHING;
      case 'deleteTask':
        if (!hasEnded(task)) this.#cancel(task);
        task.deleted = true;
        return NOTHING;
      default:
        return this.#doNow(task, verb);
    }
  }

  #doNow(task: ModelTask, verb: 'executeTask' | 'retryTask'): Made {
    if (hasEnded(task)) {
      const { mesh } = this.#rerun(planOfTask(this.state, task, verb));
      return { mesh, tasks: [`${mesh}/${task.wish.key}`] };
    }
    task.delayed = false;
    if (task.status === 'HELD') task.status = 'PENDING';
    if (task.status === 'RETRYING') task.status = 'QUEUED';
    return { mesh: null, tasks: [task.name] };
  }

  #update(task: ModelTask, change: Change): Made {
    task.wish = { ...task.wish, ...change };
    if (change.later === undefined) return NOTHING;
    task.delayed = change.later;
    if (task.status === 'QUEUED') task.status = 'PENDING';
    return NOTHING;
  }

  #cancel(task: ModelTask): void {
    if (task.status === 'RUNNING') task.attempts[task.attempts.length - 1] = 'CANCELLED';
    task.status = 'CANCELLED';
  }

  #cancelMesh(name: string): Made {
    this.state.mesh(name).status = 'CANCELLED';
    for (const task of this.state.tasksOf(name)) if (!hasEnded(task)) this.#cancel(task);
    return NOTHING;
  }

  #conclude(task: ModelTask, ending: Ending): void {
    const last = task.attempts.length - 1;
    if (ending === 'completed') {
      task.attempts[last] = 'COMPLETED';
      task.status = 'COMPLETED';
    } else if (ending === 'failed') {
      task.attempts[last] = 'FAILED';
      task.delayed = count(task, 'FAILED') < task.wish.maxAttempts;
      task.status = task.delayed ? 'RETRYING' : 'FAILED';
    } else {
      task.attempts[last] = 'CRASHED';
      task.status = count(task, 'CRASHED') < LOSSES_MAX ? 'QUEUED' : 'FAILED';
    }
  }

  #newMesh(fill: (mesh: string) => void): Made {
    const mesh = `m${this.state.meshes.size}`;
    this.state.meshes.set(mesh, { name: mesh, status: 'RUNNING' });
    fill(mesh);
    return { mesh, tasks: [] };
  }

  #addAll(mesh: string, tasks: readonly TaskWish[], edges: readonly EdgeWish[]): void {
    for (const wish of tasks) this.#add(mesh, wish, wish.hold ? 'HELD' : 'PENDING');
    for (const { source, target, type } of edges)
      this.state.edges.push({ source: `${mesh}/${source}`, target: `${mesh}/${target}`, type });
  }

  #add(mesh: string, wish: TaskWish, status: TaskStatus): void {
    const name = `${mesh}/${wish.key}`;
    const blank = { deleted: false, attempts: [], busy: false };
    this.state.tasks.set(name, { name, mesh, wish, status, delayed: wish.later, ...blank });
  }

  #rerun({ tasks, edges, again }: RerunPlan): Made {
    return this.#newMesh((mesh) => {
      for (const { name, wish, status } of tasks) {
        const kept = status === 'COMPLETED' ? 'COMPLETED' : 'SKIPPED';
        this.#add(mesh, { ...wish, hold: false, later: false }, again.has(name) ? 'PENDING' : kept);
      }
      const nameIn = (name: string): string => `${mesh}/${this.state.task(name).wish.key}`;
      for (const { source, target, type } of edges)
        this.state.edges.push({ source: nameIn(source), target: nameIn(target), type });
    });
  }

  /** Until nothing moves by itself any more. */
  #settle(): void {
    for (let moved = true; moved; ) {
      moved = false;
      for (const task of this.state.tasks.values()) {
        const to = this.#nextOf(task);
        if (to === task.status) continue;
        task.status = to;
        moved = true;
      }
    }
    for (const mesh of this.state.meshes.values()) {
      if (mesh.name === DEFAULT || !isOpen(mesh)) continue;
      const tasks = this.state.tasksOf(mesh.name);
      if (!tasks.every(hasEnded)) continue;
      const good = tasks.every(({ status }) => status === 'COMPLETED' || status === 'SKIPPED');
      mesh.status = good ? 'COMPLETED' : 'FAILED';
    }
  }

  #nextOf(task: ModelTask): TaskStatus {
    const paused = this.state.mesh(task.mesh).status === 'PAUSED';
    if (isUntried(task)) {
      const prospects = this.state.prospects(task);
      if (prospects === 'doomed') return 'UPSTREAM_FAILED';
      if (task.status === 'QUEUED' && prospects === 'waiting') return 'PENDING';
      if (task.status === 'PENDING' && prospects === 'ready' && !task.delayed) return 'QUEUED';
    } else if (task.status === 'PENDING') return 'QUEUED';
    return task.status === 'QUEUED' && task.wish.milestone && !paused ? 'COMPLETED' : task.status;
  }
}
