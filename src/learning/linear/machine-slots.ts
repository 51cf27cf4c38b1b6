/**
 * Which columns belong to which machine, and how unsteady each machine is. Only so many machines have columns of their
 * own; further ones are told apart by what they advertise. Slots are given in the order in which machines are met and
 * stay.
 */
import type { Json } from '../../kit/json.js';

export const SLOTS_MAX = 16;
/** Prior weight of "as steady as the others", in observations. */
const STEADY_PRIOR = 20;
const MEMORY = 2000;
const RATIO_MIN = 0.2;
const RATIO_MAX = 5;

export class MachineSlots {
  #slots = new Map<string, number>();
  #noise: { sum: number; count: number }[] = [];

  get count(): number {
    return this.#slots.size;
  }

  /** In the order of their slots. */
  get names(): readonly string[] {
    return [...this.#slots.keys()];
  }

  /** -1: it has no columns. */
  of(machine: string): number {
    return this.#slots.get(machine) ?? -1;
  }

  /** True: the machine is new and has columns from now on. */
  meet(machine: string): boolean {
    if (this.#slots.has(machine) || this.#slots.size >= SLOTS_MAX) return false;
    this.#slots.set(machine, this.#slots.size);
    this.#noise.push({ sum: STEADY_PRIOR, count: STEADY_PRIOR });
    return true;
  }

  /** Variance of a run on this machine in units of its type's. */
  noiseRatio(slot: number): number {
    const noise = this.#noise[slot];
    return noise === undefined ? 1 : Math.min(RATIO_MAX, Math.max(RATIO_MIN, noise.sum / noise.count));
  }

  /** `ratio`: squared noise of a run in units of its type's variance. */
  learnNoise(slot: number, ratio: number): void {
    const noise = this.#noise[slot];
    if (noise === undefined) return;
    const kept = noise.count < MEMORY ? 1 : 1 - 1 / MEMORY;
    noise.sum = kept * noise.sum + ratio;
    noise.count = kept * noise.count + 1;
  }

  snapshot(): Json {
    return { slots: [...this.#slots.keys()], noise: this.#noise.map((noise) => ({ ...noise })) };
  }

  restore(state: Json): void {
    const { slots, noise } = structuredClone(state) as unknown as {
      slots: string[];
      noise: { sum: number; count: number }[];
    };
    this.#slots = new Map(slots.map((name, i) => [name, i]));
    this.#noise = noise;
  }
}
