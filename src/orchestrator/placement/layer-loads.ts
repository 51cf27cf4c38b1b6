/** How busy each layer is, for those who tune how much runs there at once. Looks at the core, changes nothing. */
import type { LayerName } from '../../lifecycle/vocabulary.js';
import type { LayerLoad } from '../advisor.js';
import { type CoreState, layerOf } from '../core/core-state.js';

/** O(attempts that run). */
export function layerLoads(core: CoreState): LayerLoad[] {
  const { rooms } = core;
  const oldest = new Map<LayerName, number>();
  for (const { live } of core.running.values()) {
    if (live === null) continue;
    oldest.set(live.layer, Math.min(live.startedAt, oldest.get(live.layer) ?? Number.POSITIVE_INFINITY));
  }
  return rooms.layers.map((layer) => {
    let waiting = 0;
    for (const [lane, queue] of core.lanes)
      if (lane === 'ANY' || layerOf(lane) === layer) waiting += queue.size;
    return {
      layer,
      slots: rooms.slotsOf(layer),
      used: rooms.usedOf(layer),
      waiting,
      oldestAt: oldest.get(layer) ?? Number.POSITIVE_INFINITY,
    };
  });
}
