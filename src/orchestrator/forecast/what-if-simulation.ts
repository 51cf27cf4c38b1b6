/** What-if: a mesh that was never submitted, run on the core with a virtual clock. Implements `WhatIf`; touches nothing. */
import type { Layer } from '../../layers/layer.js';
import { DEMANDS } from '../../lifecycle/demand.js';
import { RefusedError } from '../../lifecycle/refusal.js';
import { DEFAULT_TENANT, kindOfTenant } from '../../lifecycle/role.js';
import type { TaskSpec } from '../../lifecycle/task.js';
import type { LayerName } from '../../lifecycle/vocabulary.js';
import { criticalPath } from '../../mesh/critical-path.js';
import { Graph } from '../../mesh/graph.js';
import type { MeshDefinition, Store } from '../../store/store.js';
import type { Advisor } from '../advisor.js';
import { factsOf } from '../advice/task-facts.js';
import type { CheckedMesh, CheckedTask } from '../definition/mesh-input.js';
import { LayerChoice } from '../layer-choice.js';
import type { WhatIf, WhatIfOptions, WhatIfResult } from '../what-if.js';
import { degreesOf } from './open-work.js';
import { type VirtualOptions, type VirtualStart, virtualRun } from './virtual-run.js';

/** For a task that nobody has seen run; the result says how many there were. */
const ASSUMED_SECONDS = 1;

export class WhatIfSimulation implements WhatIf {
  readonly #layers: ReadonlyMap<LayerName, Layer>;
  readonly #choice: LayerChoice;
  readonly #advisor: Advisor;
  readonly #store: Pick<Store, 'meshDefinition'>;

  constructor(layers: ReadonlyMap<LayerName, Layer>, advisor: Advisor, store: Pick<Store, 'meshDefinition'>) {
    this.#store = store;
    this.#layers = layers;
    this.#choice = new LayerChoice(layers);
    this.#advisor = advisor;
  }

  async simulate(
    given: CheckedMesh,
    { tenant = DEFAULT_TENANT, ...options }: WhatIfOptions & { readonly tenant?: string },
  ): Promise<WhatIfResult> {
    const mesh = { ...given, tasks: given.tasks.map((task) => ofTenant(tenant, task)) };
    let unknown = 0;
    const seconds = new Map<string, number>();
    const degrees = degreesOf(
      mesh.edges.map(({ source, target, type }) => ({ sourceId: source, targetId: target, type })),
    );
    for (const { spec } of mesh.tasks) {
      const facts = factsOf(spec, { meshName: mesh.name, ...degrees.get(spec.key) });
      const known = facts.plannedSeconds ?? this.#advisor.estimate(facts)?.p50;
      if (known === undefined) unknown++;
      seconds.set(spec.key, known ?? ASSUMED_SECONDS);
    }
    const rooms = this.#rooms(options);
    const starts = await virtualRun(this.#options(mesh, options, seconds, rooms));
    if (!Array.isArray(starts)) throw new RefusedError(starts as Exclude<typeof starts, VirtualStart[]>);
    const makespanSeconds = starts.reduce((latest, start) => Math.max(latest, start.endSeconds), 0);
    return {
      makespanSeconds,
      criticalPath: pathOf(mesh, seconds),
      layers: rooms.map(({ layer, total }) => loadOf(layer, total.slots, starts, makespanSeconds)),
      tasks: starts.map(({ id, ...times }) => ({ key: id, ...times })),
      unknown,
      assumedSeconds: ASSUMED_SECONDS,
    };
  }

  async simulateAgain(meshId: string, options: WhatIfOptions): Promise<WhatIfResult | undefined> {
    const definition = await this.#store.meshDefinition(meshId);
    return definition && this.simulate(anew(definition), { ...options, tenant: definition.mesh.tenant });
  }

  #options(
    mesh: CheckedMesh,
    { concurrency }: WhatIfOptions,
    seconds: ReadonlyMap<string, number>,
    rooms: VirtualOptions['rooms'],
  ): VirtualOptions {
    const offered = new Set(rooms.map((room) => room.layer));
    return {
      tasks: mesh.tasks.map(({ spec }) => ({
        id: spec.key,
        spec,
        seconds: seconds.get(spec.key) as number,
        delayMs: 0,
      })),
      edges: mesh.edges.map((edge, index) => ({
        id: String(index),
        sourceId: edge.source,
        targetId: edge.target,
        type: edge.type,
        weight: edge.weight,
      })),
      rooms,
      ...(concurrency === undefined ? {} : { concurrency }),
      layersFor: (spec) => this.#layersFor(spec, offered),
    };
  }

