/**
 * Where commands of the doors become steps of the core: permission, names into ids, instants into durations, what only
 * the store still knows. Implements `Commands`. It changes nothing itself; every change is one step of the core.
 */
import type { IdSource } from '../kit/ids.js';
import type { Json } from '../kit/json.js';
import { inTurns, nextTurn, type Stages } from '../kit/turn.js';
import type { EdgeRow } from '../lifecycle/batch.js';
import { DEFAULT_MESH_ID, isDefaultMesh } from '../lifecycle/default-mesh.js';
import { isTerminal, type RerunStrategy } from '../lifecycle/vocabulary.js';
import type { Store, TaskRef } from '../store/store.js';
import { type Caller, type Commands, type EdgeChange, type Idempotency, tenantOf } from './commands.js';
import { LABELS } from './core/control.js';
import type { MeshCommand, TaskCommand } from './core/core-input.js';
import { type Admission, type AdmittedTask, endedOf, type NewMesh } from './core/admission.js';
import { planMesh } from './core/mesh-plan.js';
import { defaultMeshOf } from './definition/default-mesh-of.js';
import type {
  CheckedExtension,
  CheckedMesh,
  CheckedTask,
  CheckedTaskPatch,
} from './definition/mesh-input.js';
import { kindOfTenant } from '../lifecycle/role.js';
import { typeKeyAfter } from './definition/type-key.js';
import { type OnceDesk, ofTenant } from './once-desk.js';
import type { Ground, Orchestrator } from './orchestrator.js';
import { type Permissions, refuse } from './permissions.js';
import type { References } from './references.js';
import { rerunAdmission } from './rerun/rerun-admission.js';
import { plannedRerun } from './rerun/planned-rerun.js';
import type { MadeOfTemplate, TemplateCall, TemplateSource } from './template/bind-template.js';

/** From here on an extension takes so long that others get a turn before its step. */
const LARGE = 500;
const STAGE_EDGES = 5000;

type Made = Pick<MadeOfTemplate, 'mesh'> & Partial<MadeOfTemplate>;

/** What the desk asks of the orchestrator. */
export type DeskCore = Pick<Orchestrator, 'epoch' | 'core' | 'now' | 'secondsOf' | 'ask'>;

export class CommandDesk implements Commands {
  readonly #orchestrator: DeskCore;
  readonly #store: Store;
  readonly #ids: IdSource;
  readonly #references: References;
  readonly #permissions: Permissions;
  readonly #once: OnceDesk;
  readonly #templates: Pick<TemplateSource, 'mesh'>;

  constructor(parts: {
    orchestrator: DeskCore;
    store: Store;
    ids: IdSource;
    references: References;
    permissions: Permissions;
    once: OnceDesk;
    templates: Pick<TemplateSource, 'mesh'>;
  }) {
    this.#orchestrator = parts.orchestrator;
    this.#store = parts.store;
    this.#ids = parts.ids;
    this.#references = parts.references;
    this.#permissions = parts.permissions;
    this.#once = parts.once;
    this.#templates = parts.templates;
  }

  async submitMesh(caller: Caller, mesh: CheckedMesh, once?: Idempotency): Promise<{ meshId: string }> {
    this.#permissions.mayRun(caller, mesh.tasks);
    return await this.#newMesh('submitMesh', caller, () => ({ mesh }), once);
  }

  instantiateTemplate(caller: Caller, call: TemplateCall, once?: Idempotency): Promise<{ meshId: string }> {
    const make = () => this.#templates.mesh(tenantOf(caller), call);
    return this.#newMesh('instantiateTemplate', caller, make, once);
  }

