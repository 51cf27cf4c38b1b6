/** From a layer to what the API shows of it, at the moment of asking. Only numbers in memory are read. */
import type { Layer } from '../../../layers/layer.js';
import type { LayerName } from '../../../lifecycle/vocabulary.js';
import type { LayerView } from './layer.type.js';

export function layerView(layer: Layer): LayerView {
  const { name, node } = layer;
  const { slots, cores, memoryBytes } = layer.capacity();
  const { running, started, completed, failed } = layer.statistics();
  return { name, node, slots, cores, memoryBytes, running, started, completed, failed };
}

export function layerNamed(layers: readonly Layer[], name: LayerName | null): LayerView | null {
  const layer = layers.find((one) => one.name === name);
  return layer === undefined ? null : layerView(layer);
}
