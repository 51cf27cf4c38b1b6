/**
 * A task graph and the machines it can run on, as flat arrays: what planning walks over thousands of times a second.
 * Built once per mesh by whoever plans; it knows nothing of learning, of the store or of time.
 */
import { assert } from '../../kit/assert.js';

export interface PlanInput {
  /** The same text is the same file. */
  readonly file: string;
  /** What copying it between layers takes. */
  readonly seconds: number;
  /** Index of the task that writes it, -1: it was there before. */
  readonly producer: number;
}

export interface PlanTask {
  readonly children: readonly number[];
  readonly inputs: readonly PlanInput[];
}

export interface PlanMachine {
  readonly name: string;
  readonly layer: string;
  readonly slots: number;
  readonly overheadSeconds: number;
}

/** Copies that take less are not worth following. */
const INPUT_SECONDS_MIN = 0.02;
/** Where a dependent task will run is unknown while ranking: half of its transfer is charged. */
const TRANSFER_SHARE = 0.5;

interface Input {
  readonly file: number;
  readonly seconds: number;
  readonly producer: number;
}

export class PlanGraph {
  readonly size: number;
  readonly machines: readonly PlanMachine[];
  /** Index of the layer of each machine. */
  readonly layerOf: Int32Array;
  readonly layers: number;
  readonly overheads: Float64Array;
  /** First slot of each machine; one more entry than machines. */
  readonly slotStart: Int32Array;
  readonly children: readonly Int32Array[];
  /** Seconds of transfer charged per child while ranking. */
  readonly childTransfers: readonly Float64Array[];
  readonly inputs: readonly (readonly Input[])[];
  readonly files: number;
  readonly parents: Int32Array;
  /** Parents first. */
  readonly order: Int32Array;
  /** Index of the layer where what has no producer lies. */
  readonly storage: number;

  constructor(tasks: readonly PlanTask[], machines: readonly PlanMachine[], storageLayer: string) {
    this.size = tasks.length;
    this.machines = machines;
    const layers = [...new Set([...machines.map(({ layer }) => layer), storageLayer])];
    this.layers = layers.length;
    this.storage = layers.indexOf(storageLayer);
    this.layerOf = Int32Array.from(machines, ({ layer }) => layers.indexOf(layer));
    this.overheads = Float64Array.from(machines, ({ overheadSeconds }) => overheadSeconds);
    this.slotStart = new Int32Array(machines.length + 1);
    for (const [m, { slots }] of machines.entries())
      this.slotStart[m + 1] = (this.slotStart[m] as number) + slots;
    this.children = tasks.map(({ children }) => Int32Array.from(children));
    this.parents = new Int32Array(tasks.length);
    for (const children of this.children)
      for (const child of children) this.parents[child] = (this.parents[child] as number) + 1;
    this.order = topologicalOrder(this.children, this.parents);
    const files = new Map<string, number>();
    this.inputs = tasks.map(({ inputs }) => numbered(inputs, files));
    this.files = files.size;
    const charged = tasks.map(({ inputs }) => secondsByProducer(inputs));
    this.childTransfers = tasks.map(({ children }, i) =>
      Float64Array.from(
        children,
        (child) => TRANSFER_SHARE * ((charged[child] as Map<number, number>).get(i) ?? 0),
      ),
    );
  }

  get slots(): number {
    return this.slotStart[this.machines.length] as number;
  }
}

function numbered(inputs: readonly PlanInput[], files: Map<string, number>): Input[] {
  return inputs
    .filter(({ seconds }) => seconds >= INPUT_SECONDS_MIN)
    .map(({ file, seconds, producer }) => {
      const known = files.get(file) ?? files.size;
      files.set(file, known);
      return { file: known, seconds, producer };
    });
}

function secondsByProducer(inputs: readonly PlanInput[]): Map<number, number> {
  const seconds = new Map<number, number>();
  for (const input of inputs) seconds.set(input.producer, (seconds.get(input.producer) ?? 0) + input.seconds);
  return seconds;
}

function topologicalOrder(children: readonly Int32Array[], parents: Int32Array): Int32Array {
  const waiting = Int32Array.from(parents);
  const order = new Int32Array(children.length);
  let filled = 0;
  for (let i = 0; i < waiting.length; i++) if (waiting[i] === 0) order[filled++] = i;
  for (let at = 0; at < filled; at++)
    for (const child of children[order[at] as number] as Int32Array) {
      waiting[child] = (waiting[child] as number) - 1;
      if (waiting[child] === 0) order[filled++] = child;
    }
  assert(filled === children.length, 'a plan has no cycle');
  return order;
}
