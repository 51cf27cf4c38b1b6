/** Turns a request of the model into the one a client would send, checked as at the doors, and carries it out. */
import { createHash } from 'node:crypto';
import { RefusedError } from '../../../src/lifecycle/refusal.js';
import type { Caller, Idempotency } from '../../../src/orchestrator/commands.js';
import {
  checkExtension,
  checkMesh,
  checkTask,
  checkTaskPatch,
} from '../../../src/orchestrator/definition/check-mesh.js';
import type { Checked } from '../../../src/orchestrator/definition/check-mesh.js';
import type { TaskInput } from '../../../src/orchestrator/definition/mesh-input.js';
import type { Process } from './process.js';
import { DEFAULT, type Extension, inWords, LIMITS, type Made, NOTHING } from './request.js';
import type { Change, Request, Submission, TaskWish } from './request.js';

const HOUR_MS = 3_600_000;
const OWNER: Caller = { id: 'owner', trusted: true };
/** No attempt of these tests is over its time. */
const DEFAULTS = { maxAttempts: 1, executionTimeoutMs: 365 * 24 * HOUR_MS };
const WORK = { wait: { durationMs: 1 } };

export interface Ids {
  task(name: string): string;
  mesh(name: string): string;
}

export class Desk {
  readonly #process: Process;
  readonly #ids: Ids;

  constructor(process: Process, ids: Ids) {
    this.#process = process;
    this.#ids = ids;
  }

  async carryOut(request: Request): Promise<Made> {
    const { desk } = this.#process;
    switch (request.kind) {
      case 'submitMesh':
        return await this.#submit(request);
      case 'extendMesh':
        return await this.#extend(request);
      case 'createTask':
        return await this.#create(request);
      case 'rerunMesh': {
        const from = request.from === null ? null : this.#ids.task(request.from);
        const made = await desk.rerunMesh(OWNER, this.#ids.mesh(request.mesh), request.strategy, from);
        return { mesh: made.meshId, tasks: [] };
      }
      case 'updateTask':
        await desk.updateTask(OWNER, this.#ids.task(request.task), this.#patch(request.change));
        return NOTHING;
      case 'addEdge': {
        const [sourceId, targetId] = [this.#ids.task(request.source), this.#ids.task(request.target)];
        await desk.addEdge(OWNER, { sourceId, targetId, type: request.type, weight: 0 });
        return NOTHING;
      }
      case 'removeEdge':
        await desk.removeEdge(OWNER, this.#ids.task(request.source), this.#ids.task(request.target));
        return NOTHING;
      case 'executeTask':
      case 'retryTask':
        return {
          mesh: null,
          tasks: [(await desk[request.kind](OWNER, this.#ids.task(request.task))).taskId],
        };
      default:
        if ('task' in request) await desk[request.kind](OWNER, this.#ids.task(request.task));
        else await desk[request.kind](OWNER, this.#ids.mesh(request.mesh));
        return NOTHING;
    }
  }

  async #submit(request: Submission): Promise<Made> {
    const tasks = request.tasks.map((wish) => this.#input(wish));
    const mesh = valueOf(checkMesh({ name: 'a mesh', tasks, edges: request.edges }, DEFAULTS));
    const { meshId } = await this.#process.desk.submitMesh(OWNER, mesh, onceOf(request));
    return { mesh: meshId, tasks: [] };
  }

  async #extend(request: Extension): Promise<Made> {
    const tasks = request.tasks.map((wish) => this.#input(wish));
    const extension = valueOf(checkExtension({ tasks, edges: request.edges }, DEFAULTS));
    const id = this.#ids.mesh(request.mesh);
    const { taskIds } = await this.#process.desk.extendMesh(OWNER, id, extension, onceOf(request));
    return { mesh: null, tasks: taskIds };
  }

  async #create(request: Extension): Promise<Made> {
    const dependsOn = request.edges.map(({ source, type }) => ({ task: source, type }));
    const input = { ...this.#input(request.tasks[0] as TaskWish), dependsOn };
    const single = valueOf(checkTask(input, DEFAULTS));
    const meshId = request.mesh === DEFAULT ? null : this.#ids.mesh(request.mesh);
    const { taskId } = await this.#process.desk.createTask(OWNER, meshId, single, onceOf(request));
    return { mesh: null, tasks: [taskId] };
  }

  #input({ key, hold, ...wish }: TaskWish): TaskInput {
    return { key, hold, ...this.#fields(wish) };
  }

  #patch(change: Change) {
    return valueOf(checkTaskPatch(this.#fields(change), DEFAULTS));
  }

  #fields({ name, milestone, later, maxAttempts, limit, priority }: Change): TaskInput {
    const retryPolicy = { initialIntervalMs: HOUR_MS, maxIntervalMs: HOUR_MS, jitter: false };
    return {
      ...(name === undefined ? {} : { name }),
      ...(priority === undefined ? {} : { priority }),
      ...(milestone === undefined ? {} : { work: milestone ? null : WORK }),
      ...(later === undefined ? {} : { startAfter: later ? this.#inAnHour() : null }),
      ...(maxAttempts === undefined ? {} : { retryPolicy: { ...retryPolicy, maxAttempts } }),
      ...(limit === undefined ? {} : { concurrency: limit && { key: limit, limit: LIMITS[limit] } }),
    };
  }

  #inAnHour(): string {
    return new Date(this.#process.orchestrator.now() + HOUR_MS).toISOString();
  }
}

/** The digest is of the words, which leave nothing out that the model looks at. */
function onceOf(request: Submission | Extension): Idempotency | undefined {
  if (request.once === null) return undefined;
  return { key: request.once, requestHash: createHash('sha256').update(inWords(request)).digest('hex') };
}

function valueOf<T>(checked: Checked<T>): T {
  if (!checked.ok) throw new RefusedError(checked.refusal);
  return checked.value;
}
