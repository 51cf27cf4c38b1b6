/**
 * Progress, ETA and critical path of meshes that were submitted. A live mesh is read from the core's memory and run
 * ahead on a virtual clock, once per quantile; an ended one comes from the store. Without history for some of its
 * remaining work a mesh has no ETA, and the answer says so instead of guessing. Implements `Forecasts`.
 */
import type { TaskState } from '../../lifecycle/mesh-state.js';
import { isMeshOpen, isTerminal, TERMINAL_STATUSES, type LayerName } from '../../lifecycle/vocabulary.js';
import { countsOf, type MeshState } from '../../lifecycle/mesh-state.js';
import type { Layer } from '../../layers/layer.js';
import { criticalPath } from '../../mesh/critical-path.js';
import { Graph } from '../../mesh/graph.js';
import type { Reads } from '../../store/reads.js';
import type { MeshDefinition, Store } from '../../store/store.js';
import type { Advisor, DurationEstimate } from '../advisor.js';
import type { CoreState } from '../core/core-state.js';
import { factsOf } from '../core-ports.js';
import { LayerChoice } from '../layer-choice.js';
import type { CriticalPath, Eta, Forecasts, MeshProgress } from '../watch.js';
import { virtualRun, type VirtualOptions, type VirtualTask } from './virtual-run.js';

export interface ForecastParts {
  readonly core: () => CoreState | undefined;
  readonly now: () => number;
  readonly layers: ReadonlyMap<LayerName, Layer>;
  readonly advisor: Advisor;
  readonly store: Pick<Store, 'meshDefinition' | 'findMesh'>;
  readonly reads: Pick<Reads, 'countsByMeshIds' | 'attemptsByTaskIds'>;
}

/** The same mesh is not run ahead again within this time, however many watch it, */
const FRESH_MS = 1000;
/** nor within this many times what it took: running 10,000 tasks ahead must not slow down what it watches. */
const FRESH_PER_COST = 20;
const QUANTILES = ['p10', 'p50', 'p90'] as const;

export class MeshForecast implements Forecasts {
  readonly #parts: ForecastParts;
  readonly #choice: LayerChoice;
  readonly #etas = new Map<string, { freshUntil: number; eta: Promise<Eta | null> }>();

  constructor(parts: ForecastParts) {
    this.#parts = parts;
    this.#choice = new LayerChoice(parts.layers);
  }

  async progress(meshId: string): Promise<MeshProgress | undefined> {
    const mesh = this.#parts.core()?.meshes.get(meshId);
    if (mesh !== undefined) {
      const eta = isMeshOpen(mesh.status) ? await this.#eta(mesh) : { p10: 0, p50: 0, p90: 0 };
      return progressOf(mesh, countsOf(mesh), eta);
    }
    const ref = await this.#parts.store.findMesh(meshId);
    if (ref === undefined) return undefined;
    const [row] = await this.#parts.reads.countsByMeshIds([meshId]);
    return progressOf(ref, row?.counts ?? {}, isMeshOpen(ref.status) ? null : { p10: 0, p50: 0, p90: 0 });
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
    const known = tasks.map((task) => {
      const facts = factsOf(task.spec);
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

  #eta(mesh: MeshState): Promise<Eta | null> {
    const now = this.#parts.now();
    const kept = this.#etas.get(mesh.id);
    if (kept !== undefined && now < kept.freshUntil) return kept.eta;
    const eta = this.#runAhead(mesh);
    const entry = { freshUntil: Number.POSITIVE_INFINITY, eta };
    for (const [id, other] of this.#etas) if (now >= other.freshUntil) this.#etas.delete(id);
    this.#etas.set(mesh.id, entry);
    const done = (): void => {
      const endedAt = this.#parts.now();
      entry.freshUntil = Math.max(now + FRESH_MS, endedAt + FRESH_PER_COST * (endedAt - now));
    };
    eta.then(done, done);
    return eta;
  }

  async #runAhead(mesh: MeshState): Promise<Eta | null> {
    if (mesh.status === 'PAUSED') return null;
    const now = this.#parts.now();
    const open = [...mesh.byKey.values()].filter((task) => !isTerminal(task.status));
    const remaining = open.map((task) => ({ task, estimate: this.#remaining(task, now) }));
    if (remaining.some(({ task, estimate }) => estimate === null || task.status === 'HELD')) return null;
    const edges = edgesAmong(mesh, open);
    const ends: number[] = [];
    // All made now: while one is run ahead, the real tasks go on and end.
    const runs = QUANTILES.map((quantile) =>
      remaining.map(({ task, estimate }) => virtualTask(task, (estimate as DurationEstimate)[quantile], now)),
    );
    for (const tasks of runs) {
      const starts = await virtualRun({
        tasks,
        edges,
        rooms: this.#rooms(),
        layersFor: this.#choice.of,
      });
      if (!Array.isArray(starts)) return null;
      ends.push(starts.reduce((latest, start) => Math.max(latest, start.endSeconds), 0));
    }
    const [p10, p50, p90] = ends.sort((a, b) => a - b) as [number, number, number];
    return { p10, p50, p90 };
  }

  /** Seconds still to run, per quantile; an attempt that has outrun its estimate is taken to end now. */
  #remaining(task: TaskState, now: number): DurationEstimate | null {
    if (task.spec === null) return null;
    const facts = factsOf(task.spec);
    const estimate = this.#parts.advisor.estimate(facts);
    if (estimate === null || task.live === null) return estimate;
    const elapsed = (now - task.live.startedAt) / 1000;
    const left = (seconds: number): number => Math.max(0, seconds - elapsed);
    return { p10: left(estimate.p10), p50: left(estimate.p50), p90: left(estimate.p90) };
  }

  #rooms(): { layer: LayerName; total: { slots: number; cores: number; memoryBytes: number } }[] {
    return [...this.#parts.layers.values()].map((layer) => ({ layer: layer.name, total: layer.capacity() }));
  }
}

/** Those that run already keep their places: they stand before everything else and wait for nothing. */
function virtualTask(task: TaskState, seconds: number, now: number): VirtualTask {
  const spec = task.spec as NonNullable<TaskState['spec']>;
  const running = task.live !== null;
  const delayMs = running ? 0 : Math.max(0, task.availableAt - now);
  return { id: task.id, spec: running ? { ...spec, priority: 'CRITICAL' } : spec, seconds, delayMs };
}

function edgesAmong(mesh: MeshState, open: readonly TaskState[]): VirtualOptions['edges'] {
  const edges: VirtualOptions['edges'][number][] = [];
  for (const task of open) {
    for (const edge of mesh.graph.outgoing(task.node)) {
      const target = mesh.at(edge.target);
      if (isTerminal(target.status)) continue;
      edges.push({
        id: String(edges.length),
        sourceId: task.id,
        targetId: target.id,
        type: edge.type,
        weight: edge.weight,
      });
    }
  }
  return edges;
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
