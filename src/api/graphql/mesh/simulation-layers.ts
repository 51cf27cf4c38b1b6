/** The layers of a simulation, parsed: each named once, each with a possible number of slots. */
import type { WhatIfOptions } from '../../../orchestrator/what-if.js';
import { invalid, parseWhole } from '../arguments.js';
import type { LayerSlotsInput } from './mesh.input.js';

export const SLOTS_MAX = 100_000;

export function simulationLayers(
  layers: readonly LayerSlotsInput[] | null | undefined,
): WhatIfOptions['layers'] {
  if (!layers) return undefined;
  if (layers.length === 0)
    throw invalid('layers', 'must name at least one layer; leave it out for the layers as they are');
  const names = new Set<string>();
  return layers.map(({ name, slots }, index) => {
    if (names.has(name))
      throw invalid(`layers[${index}].name`, `names ${name} a second time; give each layer once`);
    names.add(name);
    return { name, slots: parseWhole(slots, `layers[${index}].slots`, [1, SLOTS_MAX]) };
  });
}
