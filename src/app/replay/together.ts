/**
 * Meshes beside each other, for the objective over all of them: what one asks of the place when it begins, and how long several
 * that have ended would have taken with other shares of starts, on the core with a virtual clock.
 */
import type { BeganMesh, LoadOf, PlayTogether } from '../../consciousness/live/joint/together.js';
import type { BadWindow, LoadedTask } from '../../consciousness/policies/joint-objective.js';
import type { Layer } from '../../layers/layer.js';
import { type Demand, demandOf } from '../../lifecycle/demand.js';
import type { LayerName } from '../../lifecycle/vocabulary.js';
import { upwardRanks } from '../../mesh/critical-path.js';
import { Graph } from '../../mesh/graph.js';
import { factsOf, plannedSecondsOf } from '../../orchestrator/advice/task-facts.js';
import type { Advisor } from '../../orchestrator/advisor.js';
import {
  type VirtualMesh,
  virtualMeshes,
  type VirtualStart,
  type VirtualTask,
} from '../../orchestrator/forecast/virtual-run.js';
import { LayerChoice } from '../../orchestrator/layer-choice.js';
import type { Reads } from '../../store/reads.js';
import type { MeshDefinition } from '../../store/store.js';
import { type MeshSource, smallMesh } from './small-mesh.js';

export interface TogetherParts extends MeshSource {
  readonly reads: MeshSource['reads'] & Pick<Reads, 'attemptsByTaskIds'>;
  readonly advisor: Pick<Advisor, 'estimate'>;
  readonly layers: ReadonlyMap<LayerName, Layer>;
  /** As large as they are now. */
  readonly rooms: () => readonly { readonly layer: LayerName; readonly total: Demand }[];
}

/** Of all meshes of an episode. */
const TOGETHER_MAX = 1000;
const UNKNOWN_SECONDS = 1;

export function togetherOf(parts: TogetherParts): { loadOf: LoadOf; together: PlayTogether } {
  const { store, reads, advisor, layers, rooms } = parts;
  const choice = new LayerChoice(layers);
  const loadOf: LoadOf = async (meshId) => {
    const definition = await smallMesh({ store, reads }, meshId);
    if (definition === undefined) return null;
    const { tasks, edges, mesh } = definition;
    const totals = new Map(rooms().map(({ layer, total }) => [layer, total]));
    const loaded = tasks.map(({ spec }): LoadedTask => {
      const layer = choice.of(spec)[0] ?? 'LOCAL';
      const demand = demandOf(spec);
      const seconds =
        plannedSecondsOf(spec) ??
        advisor.estimate(factsOf(spec, { meshName: mesh.name }))?.p50 ??
        UNKNOWN_SECONDS;
      const total = totals.get(layer);
      const slotShare = part(demand.slots, total?.slots);
      const roomShare = Math.max(
        slotShare,
        part(demand.cores, total?.cores),
        part(demand.memoryBytes, total?.memoryBytes),
      );
      return { typeKey: spec.typeKey, layer, seconds, failure: 0, slotShare, roomShare };
    });
    const at = new Map(tasks.map(({ id }, index) => [id, index]));
    const path = (secondsOf: (task: LoadedTask) => number): number =>
      longestPath(
        loaded.map(secondsOf),
        edges.flatMap(({ sourceId, targetId }) => {
          const [source, target] = [at.get(sourceId), at.get(targetId)];
          return source === undefined || target === undefined ? [] : [[source, target] as const];
        }),
      );
    return { tasks: loaded, pathSeconds: path(({ seconds }) => seconds), pathTasks: path(() => 1) };
  };
  return { loadOf, together: (meshes, windows) => played(parts, meshes, windows) };
}

