/** Where and with what it was measured: without this a figure says nothing. */
import { execFileSync } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import type { Bench } from './bench.js';
import { redisVersion } from './servers/redis.js';

const GIB = 2 ** 30;

export function machineLines({ options, postgres, directory }: Bench): string[] {
  const load = loadavg()[0] ?? 0;
  return [
    `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, ${(totalmem() / GIB).toFixed(0)} GiB`,
    `${type()} ${release()}, ${directory} on ${fileSystemOf(directory)}, load ${load.toFixed(2)} at the start`,
    `Node ${process.version}, ${postgres.version}, Redis ${redisVersion() ?? 'not installed'}`,
    `PostgreSQL as initdb configures it (fsync and synchronous_commit on), one server for all, a fresh database and a CHECKPOINT before each measurement`,
    `Task Mesh as built in dist/, max_parallel_tasks ${options.parallel}, everything else as it is by default; commit ${commit()}`,
    `${options.runs} runs of each contestant in turn, a fresh process each; medians`,
  ];
}

function fileSystemOf(path: string): string {
  const known: Readonly<Record<number, string>> = {
    0xef53: 'ext4',
    0x58465342: 'xfs',
    0x9123683e: 'btrfs',
    0x01021994: 'tmpfs (its fsync costs nothing)',
    0x794c7630: 'overlayfs',
  };
  return known[statfsSync(path).type] ?? 'an unknown file system';
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return 'unknown';
  }
}
