/** Starts the simulation of scale: vite reads its TypeScript, as for the bench. `npm run simulate:scale` prints the table of docs/SCALING.md. */
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const { module } = await runnerImport(fileURLToPath(new URL('scale/main.ts', import.meta.url)), {
  configFile: false,
});
module.main(process.argv.slice(2));
