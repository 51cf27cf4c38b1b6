/** Makes the library that slows fsync down, and says how a server is started with it. */
import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The environment of a server whose every fsync takes `ms` longer; undefined where there is no C compiler, or no Linux. */
export function slowFsync(directory: string, ms: number): Readonly<Record<string, string>> | undefined {
  if (process.platform !== 'linux') return undefined;
  const library = join(directory, 'slow-fsync.so');
  const source = fileURLToPath(new URL('slow-fsync.c', import.meta.url));
  const { status } = spawnSync('cc', ['-O2', '-shared', '-fPIC', '-o', library, source, '-ldl']);
  if (status !== 0) return undefined;
  chmodSync(library, 0o755); // whatever the umask is: the server runs as somebody else
  return { LD_PRELOAD: library, BENCH_FSYNC_MS: String(ms) };
}
