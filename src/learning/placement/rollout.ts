/**
 * Runs the rest of a mesh on expected times under one rule, from the present to the end: which tasks would start now,
 * and when everything would be over. Event by event, as the real thing decides; the buffers are kept, so that a run
 * allocates nothing. Called by the planner.
 */
import type { PlanGraph } from './plan-graph.js';
import { fastestSeconds } from './ranks.js';

/** A way to place ready tasks. Each, in the order of `ranks`, takes the slot with the least cost. */
export interface Rule {
  readonly ranks: Float64Array;
  /** May a slot that is busy win? The task is then kept back for it. */
  readonly waits: boolean;
  /** Cost of a machine's extra seconds over the fastest, beside the finish: how dear it is to use the wrong machine. */
  readonly thrift: number;
}

/** The present. Slots are numbered machine by machine. */
export interface Present {
  readonly now: number;
  readonly ready: readonly number[];
  /** How many parents of each task are not finished. */
  readonly waiting: Int32Array;
  /** Task that runs on each slot, -1: none, `size` of the graph: something that is not part of it. */
  readonly slotTask: Int32Array;
  /** When it is expected to be over. */
  readonly slotFree: Float64Array;
  /** Layer on which each task was started, -1: it was not. */
  readonly layerOfTask: Int8Array;
  /** Files that were copied: layer × file. */
  readonly staged: Uint8Array;
}

/** A task that starts, with what each machine would have meant for it at its turn: Infinity where it cannot run. */
export interface Placed {
  readonly task: number;
  readonly machine: number;
  /** Until a slot is free. */
  readonly waits: Float64Array;
  /** From then on until it would be over. */
  readonly takes: Float64Array;
}

/** A task that is kept back for a busy machine although it could start elsewhere. */
export interface Held {
  readonly task: number;
  readonly machine: number;
  readonly waitSeconds: number;
  /** What it would take where it could start now. */
  readonly otherwiseSeconds: number;
}

export interface Placements {
  readonly starts: Placed[];
  readonly holds: Held[];
}

/** Ready tasks beyond this many are not looked at in one decision: those before them have reserved what there is. */
const LOOKED_AT_MAX = 48;
const SAME_INSTANT = 1e-9;
/** Slots that are walked over in the time of one look. */
const SLOTS_PER_LOOK = 8;

export class Rollout {
  readonly #graph: PlanGraph;
  readonly #seconds: Float64Array;
  readonly #waiting: Int32Array;
  readonly #task: Int32Array;
  readonly #free: Float64Array;
  readonly #reserved: Uint8Array;
  readonly #layerOfTask: Int8Array;
  readonly #staged: Uint8Array;
  readonly #ready: Int32Array;
  #readyCount = 0;
  #idle = 0;
  #now = 0;
  /** When each slot could take the next task within one decision, and the first slot of each machine. */
  readonly #offer: Float64Array;
  readonly #best: Int32Array;
  readonly #transfers: Float64Array;
  #told: Placements | undefined;
  /** Looks at a ready task so far, and as many for walking over the slots as that takes: what all this costs. */
  looks = 0;
  readonly #looksPerWalk: number;

  /** `seconds`: expected run time, task × machine; read at every run, so the caller may renew it in place. */
  constructor(graph: PlanGraph, seconds: Float64Array) {
    this.#graph = graph;
    this.#seconds = seconds;
    this.#looksPerWalk = 1 + Math.floor(graph.slots / SLOTS_PER_LOOK);
    this.#waiting = new Int32Array(graph.size);
    this.#task = new Int32Array(graph.slots);
    this.#free = new Float64Array(graph.slots);
    this.#reserved = new Uint8Array(graph.slots);
    this.#layerOfTask = new Int8Array(graph.size);
    this.#staged = new Uint8Array(graph.layers * graph.files);
    this.#ready = new Int32Array(graph.size);
    this.#offer = new Float64Array(graph.slots);
    this.#best = new Int32Array(graph.machines.length);
    this.#transfers = new Float64Array(graph.layers);
  }

