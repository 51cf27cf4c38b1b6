/** Planted bugs quote the source: who changes a quoted line learns it here at once, and not from the long test that plants them. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { PLANTS } from '../simulation/plants/plants.js';

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));

it.each(PLANTS.map((plant) => [plant.name, plant] as const))(
  'the source holds what "%s" quotes',
  (_, plant) => {
    for (const { file, find } of plant.edits)
      expect(
        readFileSync(SRC + file, 'utf8').split(find),
        `${file} holds exactly once: ${find}`,
      ).toHaveLength(2);
  },
);
