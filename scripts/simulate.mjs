/** Starts the simulation: vite reads its TypeScript, as for the bench. `npm run simulate -- --seed N` replays a history. */
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const { module } = await runnerImport(
  fileURLToPath(new URL('../test/simulation/command-line.ts', import.meta.url)),
  { configFile: false },
);
const code = await module.main(process.argv.slice(2));
// A simulated server may leave its timers behind.
process.stdout.write('', () => process.exit(code));
