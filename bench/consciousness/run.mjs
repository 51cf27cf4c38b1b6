/** Starts the bench of the consciousness: `npm run bench:consciousness -- --recognisers`. vite reads its TypeScript. */
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const { module } = await runnerImport(fileURLToPath(new URL('main.ts', import.meta.url)), {
  configFile: false,
});
process.exitCode = await module.main(process.argv.slice(2));