  /** What is run is made only where the same has not been asked before. */
  async #newMesh(
    kind: string,
    caller: Caller,
    make: () => Made | Promise<Made>,
    once: Idempotency | undefined,
  ): Promise<{ meshId: string }> {
    return await this.#once.carryOut(kind, ofTenant(caller, once), async (record) => {
      const { mesh, origin = null } = await make();
      this.#permissions.mayRun(caller, mesh.tasks);
      const id = this.#ids.next();
      const admission = await inTurns(this.#admission(caller, id, mesh));
      const about = { id, tenant: tenantOf(caller), origin, parentMeshId: null, rerunStrategy: null };
      const { name, description, tags, metadata } = mesh;
      const made = { ...about, name, description, tags, metadata };
      const ground = record({ meshId: id, taskId: null });
      await this.#submit(made, admission, { ...ground, value: { meshId: id } });
      return { meshId: id, taskId: null };
    });
  }

  async #submit(mesh: NewMesh, admission: Admission, ground: Ground): Promise<void> {
    const plan = await inTurns(planMesh(mesh, admission, (task) => this.#orchestrator.secondsOf(task)));
    await this.#orchestrator.ask({ kind: 'submitMesh', plan }, ground);
  }

  *#admission(caller: Caller, meshId: string, mesh: CheckedMesh): Stages<Admission> {
    const tasks = mesh.tasks.map((task) => this.#admitted(caller, task));
    const idOf = new Map(tasks.map(({ id, task }) => [task.spec.key, id]));
    const idOfKey = (key: string): string => idOf.get(key) as string;
    const edges: EdgeRow[] = [];
    for (const edge of mesh.edges) {
      edges.push(this.#edge(meshId, edge, idOfKey));
      if (edges.length % STAGE_EDGES === 0) yield;
    }
    return { createdBy: caller.id, tasks, edges, ended: new Map() };
  }

  async extendMesh(
    caller: Caller,
    meshId: string,
    extension: CheckedExtension,
    once?: Idempotency,
  ): Promise<{ taskIds: readonly string[] }> {
    await this.#permissions.mayChangeMesh(caller, meshId);
    const keys = extension.tasks.map((task) => task.spec.key);
    await this.#once.carryOut('extendMesh', ofTenant(caller, once), async (record) => {
      await this.#extend(caller, meshId, extension, record({ meshId, taskId: null }));
      return { meshId, taskId: null };
    });
    const known = await this.#references.byKeys(meshId, keys);
    return { taskIds: keys.map((key) => (known.get(key) as { id: string }).id) };
  }

  async createTask(
    caller: Caller,
    meshId: string | null,
    { task, edges }: { task: CheckedTask; edges: CheckedExtension['edges'] },
    once?: Idempotency,
  ): Promise<{ taskId: string }> {
    const mesh = meshId ?? (await this.#defaultMesh(caller));
    if (mesh !== defaultMeshOf(tenantOf(caller))) await this.#permissions.mayChangeMesh(caller, mesh);
    const made = await this.#once.carryOut('createTask', ofTenant(caller, once), async (record) => {
      const id = this.#ids.next();
      const key = task.spec.key === '' ? id : task.spec.key;
      const extension = {
        tasks: [{ ...task, spec: { ...task.spec, key } }],
        edges: edges.map((edge) => (edge.target === task.spec.key ? { ...edge, target: key } : edge)),
      };
      await this.#extend(caller, mesh, extension, record({ meshId: mesh, taskId: id }), id);
      return { meshId: mesh, taskId: id };
    });
    return { taskId: made.taskId as string };
  }

  /** Of the caller's tenant; made when it is first wanted. */
  async #defaultMesh(caller: Caller): Promise<string> {
    const tenant = tenantOf(caller);
    const id = defaultMeshOf(tenant);
    if (id === DEFAULT_MESH_ID || (await this.#references.mesh(id)) !== undefined) return id;
    const mesh = { id, tenant, name: 'default', description: null, tags: [], metadata: {} };
    const made = { ...mesh, parentMeshId: null, rerunStrategy: null };
    const admission = { createdBy: 'system', tasks: [], edges: [], ended: new Map() };
    await this.#submit(made, admission, this.#ground);
    return id;
  }

  async updateTask(caller: Caller, taskId: string, patch: CheckedTaskPatch): Promise<void> {
    const ground = this.#ground;
    const ref = await this.#permissions.mayChangeTask(caller, taskId);
    if (patch.spec.work !== undefined) this.#permissions.mayRunWork(caller, patch.spec.work, 'work');
    if (isTerminal(ref.status)) return await this.#relabel(ref, patch, ground);
    const { startAfter } = patch;
    const delayMs =
      startAfter === undefined || startAfter === null ? startAfter : startAfter - this.#orchestrator.now();
    const spec = this.#orchestrator.core?.tasks.get(ref.id)?.spec;
    const elsewhere = patch.spec.work !== undefined || patch.spec.layer !== undefined;
    if (spec && elsewhere) this.#permissions.mayRunTask(caller, { ...spec, ...patch.spec }, '');
    const kind =
      patch.spec.name === undefined && patch.spec.work === undefined
        ? {}
        : { typeKey: kindOfTenant(tenantOf(caller), typeKeyAfter(spec, patch.spec)) };
    await this.#orchestrator.ask({
      kind: 'updateTask',
      taskId,
      patch: { spec: { ...patch.spec, ...kind }, delayMs },
    });
  }

  async deleteTask(caller: Caller, taskId: string): Promise<void> {
    const ground = this.#ground;
    const ref = await this.#permissions.mayChangeTask(caller, taskId);
    if (this.#inMemory(taskId)) await this.#task('deleteTask', taskId);
    else await this.#orchestrator.ask({ kind: 'deleteEnded', ref }, ground);
  }

  async cancelTask(caller: Caller, taskId: string): Promise<void> {
    await this.#permissions.mayChangeTask(caller, taskId);
    await this.#task('cancelTask', taskId);
  }

  async holdTask(caller: Caller, taskId: string): Promise<void> {
    await this.#permissions.mayChangeTask(caller, taskId);
    await this.#task('holdTask', taskId);
  }

  async releaseTask(caller: Caller, taskId: string): Promise<void> {
    await this.#permissions.mayChangeTask(caller, taskId);
    await this.#task('releaseTask', taskId);
  }

  async executeTask(caller: Caller, taskId: string): Promise<{ taskId: string }> {
    const ref = await this.#permissions.mayChangeTask(caller, taskId);
    if (isTerminal(ref.status)) return await this.#runAgain(caller, ref, 'alone');
    await this.#task('startNow', taskId);
    return { taskId };
  }

  async retryTask(caller: Caller, taskId: string): Promise<{ taskId: string }> {
    const ref = await this.#permissions.mayChangeTask(caller, taskId);
    if (isTerminal(ref.status)) return await this.#runAgain(caller, ref, 'downstream');
    await this.#task('retryNow', taskId);
    return { taskId };
  }

  async addEdge(caller: Caller, edge: EdgeChange): Promise<{ edgeId: string }> {
    const ground = this.#ground;
    const source = await this.#permissions.mayChangeTask(caller, edge.sourceId);
    const target = await this.#permissions.mayChangeTask(caller, edge.targetId);
    if (source.meshId !== target.meshId) {
      refuse(
        'INVALID_INPUT',
        `source is in mesh ${source.meshId}, target in mesh ${target.meshId}; an edge joins tasks of one mesh`,
      );
    }
    const edgeId = this.#ids.next();
    const admission = {
      createdBy: caller.id,
      tasks: [],
      edges: [{ id: edgeId, meshId: source.meshId, ...edge }],
      ended: endedOf([source, target]),
    };
    const input = { kind: 'extendMesh', meshId: source.meshId, admission } as const;
    await this.#orchestrator.ask(input, { ...ground, value: { edgeId } });
    return { edgeId };
  }

  async removeEdge(caller: Caller, sourceId: string, targetId: string): Promise<void> {
    await this.#permissions.mayChangeTask(caller, targetId);
    await this.#orchestrator.ask({ kind: 'removeEdge', sourceId, targetId });
  }

  async cancelMesh(caller: Caller, meshId: string): Promise<void> {
    await this.#mesh(caller, 'cancelMesh', meshId);
  }

  async pauseMesh(caller: Caller, meshId: string): Promise<void> {
    await this.#mesh(caller, 'pauseMesh', meshId);
  }

  async resumeMesh(caller: Caller, meshId: string): Promise<void> {
    await this.#mesh(caller, 'resumeMesh', meshId);
  }

  async rerunMesh(
    caller: Caller,
    meshId: string,
    strategy: RerunStrategy,
    fromTaskId: string | null,
    once?: Idempotency,
  ): Promise<{ meshId: string }> {
    if ((strategy === 'FROM_TASK') !== (fromTaskId !== null)) {
      refuse('INVALID_INPUT', 'fromTaskId: goes with strategy FROM_TASK, and only with it');
    }
    if (isDefaultMesh(meshId))
      refuse('CONFLICT', 'the default mesh never ends; execute its tasks one by one');
    return await this.#once.carryOut('rerunMesh', ofTenant(caller, once), async (record) => {
      const made = await this.#rerun(caller, { meshId, strategy, fromTaskId }, (id) => ({
        ...record({ meshId: id, taskId: null }),
        value: { meshId: id },
      }));
      return { meshId: made.meshId, taskId: null };
    });
  }

  async #rerun(
    caller: Caller,
    what: { meshId: string; strategy: RerunStrategy; fromTaskId: string | null; only?: readonly string[] },
    groundOf: (meshId: string, idOf: ReadonlyMap<string, string>) => Ground,
  ): Promise<{ meshId: string; idOf: ReadonlyMap<string, string> }> {
    const definition = await this.#store.meshDefinition(what.meshId, what.only);
    if (definition?.mesh.tenant !== tenantOf(caller)) refuse('NOT_FOUND', `no mesh ${what.meshId}`);
    const plan = plannedRerun(definition, what);
    this.#permissions.mayRun(
      caller,
      definition.tasks.filter((task) => plan.parts.get(task.id) === 'run'),
    );
    const id = this.#ids.next();
    const { mesh, admission, idOf } = rerunAdmission({
      definition,
      plan,
      meshId: id,
      strategy: what.strategy,
      createdBy: caller.id,
      traceparent: caller.traceparent,
      nextId: () => this.#ids.next(),
    });
    await this.#submit(mesh, admission, groundOf(id, idOf));
    return { meshId: id, idOf };
  }

  /** An ended task as a new one: alone with what feeds it, or with all that hangs on it. */
  async #runAgain(caller: Caller, ref: TaskRef, reach: 'alone' | 'downstream'): Promise<{ taskId: string }> {
    const alone = reach === 'alone' || isDefaultMesh(ref.meshId);
    const ground = this.#ground;
    const what = { meshId: ref.meshId, strategy: 'FROM_TASK' as const, fromTaskId: ref.id };
    const again = (idOf: ReadonlyMap<string, string>) => ({ taskId: idOf.get(ref.id) as string });
    const { idOf } = await this.#rerun(caller, alone ? { ...what, only: [ref.id] } : what, (_, ids) => ({
      ...ground,
      value: again(ids),
    }));
    return again(idOf);
  }

  async #extend(
    caller: Caller,
    meshId: string,
    extension: CheckedExtension,
    ground: Ground,
    onlyId?: string,
  ): Promise<void> {
    this.#permissions.mayRun(caller, extension.tasks);
    const tasks = extension.tasks.map((task) => ({
      ...this.#admitted(caller, task),
      ...(onlyId ? { id: onlyId } : {}),
    }));
    const own = new Map(tasks.map(({ id, task }) => [task.spec.key, id]));
    const known = await this.#references.forExtension(meshId, extension, onlyId);
    const taken = [...own.keys()].find((key) => known.has(key));
    if (taken !== undefined)
      refuse('DUPLICATE_KEY', `mesh ${meshId} already has a task with key "${taken}"; choose another key`);
    const idOf = (name: string): string =>
      own.get(name) ?? known.get(name)?.id ?? refuse('NOT_FOUND', `no task "${name}" in mesh ${meshId}`);
    const edges = extension.edges.map((edge) => this.#edge(meshId, edge, idOf));
    if (tasks.length > LARGE) await nextTurn();
    const admission = { createdBy: caller.id, tasks, edges, ended: endedOf(known.values()) };
    const value: Json = onlyId === undefined ? { taskIds: tasks.map(({ id }) => id) } : { taskId: onlyId };
    await this.#orchestrator.ask({ kind: 'extendMesh', meshId, admission }, { ...ground, value });
  }

  #admitted(caller: Caller, { spec, ...rest }: CheckedTask): AdmittedTask {
    const task = { ...rest, spec: { ...spec, typeKey: kindOfTenant(tenantOf(caller), spec.typeKey) } };
    const delayMs = task.startAfter === null ? null : task.startAfter - this.#orchestrator.now();
    return { id: this.#ids.next(), task, delayMs, rerunOf: null, reuse: null };
  }

  #edge(meshId: string, edge: CheckedExtension['edges'][number], idOf: (name: string) => string): EdgeRow {
    const { source, target, type, weight } = edge;
    return { id: this.#ids.next(), meshId, sourceId: idOf(source), targetId: idOf(target), type, weight };
  }

  /** What has ended keeps what it was; its name, description, tags and metadata are people's notes on it. */
  async #relabel(ref: TaskRef, patch: CheckedTaskPatch, ground: Ground): Promise<void> {
    const fixed = [
      ...Object.keys(patch.spec),
      ...(patch.startAfter === undefined ? [] : ['startAfter']),
    ].find((field) => !LABELS.includes(field));
    if (fixed !== undefined) {
      refuse(
        'CONFLICT',
        `task ${ref.id} has ended as ${ref.status}; ${fixed} stays as it was, only ${LABELS.join(', ')} can change`,
      );
    }
    const definition = await this.#store.meshDefinition(ref.meshId, [ref.id]);
    const spec = definition?.tasks.find((task) => task.id === ref.id)?.spec;
    if (spec === undefined) refuse('NOT_FOUND', `no task ${ref.id}`);
    await this.#orchestrator.ask({ kind: 'relabelEnded', ref, spec: { ...spec, ...patch.spec } }, ground);
  }

  /** Taken before anything is looked up. */
  get #ground(): Ground {
    return { epoch: this.#orchestrator.epoch };
  }

  #inMemory(taskId: string): boolean {
    return this.#orchestrator.core?.tasks.has(taskId) ?? false;
  }

  async #task(kind: TaskCommand, taskId: string): Promise<void> {
    const ground = { epoch: this.#orchestrator.epoch, value: { taskId } };
    await this.#orchestrator.ask({ kind, taskId }, ground);
  }

  async #mesh(caller: Caller, kind: MeshCommand, meshId: string): Promise<void> {
    await this.#permissions.mayChangeMesh(caller, meshId);
    await this.#orchestrator.ask({ kind, meshId });
  }
}
