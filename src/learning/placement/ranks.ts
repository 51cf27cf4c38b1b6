/** Upward rank (HEFT, Topcuoglu et al. 2002): the expected length of the longest path from the start of a task to the end. */
import type { PlanGraph } from './plan-graph.js';

/** What a task counts for on its path: its mean over all slots, or its time on the machine that is fastest for it. */
export type RankBy = 'MEAN' | 'FASTEST';

/** `seconds`: expected run time, task × machine; Infinity where it cannot run. */
export function upwardRanks(graph: PlanGraph, seconds: Float64Array, by: RankBy, into: Float64Array): void {
  const { order, children, childTransfers } = graph;
  for (let k = order.length - 1; k >= 0; k--) {
    const task = order[k] as number;
    const next = children[task] as Int32Array;
    const transfers = childTransfers[task] as Float64Array;
    let longest = 0;
    for (let c = 0; c < next.length; c++)
      longest = Math.max(longest, (into[next[c] as number] as number) + (transfers[c] as number));
    into[task] =
      longest + (by === 'MEAN' ? meanSeconds(graph, seconds, task) : fastestSeconds(graph, seconds, task));
  }
}

function meanSeconds(
  { machines, overheads, slotStart }: PlanGraph,
  seconds: Float64Array,
  task: number,
): number {
  const count = machines.length;
  let [sum, slots] = [0, 0];
  for (let m = 0; m < count; m++) {
    const own = (slotStart[m + 1] as number) - (slotStart[m] as number);
    const takes = (seconds[task * count + m] as number) + (overheads[m] as number);
    if (takes === Infinity) continue;
    sum += own * takes;
    slots += own;
  }
  return slots === 0 ? 0 : sum / slots;
}

export function fastestSeconds(
  { machines, overheads }: PlanGraph,
  seconds: Float64Array,
  task: number,
): number {
  const count = machines.length;
  let least = Infinity;
  for (let m = 0; m < count; m++)
    least = Math.min(least, (seconds[task * count + m] as number) + (overheads[m] as number));
  return least === Infinity ? 0 : least;
}
