/**
 * Finds the tasks and meshes that a command names: in the core's memory, else in the store, whose terminal tasks can be
 * believed because terminal states are absorbing. It reads only.
 */
import { isUuid } from '../kit/ids.js';
import type { TaskState } from '../lifecycle/mesh-state.js';
import type { MeshRef, Store, TaskRef } from '../store/store.js';
import type { CheckedExtension } from './definition/mesh-input.js';
import type { Orchestrator } from './orchestrator.js';

export class References {
  readonly #store: Pick<Store, 'findTasks' | 'findMesh'>;
  readonly #orchestrator: Pick<Orchestrator, 'core'>;

  constructor(store: Pick<Store, 'findTasks' | 'findMesh'>, orchestrator: Pick<Orchestrator, 'core'>) {
    this.#store = store;
    this.#orchestrator = orchestrator;
  }

  async task(id: string): Promise<TaskRef | undefined> {
    const task = this.#orchestrator.core?.tasks.get(id);
    if (task !== undefined) return task.deleted ? undefined : refOf(task);
    return (await this.#store.findTasks({ ids: [id] }))[0];
  }

  async mesh(id: string): Promise<MeshRef | undefined> {
    const mesh = this.#orchestrator.core?.meshes.get(id);
    if (mesh === undefined) return await this.#store.findMesh(id);
    const { name, tenant, status, createdBy } = mesh;
    return { id, tenant, name, status, createdBy };
  }

  async byKeys(meshId: string, keys: readonly string[]): Promise<Map<string, TaskRef>> {
    const mesh = this.#orchestrator.core?.meshes.get(meshId);
    const found = new Map<string, TaskRef>();
    const missing: string[] = [];
    for (const key of keys) {
      const task = mesh?.byKey.get(key);
      if (task === undefined) missing.push(key);
      else found.set(key, refOf(task));
    }
    if (missing.length > 0 && mesh?.isWhole !== true) {
      for (const ref of await this.#store.findTasks({ meshId, keys: missing })) found.set(ref.key, ref);
    }
    return found;
  }

  /**
   * Everything an extension names that is not its own, by the name it uses (a key, or an id). The keys of its own tasks
   * are looked up too: one that the mesh had long ago must be refused here, for the core may have forgotten it.
   * `fresh`: the only task's id when its key was made just now and cannot be taken.
   */
  async forExtension(
    meshId: string,
    extension: CheckedExtension,
    fresh?: string,
  ): Promise<Map<string, TaskRef>> {
    const own = new Set(extension.tasks.map((task) => task.spec.key));
    const names = new Set<string>();
    for (const { source, target } of extension.edges)
      for (const name of [source, target]) if (!own.has(name)) names.add(name);
    const asked = [...names, ...[...own].filter((key) => key !== fresh)];
    const found = asked.length === 0 ? new Map<string, TaskRef>() : await this.byKeys(meshId, asked);
    await this.#dropDeleted(found, names);
    const ids = [...names].filter((name) => !found.has(name) && isUuid(name));
    for (const id of ids) {
      const ref = await this.task(id);
      if (ref !== undefined && ref.meshId === meshId) found.set(id, ref);
    }
    return found;
  }

  /** A deleted task keeps its key from others but can be named no more; by its id the store does not find it. */
  async #dropDeleted(found: Map<string, TaskRef>, names: ReadonlySet<string>): Promise<void> {
    const tasks = this.#orchestrator.core?.tasks;
    const stored = [...found].filter(([name, { id }]) => names.has(name) && tasks?.has(id) !== true);
    if (stored.length === 0) return;
    const kept = await this.#store.findTasks({ ids: stored.map(([, { id }]) => id) });
    const alive = new Set(kept.map(({ id }) => id));
    for (const [name, { id }] of stored) if (!alive.has(id)) found.delete(name);
  }
}

function refOf(task: TaskState): TaskRef {
  const { id, key, status, attempt, createdBy } = task;
  return { id, meshId: task.mesh.id, key, status, attempt, createdBy, name: task.spec?.name ?? key };
}
