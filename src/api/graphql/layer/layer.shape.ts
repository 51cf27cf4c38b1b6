/** One of the layers by its name, at the moment of asking. Only numbers in memory are read. */
import type { LayerReport } from '../../../layers/layer.js';
import type { LayerName } from '../../../lifecycle/vocabulary.js';
import type { LayerView } from './layer.type.js';

/** Where attempts run: on the server that leads, as far as this one knows. */
export type LayerReports = () => readonly LayerReport[];

export function layerNamed(layers: LayerReports, name: LayerName | null): LayerView | null {
  return layers().find((one) => one.name === name) ?? null;
}
