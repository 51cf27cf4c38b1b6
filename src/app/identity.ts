/**
 * Who this server is among those on its database: an id for this process, and the home it lives in. The home is a random word
 * in the file `home` of the state directory: by it a server that starts there knows that the one before is dead.
 */
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { ServerIdentity } from '../store/servers.js';
import type { AppOptions } from './app-options.js';

async function homeOf(stateDir: string): Promise<string> {
  const path = join(stateDir, 'home');
  const known = await readFile(path, 'utf8').catch(() => '');
  if (known.trim() !== '') return known.trim();
  const home = randomBytes(16).toString('hex');
  await writeFile(path, `${home}\n`, { mode: 0o600 });
  return home;
}

export async function serverIdentity({ config, version }: AppOptions): Promise<ServerIdentity> {
  return {
    id: `${hostname()}:${process.pid}:${Date.now().toString(36)}`,
    home: await homeOf(config.stateDir),
    instanceName: config.general.instanceName,
    version,
  };
}
