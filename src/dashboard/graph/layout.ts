/**
 * The layered layout: layers by the longest path, eight sweeps of barycentres against crossings (Sugiyama, Tagawa and
 * Toda 1981), then rows moved towards their neighbours without changing their order. Pure, and in linear passes: ELK
 * and dagre take seconds for what this does in tens of milliseconds.
 */

export const NODE_WIDTH = 168;
export const NODE_HEIGHT = 46;
const ROW = 60;
const LAYER_GAP = 52;
const COLUMN_GAP = 20;
const SWEEPS = 8;
const ROWS_MIN = 24;
/** Rows by the square root of nodes: the whole is about as wide as a screen. */
const ROWS_FACTOR = 1.78;
const RELAXED_MAX = 4000;
const RELAXATIONS = 6;

export interface Wiring {
  readonly size: number;
  readonly sources: Int32Array;
  readonly targets: Int32Array;
}

export interface Layout {
  /** Left upper corners. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly layer: Int32Array;
  readonly width: number;
  readonly height: number;
}

/** Neighbours of all nodes, one behind the other; those of node n stand from `start[n]` to `start[n + 1]`. */
export interface Neighbours {
  readonly start: Int32Array;
  readonly nodes: Int32Array;
}

export function neighbours(size: number, from: Int32Array, to: Int32Array): Neighbours {
  const start = new Int32Array(size + 1);
  for (const node of from) start[node + 1]!++;
  for (let node = 0; node < size; node++) start[node + 1]! += start[node]!;
  const next = start.slice();
  const nodes = new Int32Array(from.length);
  for (let edge = 0; edge < from.length; edge++) nodes[next[from[edge]!]!++] = to[edge]!;
  return { start, nodes };
}

/** By the longest path from the left; what nothing leads to stands right before what it leads to. */
export function layersOf({ size, sources, targets }: Wiring, after: Neighbours): Int32Array {
  const waiting = new Int32Array(size);
  for (const target of targets) waiting[target]!++;
  const layer = new Int32Array(size);
  const order = new Int32Array(size);
  let end = 0;
  for (let node = 0; node < size; node++) if (waiting[node] === 0) order[end++] = node;
  const roots = end;
  for (let index = 0; index < end; index++) {
    const node = order[index]!;
    for (let at = after.start[node]!; at < after.start[node + 1]!; at++) {
      const target = after.nodes[at]!;
      layer[target] = Math.max(layer[target]!, layer[node]! + 1);
      if (--waiting[target]! === 0) order[end++] = target;
    }
  }
  for (let index = 0; index < roots; index++) {
    const node = order[index]!;
    let nearest = Number.POSITIVE_INFINITY;
    for (let at = after.start[node]!; at < after.start[node + 1]!; at++)
      nearest = Math.min(nearest, layer[after.nodes[at]!]!);
    if (nearest !== Number.POSITIVE_INFINITY) layer[node] = nearest - 1;
  }
  void sources;
  return layer;
}

function group(layer: Int32Array): Int32Array[] {
  const depth = layer.reduce((most, one) => Math.max(most, one), -1) + 1;
  const sizes = new Int32Array(depth);
  for (const one of layer) sizes[one]!++;
  const groups = Array.from(sizes, (size) => new Int32Array(size));
  const next = new Int32Array(depth);
  for (let node = 0; node < layer.length; node++) groups[layer[node]!]![next[layer[node]!]!++] = node;
  return groups;
}

/** One pass over all layers: each sorted by the mean place of the neighbours on one side. */
function sweep(groups: Int32Array[], place: Float64Array, side: Neighbours, isBackwards: boolean): void {
  const wish = new Float64Array(place.length);
  for (let step = 0; step < groups.length; step++) {
    const members = groups[isBackwards ? groups.length - 1 - step : step]!;
    for (const node of members) {
      const [from, to] = [side.start[node]!, side.start[node + 1]!];
      let sum = 0;
      for (let at = from; at < to; at++) sum += place[side.nodes[at]!]!;
      wish[node] = from === to ? place[node]! : sum / (to - from);
    }
    members.sort((a, b) => wish[a]! - wish[b]! || place[a]! - place[b]!);
    const scale = 1 / Math.max(1, members.length);
    for (let index = 0; index < members.length; index++) place[members[index]!] = (index + 0.5) * scale;
  }
}

/** The nearest ascending sequence with a distance of one row: pools of adjacent violators. */
function spread(members: Int32Array, wish: Float64Array, y: Float32Array): void {
  const sums: number[] = [];
  const sizes: number[] = [];
  for (let index = 0; index < members.length; index++) {
    let [sum, size] = [wish[members[index]!]! - index * ROW, 1];
    while (sums.length > 0 && sums.at(-1)! / sizes.at(-1)! >= sum / size) {
      sum += sums.pop()!;
      size += sizes.pop()!;
    }
    sums.push(sum);
    sizes.push(size);
  }
  let index = 0;
  for (let pool = 0; pool < sums.length; pool++) {
    for (let one = 0; one < sizes[pool]!; one++, index++)
      y[members[index]!] = sums[pool]! / sizes[pool]! + index * ROW;
  }
}

function relax(groups: readonly Int32Array[], y: Float32Array, before: Neighbours, after: Neighbours): void {
  const wish = new Float64Array(y.length);
  for (let round = 0; round < RELAXATIONS; round++) {
    const isBackwards = round % 2 === 1;
    const side = isBackwards ? after : before;
    for (let step = 0; step < groups.length; step++) {
      const members = groups[isBackwards ? groups.length - 1 - step : step]!;
      for (const node of members) {
        const [from, to] = [side.start[node]!, side.start[node + 1]!];
        let sum = 0;
        for (let at = from; at < to; at++) sum += y[side.nodes[at]!]!;
        wish[node] = from === to ? y[node]! : sum / (to - from);
      }
      spread(members, wish, y);
    }
  }
}

/** A layer of more rows than there is room for stands in several columns. */
function placeColumns(
  groups: readonly Int32Array[],
  rowsMax: number,
  x: Float32Array,
  y: Float32Array,
): boolean {
  let left = 0;
  let isWrapped = false;
  for (const members of groups) {
    const columns = Math.ceil(members.length / rowsMax);
    const rows = Math.ceil(members.length / Math.max(1, columns));
    isWrapped ||= columns > 1;
    for (let index = 0; index < members.length; index++) {
      const [column, row] = [Math.floor(index / rows), index % rows];
      x[members[index]!] = left + column * (NODE_WIDTH + COLUMN_GAP);
      y[members[index]!] = (row - (Math.min(rows, members.length) - 1) / 2) * ROW;
    }
    left += columns * NODE_WIDTH + (columns - 1) * COLUMN_GAP + LAYER_GAP;
  }
  return isWrapped;
}

export function layout(wiring: Wiring): Layout {
  const { size, sources, targets } = wiring;
  const after = neighbours(size, sources, targets);
  const before = neighbours(size, targets, sources);
  const layer = layersOf(wiring, after);
  const groups = group(layer);
  const place = new Float64Array(size);
  for (const members of groups)
    for (let index = 0; index < members.length; index++)
      place[members[index]!] = (index + 0.5) / members.length;
  for (let round = 0; round < SWEEPS; round++) {
    const isBackwards = round % 2 === 1;
    sweep(groups, place, isBackwards ? after : before, isBackwards);
  }
  const [x, y] = [new Float32Array(size), new Float32Array(size)];
  const isWrapped = placeColumns(groups, Math.max(ROWS_MIN, Math.ceil(Math.sqrt(size) * ROWS_FACTOR)), x, y);
  if (!isWrapped && size <= RELAXED_MAX) relax(groups, y, before, after);
  const top = y.reduce((least, one) => Math.min(least, one), 0);
  for (let node = 0; node < size; node++) y[node]! -= top;
  const width = x.reduce((most, one) => Math.max(most, one), 0) + NODE_WIDTH;
  const height = y.reduce((most, one) => Math.max(most, one), 0) + NODE_HEIGHT;
  return { x, y, layer, width, height };
}
