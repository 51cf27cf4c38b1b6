/** Starts the quantum bench: `npm run bench:quantum -- [ROW...] [--json] [--runs N]`. vite reads its TypeScript. */
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const { module } = await runnerImport(fileURLToPath(new URL('main.ts', import.meta.url)), {
  configFile: false,
});
process.exitCode = await module.main(process.argv.slice(2));
