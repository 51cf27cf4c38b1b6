/** All planted bugs. */
import { COMMIT_PLANTS } from './commit-plants.js';
import { CORE_PLANTS } from './core-plants.js';
import type { Plant } from './plant.js';

export const PLANTS: readonly Plant[] = [...COMMIT_PLANTS, ...CORE_PLANTS];
