/**
 * Progress, ETA and critical path of meshes that were submitted. A live mesh is read from the core's memory, or from the store
 * where another server leads, and run ahead on a virtual clock, once per quantile; an ended one comes from the store. Without history for some of its
 * remaining work a mesh has no ETA, and the answer says so instead of guessing. Implements `Forecasts`.
 */
import { isDefaultMesh } from '../../lifecycle/default-mesh.js';
import type { TaskSpec } from '../../lifecycle/task.js';
import { isMeshOpen, isTerminal, TERMINAL_STATUSES, type LayerName } from '../../lifecycle/vocabulary.js';
import { countsOf } from '../../lifecycle/mesh-state.js';
import type { Capacity, Layer } from '../../layers/layer.js';
import { criticalPath } from '../../mesh/critical-path.js';
import { Graph } from '../../mesh/graph.js';
import type { Reads } from '../../store/reads.js';
import type { MeshDefinition, Store } from '../../store/store.js';
import type { Advisor, DurationEstimate } from '../advisor.js';
import type { CoreState } from '../core/core-state.js';
import { factsOf } from '../advice/task-facts.js';
import { LayerChoice } from '../layer-choice.js';
import type { CriticalPath, Eta, Forecasts, MeshOutlook, MeshProgress } from '../watch.js';
import { remainingOf } from './remaining.js';
import {
  degreesOf,
  openInMemory,
  openInStore,
  type OpenTask,
  type OpenWork,
  type StoredWork,
} from './open-work.js';
import { virtualRun, type VirtualStart, type VirtualTask } from './virtual-run.js';

export interface ForecastParts {
  readonly core: () => CoreState | undefined;
  readonly now: () => number;
  readonly layers: ReadonlyMap<LayerName, Layer>;
  readonly advisor: Advisor;
  readonly store: Pick<Store, 'meshDefinition' | 'findMesh'>;
  readonly reads: Pick<Reads, 'countsByMeshIds' | 'attemptsByTaskIds'>;
  /** What the layers offer on the server that leads; without it, what they offer here. */
  readonly rooms?: () => readonly ({ readonly name: LayerName } & Capacity)[];
  /** For meshes that another server has in its memory; `refresh` learns what has run there since. */
  readonly stored?: StoredWork & { readonly refresh: () => Promise<void> };
}

/** The same mesh is not run ahead again within this time, however many watch it, */
const FRESH_MS = 1000;
/** nor within this many times what it took: running 10,000 tasks ahead must not slow down what it watches. */
const FRESH_PER_COST = 20;

/** A mesh that was run ahead: when it ends, and each of its open tasks that has work. */
interface RunAhead {
  readonly eta: Eta;
  readonly tasks: ReadonlyMap<string, Eta>;
}

const OVER: RunAhead = { eta: { p10: 0, p50: 0, p90: 0 }, tasks: new Map() };
const QUANTILES = ['p10', 'p50', 'p90'] as const;

export class MeshForecast implements Forecasts {
  readonly #parts: ForecastParts;
  readonly #choice: LayerChoice;
  readonly #ahead = new Map<string, { freshUntil: number; run: Promise<RunAhead | null> }>();

  constructor(parts: ForecastParts) {
    this.#parts = parts;
    this.#choice = new LayerChoice(parts.layers);
  }

