/**
 * Loads the simulation with a bug in it. The real source is rewritten on its way to the engine, so that the product needs
 * no switch for tests; a bug whose place is not found any more fails loudly instead of testing nothing.
 */
import { fileURLToPath } from 'node:url';
import { type Plugin, runnerImport } from 'vite';
import type { Edit, Plant } from './plant.js';

type Simulation = typeof import('../simulate.js');

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const SIMULATION = fileURLToPath(new URL('../simulate.ts', import.meta.url));

/** Without a plant: the simulation of the sound product. */
export async function loadSimulation(plant?: Plant): Promise<Simulation> {
  const missing = new Set<Edit>(plant?.edits);
  const { module } = await runnerImport<Simulation>(SIMULATION, {
    configFile: false,
    root: ROOT,
    logLevel: 'silent',
    plugins: plant === undefined ? [] : [planting(plant, missing)],
  });
  const [edit] = missing;
  if (edit !== undefined)
    throw new Error(`plant "${plant?.name}": ${edit.file} is no part of the simulation`);
  return module;
}

function planting(plant: Plant, missing: Set<Edit>): Plugin {
  return {
    name: 'plant',
    enforce: 'pre',
    transform(code, id) {
      let text = code;
      for (const edit of plant.edits) {
        if (!id.endsWith(`/src/${edit.file}`)) continue;
        const [before, after, ...others] = text.split(edit.find);
        if (after === undefined || others.length > 0)
          throw new Error(`plant "${plant.name}": ${edit.file} does not hold exactly once: ${edit.find}`);
        text = `${before}${edit.write}${after}`;
        missing.delete(edit);
      }
      return text === code ? undefined : text;
    },
  };
}
