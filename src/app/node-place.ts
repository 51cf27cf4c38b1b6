/**
 * The name of a node and its folder: the configured name, or that of the host, with a number where several nodes run on one
 * machine. A folder belongs to one living process at a time; what an earlier one had left running there is found by it.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isNodeName } from '../lifecycle/cluster-node.js';
import { isServerAlive, serverMark } from '../work/processes/server-mark.js';

export interface NodePlace {
  readonly name: string;
  readonly stateDir: string;
  release(): Promise<void>;
}

const NODES_PER_MACHINE_MAX = 1000;

/** Throws when the configured name is in use here. */
export async function takeNodePlace(stateDir: string, wanted: string): Promise<NodePlace> {
  if (wanted !== '') {
    const place = await take(stateDir, wanted);
    if (place === undefined)
      throw new Error(`a node called ${wanted} runs in ${stateDir} already; give another --name`);
    return place;
  }
  const host = hostname()
    .replace(/[^A-Za-z0-9._-]/g, '-')
    .slice(0, 50);
  const base = isNodeName(host) ? host : 'node';
  for (let number = 1; number <= NODES_PER_MACHINE_MAX; number++) {
    const place = await take(stateDir, number === 1 ? base : `${base}-${number}`);
    if (place !== undefined) return place;
  }
  throw new Error(`${NODES_PER_MACHINE_MAX} nodes run in ${stateDir}; give a --name`);
}

async function take(stateDir: string, name: string): Promise<NodePlace | undefined> {
  const folder = join(stateDir, 'nodes', name);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'node.lock');
  const mark = serverMark(folder);
  if (!(await claim(path, mark))) return undefined;
  return { name, stateDir: folder, release: () => rm(path, { force: true }) };
}

/** Made anew or not at all, so that of two processes that come at once one wins. */
async function claim(path: string, mark: string): Promise<boolean> {
  for (let tries = 0; tries < 2; tries++) {
    try {
      await writeFile(path, mark, { flag: 'wx', mode: 0o600 });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const other = await readFile(path, 'utf8').catch(() => '');
    if (other === '' || isServerAlive(other)) return false;
    await rm(path, { force: true });
  }
  return false;
}
