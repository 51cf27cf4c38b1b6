/**
 * Starts the bench: vite reads its TypeScript, as it does for the scripts. Not by Node's module hooks: on Node 20 they are a
 * thread that every import waits for, and once in some sixty starts on a busy machine one waited for ever.
 */
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const { module } = await runnerImport(fileURLToPath(new URL('main.ts', import.meta.url)), {
  configFile: false,
});
process.exitCode = await module.main(process.argv.slice(2));
