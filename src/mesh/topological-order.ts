/**
 * Orders a whole graph at once, in O(nodes + edges) over typed arrays: what `Graph` does with a large batch of edges,
 * and what anyone may do who has a plain list of edges. Never looks at edge types: all four count.
 */

/** Compressed sparse rows: the targets of node n are `targets[offsets[n] … offsets[n + 1])`, in the order the edges were given. */
export interface Csr {
  readonly offsets: Int32Array;
  readonly targets: Int32Array;
}

/** From parallel arrays; an edge whose source is negative is left out. */
export function csrFrom(nodeLimit: number, sources: Int32Array, targets: Int32Array): Csr {
  const offsets = new Int32Array(nodeLimit + 1);
  for (let i = 0; i < sources.length; i++) {
    const source = sources[i] as number;
    if (source >= 0) offsets[source + 1] = (offsets[source + 1] as number) + 1;
  }
  for (let node = 0; node < nodeLimit; node++)
    offsets[node + 1] = (offsets[node + 1] as number) + (offsets[node] as number);
  const filled = offsets.slice(0, nodeLimit);
  const packed = new Int32Array(offsets[nodeLimit] as number);
  for (let i = 0; i < sources.length; i++) {
    const source = sources[i] as number;
    if (source < 0) continue;
    const at = filled[source] as number;
    packed[at] = targets[i] as number;
    filled[source] = at + 1;
  }
  return { offsets, targets: packed };
}

/**
 * Sources first (A. B. Kahn, "Topological sorting of large networks", CACM 5(11), 1962). The answer doubles as the queue.
 * It is shorter than the number of nodes exactly when there is a cycle: nodes on cycles and below them are missing.
 */
export function topologicalOrder({ offsets, targets }: Csr): Int32Array<ArrayBuffer> {
  const nodeLimit = offsets.length - 1;
  const unmet = new Int32Array(nodeLimit);
  for (let i = 0; i < targets.length; i++)
    unmet[targets[i] as number] = (unmet[targets[i] as number] as number) + 1;
  const order = new Int32Array(nodeLimit);
  let end = 0;
  for (let node = 0; node < nodeLimit; node++) if (unmet[node] === 0) order[end++] = node;
  for (let i = 0; i < end; i++) {
    const node = order[i] as number;
    for (let at = offsets[node] as number; at < (offsets[node + 1] as number); at++) {
      const target = targets[at] as number;
      const left = (unmet[target] as number) - 1;
      unmet[target] = left;
      if (left === 0) order[end++] = target;
    }
  }
  return order.subarray(0, end);
}
