/** A server of its own for the bench of the dashboard: the built program, a fresh state directory, a free port. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export async function serve() {
  const stateDir = await mkdtemp(join(tmpdir(), 'taskmesh-bench-'));
  const env = {
    ...process.env,
    TASKMESH_SERVER__PORT: '0',
    TASKMESH_EXECUTION__MAX_PARALLEL_TASKS: '10000',
    TASKMESH_OBSERVABILITY__METRICS__ENABLED: 'false',
    TASKMESH_OBSERVABILITY__LOGS__LEVEL: 'error',
  };
  const child = spawn(process.execPath, [main, 'serve', '--json', '--state-dir', stateDir], { env });
  child.stderr.pipe(process.stderr);
  let text = '';
  for await (const chunk of child.stdout) {
    text += chunk;
    if (text.includes('"ready"')) break;
  }
  const { url } = JSON.parse(text.split('\n')[0]);
  const token = (await readFile(join(stateDir, 'token'), 'utf8')).trim();
  const stop = async () => {
    child.kill('SIGTERM');
    await new Promise((resolve) => child.once('exit', resolve));
    await rm(stateDir, { recursive: true, force: true });
  };
  return { url, token, stop };
}