async function played(
  { store, reads, rooms }: TogetherParts,
  began: readonly BeganMesh[],
  windows: readonly BadWindow[],
): ReturnType<PlayTogether> {
  const meshes: VirtualMesh[] = [];
  const layerOf = new Map<string, LayerName>();
  const startMs = Math.min(...began.map(({ atMs }) => atMs));
  for (const { meshId, atMs } of began) {
    const definition = await smallMesh({ store, reads }, meshId);
    if (definition === undefined) return null;
    meshes.push(await virtualOf(reads, definition, { atMs: atMs - startMs, layerOf }));
  }
  if (meshes.reduce((sum, { tasks }) => sum + tasks.length, 0) > TOGETHER_MAX) return null;
  meshes.sort((a, b) => a.atMs - b.atMs);
  const place = {
    rooms: rooms(),
    // all attempts of one task are one virtual start, on the layer where the last of them was
    layersFor: ({ metadata }: { readonly metadata: object }) => [layerOf.get(taskIdIn(metadata)) ?? 'LOCAL'],
  };
  const closures = [...windows];
  const alone: number[] = [];
  for (const mesh of meshes) {
    const starts = await virtualMeshes({ ...place, meshes: [{ ...mesh, atMs: 0 }] });
    if ('code' in starts) return null;
    alone.push(turnarounds(starts, [{ ...mesh, atMs: 0 }])[0] as number);
  }
  const places = new Map(meshes.map(({ id }, index) => [id, index]));
  const inOrder = began.map(({ meshId }) => places.get(meshId) as number);
  return {
    alone: inOrder.map((index) => alone[index] as number),
    run: async (shares) => {
      const weightOf =
        shares === null
          ? undefined
          : (id: string, open: number, now: number) =>
              shares(inOrder.indexOf(places.get(id) as number), open, now);
      const starts = await virtualMeshes({ ...place, meshes, closures, ...(weightOf && { weightOf }) });
      if ('code' in starts) return null;
      const seconds = turnarounds(starts, meshes);
      return inOrder.map((index) => seconds[index] as number);
    },
  };
}

/** A task takes its slot for as long as all of its attempts did together. */
async function virtualOf(
  reads: TogetherParts['reads'],
  { mesh, tasks, edges }: MeshDefinition,
  { atMs, layerOf }: { readonly atMs: number; readonly layerOf: Map<string, LayerName> },
): Promise<VirtualMesh> {
  const attempts = await reads.attemptsByTaskIds(tasks.map(({ id }) => id));
  const seconds = new Map<string, number>();
  for (const { taskId, runMs, layer } of attempts) {
    seconds.set(taskId, (seconds.get(taskId) ?? 0) + (runMs ?? 0) / 1000);
    layerOf.set(taskId, layer);
  }
  const virtual = tasks.map(({ id, spec }): VirtualTask => {
    return { id, spec: { ...spec, metadata: { [TASK]: id } }, seconds: seconds.get(id) ?? 0, delayMs: 0 };
  });
  return { id: mesh.id, tasks: virtual, edges, atMs };
}

const TASK = 'virtualTask';

function taskIdIn(metadata: object): string {
  return String((metadata as { readonly [TASK]?: string })[TASK] ?? '');
}

/** From the submission to the last end. */
function turnarounds(starts: readonly VirtualStart[], meshes: readonly VirtualMesh[]): number[] {
  const endOf = new Map(starts.map(({ id, endSeconds }) => [id, endSeconds]));
  return meshes.map(
    ({ tasks, atMs }) => Math.max(0, ...tasks.map(({ id }) => endOf.get(id) ?? 0)) - atMs / 1000,
  );
}

function part(wanted: number, total: number | undefined): number {
  return total === undefined || total <= 0 ? 1 : Math.min(1, wanted / total);
}

/** `edges` of an accepted mesh by index. */
function longestPath(
  seconds: readonly number[],
  edges: readonly (readonly [from: number, to: number])[],
): number {
  const graph = new Graph();
  for (const _ of seconds) graph.addNode();
  graph.addEdges(edges.map(([source, target]) => ({ source, target, type: 'SOFT', weight: 0 })));
  return Math.max(0, ...upwardRanks(graph, (node) => seconds[node] as number));
}
