/** What this machine offers to attempts of the local layer. */
import { availableParallelism, totalmem } from 'node:os';
import type { Capacity } from '../layer.js';

/** What most tasks (SMALL) ask for, so that `max_parallel_tasks` of them do run at once, on few cores too. */
const SMALL_CORES = 0.5;
/** The rest is for the server, its database and the system. */
const MEMORY_SHARE = 0.8;

/** In a container the limit of its group, where there is one, else what the machine has. */
function machineMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : totalmem();
}

export function localCapacity(slots: number): Capacity {
  return {
    slots,
    cores: Math.max(availableParallelism(), slots * SMALL_CORES),
    memoryBytes: Math.floor(machineMemory() * MEMORY_SHARE),
  };
}
