/**
 * How the embedded PostgreSQL is set up: durable, on the loopback only, small enough to share a machine with the tasks.
 * Written into its data directory before each start, so that a new version of taskmesh brings its settings along;
 * `ALTER SYSTEM` (postgresql.auto.conf) still overrides them.
 */

/** In the data directory; postgresql.conf includes it last. */
export const SETTINGS_FILE = 'taskmesh.conf';

/** Password only, over TCP from this machine only. */
export const HOST_ACCESS = 'host all all 127.0.0.1/32 scram-sha-256\n';

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '', // a socket path under a deep state directory exceeds the 107 characters the kernel takes
  max_connections: '60',
  shared_buffers: '128MB',
  fsync: 'on',
  synchronous_commit: 'on',
  max_wal_size: '1GB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  log_min_messages: 'warning',
  log_checkpoints: 'off',
  jit: 'off',
  io_method: 'sync', // the workers of PostgreSQL 18 are three more processes, of use for large scans only
  max_parallel_workers_per_gather: '0', // the cores belong to the tasks, and /dev/shm of a container is small
  max_logical_replication_workers: '0',
};

export function serverSettings(
  overrides: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return { ...SETTINGS, ...overrides };
}

export function settingsFile(settings: Readonly<Record<string, string>>): string {
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`);
  return ['# Written by taskmesh at each start. Use ALTER SYSTEM to change a setting.', ...lines, ''].join(
    '\n',
  );
}