  /** Of those offered; a layer that is not here yet is taken to run anything. */
  #layersFor(spec: TaskSpec, offered: ReadonlySet<LayerName>): readonly LayerName[] {
    if (spec.layer !== null) return offered.has(spec.layer) ? [spec.layer] : [];
    const takers = this.#choice.of(spec);
    const open = [...offered].filter((name) => takers.includes(name) || !this.#layers.has(name));
    return open.length > 0 ? open : [...offered];
  }

  /** Slots asked for come with the cores and memory that so many default tasks need, or the layer's own if that is more. */
  #rooms({ layers }: WhatIfOptions): VirtualOptions['rooms'] {
    if (layers === undefined || layers.length === 0) {
      return [...this.#layers.values()].map((layer) => ({ layer: layer.name, total: layer.capacity() }));
    }
    return layers.map(({ name, slots }) => {
      const own = this.#layers.get(name)?.capacity() ?? { slots: 0, cores: 0, memoryBytes: 0 };
      const cores = Math.max(own.cores, slots * DEMANDS.SMALL.cores);
      const memoryBytes = Math.max(own.memoryBytes, slots * DEMANDS.SMALL.memoryBytes);
      return { layer: name, total: { slots, cores, memoryBytes } };
    });
  }
}

function pathOf(mesh: CheckedMesh, seconds: ReadonlyMap<string, number>): WhatIfResult['criticalPath'] {
  const graph = new Graph();
  const nodes = new Map(mesh.tasks.map(({ spec }) => [spec.key, graph.addNode()]));
  const keys = mesh.tasks.map(({ spec }) => spec.key);
  graph.addEdges(
    mesh.edges.map((edge) => ({
      source: nodes.get(edge.source) as number,
      target: nodes.get(edge.target) as number,
      type: edge.type,
      weight: edge.weight,
    })),
  );
  const { length, path } = criticalPath(graph, (node) => seconds.get(keys[node] as string) as number);
  return { keys: path.map((node) => keys[node] as string), seconds: length };
}

function loadOf(
  layer: LayerName,
  slots: number,
  starts: readonly VirtualStart[],
  makespanSeconds: number,
): WhatIfResult['layers'][number] {
  let busySeconds = 0;
  for (const start of starts) if (start.layer === layer) busySeconds += start.endSeconds - start.startSeconds;
  const offered = slots * makespanSeconds;
  return { layer, slots, busySeconds, utilisation: offered === 0 ? 0 : busySeconds / offered };
}

/** As it was submitted, or would be: nothing held, nothing waiting for an hour of the past. */
function anew({ mesh, tasks, edges }: MeshDefinition): CheckedMesh {
  const keys = new Map(tasks.map(({ id, spec }) => [id, spec.key]));
  return {
    name: mesh.name,
    description: mesh.description,
    tags: mesh.tags,
    metadata: mesh.metadata,
    tasks: tasks.map(({ spec }) => ({ spec, startAfter: null, hold: false })),
    edges: edges.map(({ sourceId, targetId, type, weight }) => ({
      source: keys.get(sourceId) as string,
      target: keys.get(targetId) as string,
      type,
      weight,
    })),
  };
}

function ofTenant(tenant: string, { spec, ...rest }: CheckedTask): CheckedTask {
  return { ...rest, spec: { ...spec, typeKey: kindOfTenant(tenant, spec.typeKey) } };
}
