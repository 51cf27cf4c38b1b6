/**
 * What stands in line and what is occupied, asked at the moment of a scrape from those who know: the core for the ready
 * queue, the layers for their slots. The composition root names the suppliers; they answer from memory, at once.
 */
import { Gauge, type Registry } from 'prom-client';

export interface LayerLoad {
  readonly layer: string;
  readonly running: number;
  readonly slots: number;
}

/** Ready tasks by the layer they insist on; `any` for those that do not. */
export type QueueDepth = Readonly<Record<string, number>>;

export class QueueMetrics {
  #depth: () => QueueDepth = () => ({});
  #layers: () => readonly LayerLoad[] = () => [];

  constructor(registry: Registry) {
    const registers = [registry];
    const depth = (): QueueDepth => this.#depth();
    const layers = (): readonly LayerLoad[] => this.#layers();
    new Gauge({
      name: 'taskmesh_queue_depth',
      help: 'Tasks that are ready and wait for a free slot, by the layer they ask for.',
      labelNames: ['layer'],
      registers,
      collect() {
        this.reset();
        for (const [layer, count] of Object.entries(depth())) this.set({ layer: layer.toLowerCase() }, count);
      },
    });
    gaugeOfLayers(registry, 'taskmesh_attempts_running', 'Attempts that run now, by layer.', () =>
      layers().map(({ layer, running }) => [layer, running]),
    );
    gaugeOfLayers(registry, 'taskmesh_layer_slots', 'Attempts that a layer can run at the same time.', () =>
      layers().map(({ layer, slots }) => [layer, slots]),
    );
    gaugeOfLayers(
      registry,
      'taskmesh_layer_utilisation',
      'Share of the slots of a layer that are taken.',
      () => layers().map(({ layer, running, slots }) => [layer, slots === 0 ? 0 : running / slots]),
    );
  }

  depthFrom(supplier: () => QueueDepth): void {
    this.#depth = supplier;
  }

  layersFrom(supplier: () => readonly LayerLoad[]): void {
    this.#layers = supplier;
  }
}

function gaugeOfLayers(
  registry: Registry,
  name: string,
  help: string,
  values: () => (readonly [string, number])[],
): void {
  new Gauge({
    name,
    help,
    labelNames: ['layer'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [layer, value] of values()) this.set({ layer: layer.toLowerCase() }, value);
    },
  });
}