  async progress(meshId: string): Promise<MeshProgress | undefined> {
    const mesh = this.#parts.core()?.meshes.get(meshId);
    if (mesh !== undefined) {
      const inMemory = async (): Promise<OpenWork> => openInMemory(mesh, this.#parts.now());
      const run = isMeshOpen(mesh.status) ? await this.#runOf(meshId, inMemory) : OVER;
      return progressOf(mesh, countsOf(mesh), run?.eta ?? null);
    }
    const ref = await this.#parts.store.findMesh(meshId);
    if (ref === undefined) return undefined;
    const [row] = await this.#parts.reads.countsByMeshIds([meshId]);
    const run = isMeshOpen(ref.status) ? await this.#runElsewhere(meshId) : OVER;
    return progressOf(ref, row?.counts ?? {}, run?.eta ?? null);
  }

  async taskEta(meshId: string, taskId: string): Promise<Eta | null> {
    const mesh = this.#parts.core()?.meshes.get(meshId);
    const run = await (mesh === undefined
      ? this.#runElsewhere(meshId)
      : this.#runOf(meshId, async () => openInMemory(mesh, this.#parts.now())));
    return run?.tasks.get(taskId) ?? null;
  }

  async outlook(meshId: string): Promise<MeshOutlook | undefined> {
    const mesh = this.#parts.core()?.meshes.get(meshId);
    if (mesh === undefined && (await this.#parts.store.findMesh(meshId)) === undefined) return undefined;
    const { stored } = this.#parts;
    const elsewhere = stored === undefined || isDefaultMesh(meshId) ? undefined : stored;
    if (mesh === undefined) await elsewhere?.refresh();
    const open = mesh
      ? openInMemory(mesh, this.#parts.now())
      : elsewhere && (await openInStore(meshId, elsewhere));
    if (open === undefined) return { eta: null, tasks: [] };
    const run = isMeshOpen(open.status) ? await this.#runOf(meshId, async () => open) : OVER;
    const tasks = open.tasks.map(({ id, facts, place }) => ({
      taskId: id,
      run: facts && this.#parts.advisor.estimate(facts, place ?? undefined),
      end: run?.tasks.get(id) ?? null,
    }));
    return { eta: run?.eta ?? null, tasks };
  }

  async criticalPath(meshId: string): Promise<CriticalPath | undefined> {
    const definition = await this.#parts.store.meshDefinition(meshId);
    if (definition === undefined) return undefined;
    const attempts = await this.#parts.reads.attemptsByTaskIds(definition.tasks.map((task) => task.id));
    const measured = new Map<string, number>();
    for (const { taskId, runMs } of attempts) {
      if (runMs !== null) measured.set(taskId, (measured.get(taskId) ?? 0) + runMs / 1000);
    }
    return this.#pathOf(meshId, definition, measured);
  }

  #pathOf(meshId: string, definition: MeshDefinition, measured: ReadonlyMap<string, number>): CriticalPath {
    const graph = new Graph();
    const { tasks, edges } = definition;
    const nodes = new Map(tasks.map((task) => [task.id, graph.addNode()]));
    const degrees = degreesOf(edges);
    const meshName = isDefaultMesh(meshId) ? null : definition.mesh.name;
    const known = tasks.map((task) => {
      const facts = factsOf(task.spec, { meshName, ...degrees.get(task.id) });
      if (isTerminal(task.status)) return measured.get(task.id) ?? 0;
      return facts.plannedSeconds ?? this.#parts.advisor.estimate(facts)?.p50;
    });
    graph.addEdges(
      edges.map((edge) => ({
        source: nodes.get(edge.sourceId) as number,
        target: nodes.get(edge.targetId) as number,
        type: edge.type,
        weight: edge.weight,
      })),
    );
    const { path, length } = criticalPath(graph, (node) => known[node] ?? 0);
    const unknown = path.filter((node) => known[node] === undefined).length;
    return {
      meshId,
      taskIds: path.map((node) => (tasks[node] as { id: string }).id),
      seconds: unknown > 0 ? null : length,
      unknown,
    };
  }

  /** The default mesh holds all there ever was, too much to read for an end that never comes. */
  async #runElsewhere(meshId: string): Promise<RunAhead | null> {
    const { stored } = this.#parts;
    if (stored === undefined || isDefaultMesh(meshId)) return null;
    await stored.refresh();
    return await this.#runOf(meshId, () => openInStore(meshId, stored));
  }

  #runOf(meshId: string, open: () => Promise<OpenWork | undefined>): Promise<RunAhead | null> {
    const now = this.#parts.now();
    const kept = this.#ahead.get(meshId);
    if (kept !== undefined && now < kept.freshUntil) return kept.run;
    const run = open().then((work) => (work === undefined ? null : this.#runAhead(work)));
    const entry = { freshUntil: Number.POSITIVE_INFINITY, run };
    for (const [id, other] of this.#ahead) if (now >= other.freshUntil) this.#ahead.delete(id);
    this.#ahead.set(meshId, entry);
    const done = (): void => {
      const endedAt = this.#parts.now();
      entry.freshUntil = Math.max(now + FRESH_MS, endedAt + FRESH_PER_COST * (endedAt - now));
    };
    run.then(done, done);
    return run;
  }

  async #runAhead({ status, tasks: open, edges }: OpenWork): Promise<RunAhead | null> {
    if (status === 'PAUSED') return null;
    const { advisor } = this.#parts;
    const remaining = open.map((task) => ({
      task,
      estimate: this.#remaining(task),
      memoryBytes: task.facts === null ? null : (advisor.memoryBytes?.(task.facts) ?? null),
    }));
    if (remaining.some(({ task, estimate }) => estimate === null || task.status === 'HELD')) return null;
    // All made now: while one is run ahead, the real tasks go on and end.
    const runs = QUANTILES.map((quantile) =>
      remaining.map(({ task, estimate, memoryBytes }) => ({
        ...virtualTask(task, (estimate as DurationEstimate)[quantile]),
        memoryBytes,
      })),
    );
    const all: VirtualStart[][] = [];
    for (const tasks of runs) {
      const starts = await virtualRun({
        tasks,
        edges,
        rooms: this.#rooms(),
        layersFor: this.#choice.of,
      });
      if (!Array.isArray(starts)) return null;
      all.push(starts);
    }
    const last = (starts: VirtualStart[]): number =>
      starts.reduce((latest, start) => Math.max(latest, start.endSeconds), 0);
    return { eta: etaFrom(all.map(last)), tasks: endsOf(all) };
  }

  /** Seconds still to run, per quantile. */
  #remaining({ facts, runningMs, place }: OpenTask): DurationEstimate | null {
    if (facts === null) return null;
    const estimate = this.#parts.advisor.estimate(facts, place ?? undefined);
    if (estimate === null || runningMs === null) return estimate;
    return remainingOf(estimate, runningMs / 1000, facts.plannedSeconds !== null);
  }

  #rooms(): { layer: LayerName; total: { slots: number; cores: number; memoryBytes: number } }[] {
    const { layers, rooms } = this.#parts;
    const reports =
      rooms?.() ?? [...layers.values()].map((layer) => ({ name: layer.name, ...layer.capacity() }));
    return reports.map(({ name, slots, cores, memoryBytes }) => ({
      layer: name,
      total: { slots, cores, memoryBytes },
    }));
  }
}

/** Those that run already keep their places: they stand before everything else and wait for nothing. */
function virtualTask({ id, spec, runningMs, delayMs }: OpenTask, seconds: number): VirtualTask {
  const known = spec as TaskSpec;
  return runningMs === null
    ? { id, spec: known, seconds, delayMs }
    : { id, spec: { ...known, priority: 'CRITICAL' }, seconds, delayMs: 0 };
}

function etaFrom(ends: readonly number[]): Eta {
  const [p10, p50, p90] = [...ends].sort((a, b) => a - b) as [number, number, number];
  return { p10, p50, p90 };
}

function endsOf(runs: readonly (readonly VirtualStart[])[]): ReadonlyMap<string, Eta> {
  const ends = new Map<string, number[]>();
  for (const starts of runs)
    for (const { id, endSeconds } of starts) ends.set(id, [...(ends.get(id) ?? []), endSeconds]);
  const known = [...ends].filter(([, all]) => all.length === QUANTILES.length);
  return new Map(known.map(([id, all]) => [id, etaFrom(all)]));
}

function progressOf(
  mesh: Pick<MeshProgress, 'status'> & { readonly id: string },
  counts: MeshProgress['counts'],
  eta: Eta | null,
): MeshProgress {
  const total = Object.values(counts).reduce((sum, count) => sum + (count ?? 0), 0);
  const finished = TERMINAL_STATUSES.reduce((sum, status) => sum + (counts[status] ?? 0), 0);
  const percent = total === 0 ? 100 : Math.floor((finished / total) * 1000) / 10;
  return { meshId: mesh.id, status: mesh.status, counts, total, finished, percent, eta };
}
