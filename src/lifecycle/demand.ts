/**
 * What a resource class asks of a layer. A class is a request, not a limit: nothing stops a SMALL task from using more,
 * but placement counts on what it asked for. SMALL is half a core so that two default tasks share one.
 */
import type { TaskSpec } from './task.js';
import type { TaskType } from './vocabulary.js';

/** Slots and cores may be fractional; memory in bytes. */
export interface Demand {
  readonly slots: number;
  readonly cores: number;
  readonly memoryBytes: number;
}

const MIB = 2 ** 20;

export const DEMANDS: Readonly<Record<TaskType, Demand>> = {
  MICRO: { slots: 1, cores: 0.1, memoryBytes: 32 * MIB },
  SMALL: { slots: 1, cores: 0.5, memoryBytes: 128 * MIB },
  MEDIUM: { slots: 1, cores: 1, memoryBytes: 512 * MIB },
  LARGE: { slots: 1, cores: 2, memoryBytes: 2048 * MIB },
};

const WAITING: Demand = { slots: 1, cores: 0, memoryBytes: 0 };

/** Waiting uses a slot (it is an attempt that counts) but neither core nor memory. */
export function demandOf(spec: TaskSpec): Demand {
  return spec.work !== null && 'wait' in spec.work ? WAITING : DEMANDS[spec.taskType];
}
