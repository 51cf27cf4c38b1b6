/**
 * Grows one regression tree on binned features by histograms: per node the sums of the target over the bins of every
 * column, of which the sibling's are the parent's less the smaller child's. The engine of CART and of the boosted trees.
 */
import type { Binned } from './binning.js';
import { BINS_MAX } from './binning.js';

export interface TreeOptions {
  readonly depthMax: number;
  readonly leafMin: number;
  /** Leaves are drawn towards 0 as if this many rows more had the value 0. */
  readonly shrinkage: number;
}

/** Nodes side by side; children of `i` are `left[i]` and `left[i] + 1`. */
export interface Tree {
  /** Column of the split, -1: a leaf. */
  readonly column: number[];
  /** Values up to this go left. */
  readonly cut: number[];
  readonly left: number[];
  readonly value: number[];
}

interface Split {
  readonly column: number;
  readonly bin: number;
  readonly gain: number;
}

interface Node {
  readonly at: number;
  readonly start: number;
  readonly end: number;
  readonly depth: number;
  readonly histogram: Float64Array;
}

export class TreeGrower {
  readonly #rows: Binned;
  readonly #options: TreeOptions;
  readonly #order: Int32Array;
  readonly #spare: Int32Array;
  readonly #free: Float64Array[] = [];
  /** Sum of the gains by column, over all trees grown. */
  readonly gains: Float64Array;

  constructor(rows: Binned, options: TreeOptions) {
    this.#rows = rows;
    this.#options = options;
    this.#order = new Int32Array(rows.count);
    this.#spare = new Int32Array(rows.count);
    this.gains = new Float64Array(rows.width);
  }

  /** `members`: which rows it grows on. */
  grow(target: Float64Array, members: Int32Array): Tree {
    this.#order.set(members);
    const tree: Tree = { column: [-1], cut: [0], left: [0], value: [0] };
    const histogram = this.#sums(target, 0, members.length);
    const open: Node[] = [{ at: 0, start: 0, end: members.length, depth: 0, histogram }];
    for (let node = open.pop(); node !== undefined; node = open.pop()) this.#expand(tree, node, target, open);
    return tree;
  }

  #expand(tree: Tree, node: Node, target: Float64Array, open: Node[]): void {
    const { at, start, end, depth, histogram } = node;
    const split = depth < this.#options.depthMax ? this.#bestSplit(histogram, end - start) : undefined;
    if (split === undefined) {
      let sum = 0;
      for (let i = start; i < end; i++) sum += target[this.#order[i] as number] as number;
      tree.value[at] = sum / (end - start + this.#options.shrinkage);
      this.#free.push(histogram);
      return;
    }
    this.gains[split.column] = (this.gains[split.column] as number) + split.gain;
    const middle = this.#partition(start, end, split);
    const left = tree.column.length;
    tree.column[at] = split.column;
    tree.cut[at] = (this.#rows.cuts[split.column] as Float64Array)[split.bin] as number;
    tree.left[at] = left;
    tree.column.push(-1, -1);
    tree.cut.push(0, 0);
    tree.left.push(0, 0);
    tree.value.push(0, 0);
    const leftIsSmall = middle - start <= end - middle;
    const small = leftIsSmall ? this.#sums(target, start, middle) : this.#sums(target, middle, end);
    for (let k = 0; k < histogram.length; k++) histogram[k] = (histogram[k] as number) - (small[k] as number);
    const [own, other] = leftIsSmall ? [small, histogram] : [histogram, small];
    open.push({ at: left + 1, start: middle, end, depth: depth + 1, histogram: other });
    open.push({ at: left, start, end: middle, depth: depth + 1, histogram: own });
  }

  /** Of every column and bin: sum of the target, and count. */
  #sums(target: Float64Array, start: number, end: number): Float64Array {
    const { count, width, codes } = this.#rows;
    const sums = this.#free.pop()?.fill(0) ?? new Float64Array(width * BINS_MAX * 2);
    for (let j = 0; j < width; j++) {
      const column = j * count;
      const at = j * BINS_MAX * 2;
      for (let i = start; i < end; i++) {
        const row = this.#order[i] as number;
        const cell = at + 2 * (codes[column + row] as number);
        sums[cell] = (sums[cell] as number) + (target[row] as number);
        sums[cell + 1] = (sums[cell + 1] as number) + 1;
      }
    }
    return sums;
  }

  #bestSplit(histogram: Float64Array, count: number): Split | undefined {
    const { leafMin, shrinkage } = this.#options;
    if (count < 2 * leafMin) return undefined;
    let total = 0;
    for (let b = 0; b < BINS_MAX; b++) total += histogram[2 * b] as number;
    const whole = total ** 2 / (count + shrinkage);
    let column = -1;
    let bin = 0;
    let best = 1e-9;
    for (let j = 0; j < this.#rows.width; j++) {
      let sum = 0;
      let below = 0;
      const bins = (this.#rows.cuts[j] as Float64Array).length;
      for (let b = 0; b < bins; b++) {
        const cell = 2 * (j * BINS_MAX + b);
        sum += histogram[cell] as number;
        below += histogram[cell + 1] as number;
        if (below < leafMin) continue;
        if (count - below < leafMin) break;
        const gain =
          sum ** 2 / (below + shrinkage) + (total - sum) ** 2 / (count - below + shrinkage) - whole;
        if (gain <= best) continue;
        best = gain;
        column = j;
        bin = b;
      }
    }
    return column < 0 ? undefined : { column, bin, gain: best };
  }

  /** Stable: rows stay in their order on both sides, so that sums are the same on every machine. */
  #partition(start: number, end: number, { column, bin }: Split): number {
    const { count, codes } = this.#rows;
    let middle = start;
    let aside = 0;
    for (let i = start; i < end; i++) {
      const row = this.#order[i] as number;
      if ((codes[column * count + row] as number) <= bin) this.#order[middle++] = row;
      else this.#spare[aside++] = row;
    }
    this.#order.set(this.#spare.subarray(0, aside), middle);
    return middle;
  }
}

export function treeValue({ column, cut, left, value }: Tree, features: Float64Array, from = 0): number {
  let at = 0;
  for (;;) {
    const split = column[at] as number;
    if (split < 0) return value[at] as number;
    at = (left[at] as number) + ((features[from + split] as number) <= (cut[at] as number) ? 0 : 1);
  }
}
