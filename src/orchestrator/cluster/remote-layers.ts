/**
 * Layers whose attempts run on nodes, as the orchestrator treats them beside those of its own process: what they offer to the
 * core, what they tell whoever leads, and what of theirs outlives a leadership.
 */
import type { Layer } from '../../layers/layer.js';
import type { LayerName } from '../../lifecycle/vocabulary.js';
import type { CoreInput } from '../core/core-input.js';
import { type CoreState, layerOf } from '../core/core-state.js';
import type { Dispatcher } from '../dispatcher.js';

type Layers = ReadonlyMap<LayerName, Layer>;

/** To a core that is being recovered, before it counts what runs. */
export function offerRooms({ rooms }: CoreState, layers: Layers): void {
  for (const layer of layers.values()) {
    const { name, remote } = layer;
    if (remote === undefined) rooms.offer(name, layer.capacity());
    else rooms.offerNodes(name, remote.nodes(), remote.policy());
  }
}

/** Is the process still there, and in reach of this server, that ran an attempt under the last leader? */
export function lives(layer: Layer | undefined, node: string): boolean {
  return layer?.remote === undefined ? layer?.node === node : layer.remote.reaches(node);
}

/** `core`: of this leadership. `tell`: a step of it. */
export function lead(
  layers: Layers,
  {
    core,
    lines,
    tell,
    stillLeads,
  }: {
    core: Pick<CoreState, 'running'>;
    lines: Pick<Dispatcher, 'lateLine' | 'linesStored'>;
    tell: (input: CoreInput) => void;
    stillLeads: () => Promise<boolean>;
  },
): void {
  for (const { remote } of layers.values()) {
    remote?.lead({
      nodesChanged: (layer, nodes, policy) => tell({ kind: 'nodesChanged', layer, nodes, policy }),
      late: (key, outcome) => tell({ kind: 'attemptsSettled', attempts: [{ key, outcome }], late: true }),
      runs: (token) => core.running.has(token),
      lateLine: (key, line) => lines.lateLine(key, line),
      linesStored: () => lines.linesStored(),
      stillLeads,
    });
  }
}

export function follow(layers: Layers): void {
  for (const { remote } of layers.values()) remote?.follow();
}

/** Tasks in the ready queues, by the layer they are for; `any` may run on several. */
export function queueDepths(core: CoreState | undefined): Record<string, number> {
  const depths: Record<string, number> = {};
  for (const [lane, queue] of core?.lanes ?? []) {
    const name = (lane === 'ANY' ? lane : layerOf(lane)).toLowerCase();
    depths[name] = (depths[name] ?? 0) + queue.size;
  }
  return depths;
}
