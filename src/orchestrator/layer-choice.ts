/**
 * Which layers can run a task: the one it asks for, the one with nodes when it asks for labels of one, or all that take its
 * kind of work. Asked for every start.
 */
import type { Layer } from '../layers/layer.js';
import type { TaskSpec } from '../lifecycle/task.js';
import type { LayerName, WorkKind } from '../lifecycle/vocabulary.js';
import { type Work, workKind } from '../lifecycle/work.js';

const NONE: readonly LayerName[] = [];

export class LayerChoice {
  readonly #layers: ReadonlyMap<LayerName, Layer>;
  readonly #names: readonly LayerName[];
  readonly #alone: ReadonlyMap<LayerName, readonly LayerName[]>;
  /** Layers are asked once for each kind of work. */
  readonly #takers = new Map<WorkKind, readonly LayerName[]>();

  constructor(layers: ReadonlyMap<LayerName, Layer>) {
    this.#layers = layers;
    this.#names = [...layers.keys()];
    this.#alone = new Map(this.#names.map((name) => [name, [name]]));
  }

  readonly of = (spec: Pick<TaskSpec, 'layer' | 'work' | 'nodeSelector'>): readonly LayerName[] => {
    const { layer, work, nodeSelector } = spec;
    if (layer !== null) return this.#alone.get(layer) ?? NONE;
    if (nodeSelector !== undefined && nodeSelector.length > 0) return this.#alone.get('CLUSTER') ?? NONE;
    return work === null ? this.#names : this.#thatTake(work);
  };

  #thatTake(work: Work): readonly LayerName[] {
    const kind = workKind(work);
    const known = this.#takers.get(kind);
    if (known !== undefined) return known;
    const takers = this.#names.filter((name) => this.#layers.get(name)?.refusal(work) === undefined);
    this.#takers.set(kind, takers);
    return takers;
  }
}
