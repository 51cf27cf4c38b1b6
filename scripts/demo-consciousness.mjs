/** Starts the demo of consciousness: vite reads its TypeScript, as for the bench. `npm run demo:consciousness -- --help` says what it takes. */
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const { module } = await runnerImport(fileURLToPath(new URL('demo-consciousness/main.ts', import.meta.url)), {
  configFile: false,
});
const code = await module.main(process.argv.slice(2));
// A pool that was closed may still hold a socket.
process.stdout.write('', () => process.exit(code));
