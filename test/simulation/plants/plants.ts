/** All planted bugs. */
import { COMMIT_PLANTS } from './commit-plants.js';
import { CORE_PLANTS } from './core-plants.js';
import { NODE_PLANTS, PLACEMENT_PLANTS } from './node-plants.js';
import { PEER_PLANTS } from './peer-plants.js';
import type { Plant } from './plant.js';

export const PLANTS: readonly Plant[] = [
  ...COMMIT_PLANTS,
  ...CORE_PLANTS,
  ...NODE_PLANTS,
  ...PLACEMENT_PLANTS,
  ...PEER_PLANTS,
];