  /** Pairs of task and machine that the rule starts now. */
  starts(present: Present, rule: Rule): number[] {
    const starts: number[] = [];
    this.#begin(present, rule);
    this.#place(rule, starts);
    return starts;
  }

  /** The same starts, and why. */
  explain(present: Present, rule: Rule): Placements {
    const told: Placements = { starts: [], holds: [] };
    this.#begin(present, rule);
    this.#told = told;
    this.#place(rule, undefined);
    this.#told = undefined;
    return told;
  }

  /**
   * When everything is over; Infinity where that is later than `limit`. NaN: it was given up after `looksMax` looks, and says
   * nothing.
   */
  end(
    present: Present,
    rule: Rule,
    { limit, looksMax }: { readonly limit: number; readonly looksMax: number },
  ): number {
    this.#begin(present, rule);
    const looksEnd = this.looks + looksMax;
    for (;;) {
      if (this.looks > looksEnd) return Number.NaN;
      if (this.#idle > 0 && this.#readyCount > 0) this.#place(rule, undefined);
      const next = this.#nextCompletion();
      if (next === Infinity) return this.#readyCount > 0 ? Infinity : this.#now;
      if (next > limit) return Infinity;
      this.#now = next;
      this.#complete(rule);
    }
  }

  #begin(present: Present, { ranks }: Rule): void {
    this.#waiting.set(present.waiting);
    this.#task.set(present.slotTask);
    this.#free.set(present.slotFree);
    this.#layerOfTask.set(present.layerOfTask);
    this.#staged.set(present.staged);
    this.#now = present.now;
    this.#readyCount = 0;
    for (const task of present.ready) this.#insert(task, ranks);
    this.#idle = 0;
    for (let s = 0; s < this.#task.length; s++) if ((this.#task[s] as number) < 0) this.#idle += 1;
  }

  /** Into the ready tasks, after those of the same rank. */
  #insert(task: number, ranks: Float64Array): void {
    const rank = ranks[task] as number;
    let low = 0;
    let high = this.#readyCount;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ranks[this.#ready[middle] as number] as number) >= rank) low = middle + 1;
      else high = middle;
    }
    this.#ready.copyWithin(low + 1, low, this.#readyCount);
    this.#ready[low] = task;
    this.#readyCount += 1;
  }

  #place(rule: Rule, starts: number[] | undefined): void {
    const { machines } = this.#graph;
    for (let s = 0; s < this.#task.length; s++) {
      this.#offer[s] =
        (this.#task[s] as number) < 0 ? this.#now : Math.max(this.#now, this.#free[s] as number);
      this.#reserved[s] = 0;
    }
    for (let m = 0; m < machines.length; m++) this.#chooseSlot(m);
    let kept = 0;
    let at = 0;
    this.looks += this.#looksPerWalk;
    for (; at < this.#readyCount && this.#idle > 0 && at < LOOKED_AT_MAX; at++) {
      this.looks += 1;
      const task = this.#ready[at] as number;
      if (!this.#placeOne(task, rule, starts)) this.#ready[kept++] = task;
    }
    for (; at < this.#readyCount; at++) this.#ready[kept++] = this.#ready[at] as number;
    this.#readyCount = kept;
  }

  /** True: it starts now. False: it is kept back, for a slot that it reserved or because none is idle for it. */
  #placeOne(task: number, rule: Rule, starts: number[] | undefined): boolean {
    const { machines, layerOf, overheads } = this.#graph;
    this.#measureTransfers(task);
    const fastest = rule.thrift > 0 ? fastestSeconds(this.#graph, this.#seconds, task) : 0;
    let machine = -1;
    let least = Infinity;
    let takes = 0;
    for (let m = 0; m < machines.length; m++) {
      const slot = this.#best[m] as number;
      const run = this.#seconds[task * machines.length + m] as number;
      if (slot < 0 || run === Infinity || (!rule.waits && !this.#isIdle(slot))) continue;
      const seconds = run + (overheads[m] as number) + (this.#transfers[layerOf[m] as number] as number);
      const cost = (this.#offer[slot] as number) + seconds + rule.thrift * (seconds - fastest);
      if (cost >= least) continue;
      least = cost;
      machine = m;
      takes = seconds;
    }
    if (machine < 0) return false;
    const slot = this.#best[machine] as number;
    const starting = this.#isIdle(slot);
    if (this.#told !== undefined) this.#tell(task, machine, this.#told);
    this.#offer[slot] = (this.#offer[slot] as number) + takes;
    if (starting) {
      this.#task[slot] = task;
      this.#free[slot] = this.#offer[slot] as number;
      this.#idle -= 1;
      this.#stage(task, layerOf[machine] as number);
      starts?.push(task, machine);
    } else {
      this.#reserved[slot] = 1;
    }
    this.#chooseSlot(machine);
    return starting;
  }

  /** Before anything of it is booked. */
  #tell(task: number, machine: number, told: Placements): void {
    const { machines, layerOf, overheads } = this.#graph;
    const waits = new Float64Array(machines.length).fill(Infinity);
    const takes = new Float64Array(machines.length).fill(Infinity);
    let otherwiseSeconds = Infinity;
    for (let m = 0; m < machines.length; m++) {
      const slot = this.#best[m] as number;
      const seconds = this.#seconds[task * machines.length + m] as number;
      if (slot < 0 || seconds === Infinity) continue;
      waits[m] = (this.#offer[slot] as number) - this.#now;
      takes[m] = seconds + (overheads[m] as number) + (this.#transfers[layerOf[m] as number] as number);
      if (this.#isIdle(slot)) otherwiseSeconds = Math.min(otherwiseSeconds, takes[m] as number);
    }
    if (this.#isIdle(this.#best[machine] as number)) told.starts.push({ task, machine, waits, takes });
    else if (otherwiseSeconds < Infinity)
      told.holds.push({ task, machine, waitSeconds: waits[machine] as number, otherwiseSeconds });
  }

  #isIdle(slot: number): boolean {
    return (this.#task[slot] as number) < 0 && this.#reserved[slot] === 0;
  }

  /** The slot of a machine that is free first; an idle one wins ties. */
  #chooseSlot(machine: number): void {
    const end = this.#graph.slotStart[machine + 1] as number;
    let best = -1;
    for (let s = this.#graph.slotStart[machine] as number; s < end; s++) {
      if (best >= 0) {
        const earlier = (this.#offer[s] as number) - (this.#offer[best] as number);
        if (earlier > 0 || (earlier === 0 && (this.#isIdle(best) || !this.#isIdle(s)))) continue;
      }
      best = s;
    }
    this.#best[machine] = best;
  }

  #measureTransfers(task: number): void {
    const inputs = this.#graph.inputs[task] as PlanGraph['inputs'][number];
    this.#transfers.fill(0);
    for (const { file, seconds, producer } of inputs) {
      const made = producer < 0 ? -1 : (this.#layerOfTask[producer] as number);
      const origin = made < 0 ? this.#graph.storage : made;
      for (let layer = 0; layer < this.#transfers.length; layer++)
        if (layer !== origin && this.#staged[layer * this.#graph.files + file] === 0)
          this.#transfers[layer] = (this.#transfers[layer] as number) + seconds;
    }
  }

  #stage(task: number, layer: number): void {
    for (const { file } of this.#graph.inputs[task] as PlanGraph['inputs'][number])
      this.#staged[layer * this.#graph.files + file] = 1;
    this.#layerOfTask[task] = layer;
  }

  #nextCompletion(): number {
    let next = Infinity;
    for (let s = 0; s < this.#task.length; s++)
      if ((this.#task[s] as number) >= 0 && (this.#free[s] as number) < next) next = this.#free[s] as number;
    return next;
  }

  #complete({ ranks }: Rule): void {
    for (let s = 0; s < this.#task.length; s++) {
      const task = this.#task[s] as number;
      if (task < 0 || (this.#free[s] as number) > this.#now + SAME_INSTANT) continue;
      this.#task[s] = -1;
      this.#idle += 1;
      if (task === this.#graph.size) continue;
      for (const child of this.#graph.children[task] as Int32Array) {
        this.#waiting[child] = (this.#waiting[child] as number) - 1;
        if (this.#waiting[child] === 0) this.#insert(child, ranks);
      }
    }
  }
}
