/** What a task asks for where its author left that to the product: the memory it is counted with, and its first retry. */
import { type Demand, demandOf } from '../../lifecycle/demand.js';
import type { TaskState } from '../../lifecycle/mesh-state.js';
import type { Outcome, TaskSpec } from '../../lifecycle/task.js';

export interface AskedPorts {
  /** Bytes that an attempt is counted with; null, or no such port: as its resource class says. */
  memoryOf?(task: TaskState): number | null;
  /** Milliseconds before the first retry after such a failure, of a task that names none; null, or no such port: its own. */
  retryMsOf?(code: string, typeKey: string): number | null;
}

interface Asking {
  readonly ports: AskedPorts;
}

/** Slots and cores as its resource class says; memory as well, until more is known. */
export function demandFor({ ports }: Asking, task: TaskState, spec: TaskSpec): Demand {
  const demand = demandOf(spec);
  if (demand.memoryBytes === 0) return demand;
  const memoryBytes = ports.memoryOf?.(task) ?? null;
  return memoryBytes === null ? demand : { ...demand, memoryBytes };
}

/** With the first interval that was learned for such a failure. */
export function retrySpec({ ports }: Asking, spec: TaskSpec, outcome: Outcome): TaskSpec {
  if (outcome.kind === 'COMPLETED' || spec.hasDefaultInterval !== true) return spec;
  const initialIntervalMs = ports.retryMsOf?.(outcome.failure.code, spec.typeKey) ?? null;
  if (initialIntervalMs === null) return spec;
  const retryPolicy = { ...spec.retryPolicy, initialIntervalMs };
  return { ...spec, retryPolicy };
}
