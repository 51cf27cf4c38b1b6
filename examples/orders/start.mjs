/**
 * The one command of the orders example: opens the shop, allows HTTP work to reach it (private addresses are refused
 * unless listed), runs the mesh, closes the shop. Arguments are handed to `taskmesh run`.
 */
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { openShop } from './shop.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const shop = await openShop();
const { port } = shop.address();
await mkdir(new URL('../../.taskmesh/examples/orders/', import.meta.url), { recursive: true, mode: 0o700 });
await writeFile(
  new URL('../../.taskmesh/examples/orders/shop.json', import.meta.url),
  JSON.stringify({ port }),
);

const args = ['dist/main.js', 'run', 'examples/orders.mesh.yaml', ...process.argv.slice(2)];
const env = { ...process.env, TASKMESH_EXECUTION__HTTP_ALLOW_PRIVATE: '127.0.0.1' };
const run = spawn(process.execPath, args, { cwd: root, env, stdio: 'inherit' });
/** Ctrl-C reaches the command as well; it decides, and this waits for it. */
process.on('SIGINT', () => undefined);
run.on('exit', (code) => {
  process.exitCode = code ?? 1;
  shop.close();
  shop.closeAllConnections();
});
