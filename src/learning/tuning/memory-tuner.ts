/**
 * How much memory to ask for, for each kind of task: a quantile of the peaks before, with some room above it. Each of a few
 * such rules is scored on every peak as if it had been in force (prequential): what was asked for and not used, and what a
 * try that ran out of memory costs, which is run again with twice as much. The cheapest is in force; changes carry their
 * predicted and realised gain, and are taken back by evidence.
 */
import type { Json } from '../../kit/json.js';
import { Change } from './change.js';
import type { ChangeState } from './change.js';

export interface PeakSeen {
  readonly typeKey: string;
  readonly peakBytes: number;
  readonly runSeconds: number;
}

const PEAKS_MAX = 64;
const FADE = 0.98;
const SEEN_MIN = 12;
const GAIN_MIN = 0.05;
const TYPES_MAX = 5000;
/** Of the run that is lost when a try runs out of memory. */
const LOST = 0.6;
/** Beyond the memory it wastes, a lost try delays whoever waits for it: its cost in times of the request. */
const DELAY = 6;
const RULES = [0.5, 0.75, 0.9, 0.95, 1].flatMap((quantile) =>
  [1.02, 1.1, 1.25, 1.5].map((room) => ({ quantile, room })),
);
/** Maximum and a tenth above it: the usual rule, in force before anything was seen. */
const START = RULES.findIndex(({ quantile, room }) => quantile === 1 && room === 1.1);

interface TypeState {
  peaks: number[];
  seen: number;
  rule: number;
  /** Byte seconds, discounted. */
  costs: number[];
  change: Change | null;
}

export class MemoryTuner {
  readonly #types = new Map<string, TypeState>();

  /** Null: nothing was seen of that kind. */
  requestBytes(typeKey: string): number | null {
    const state = this.#types.get(typeKey);
    return state === undefined ? null : requestOf(sorted(state), state.rule);
  }

  rule(typeKey: string): { readonly quantile: number; readonly room: number } {
    return RULES[this.#types.get(typeKey)?.rule ?? START] as (typeof RULES)[number];
  }

  /** `before` and `after` are quantiles times room. */
  change(typeKey: string): ChangeState | null {
    return this.#types.get(typeKey)?.change?.state ?? null;
  }

  observe({ typeKey, peakBytes, runSeconds }: PeakSeen): void {
    const state = this.#latest(typeKey);
    if (state.peaks.length > 0) {
      const order = sorted(state);
      const costs = RULES.map((_, rule) => costOf(requestOf(order, rule), peakBytes, runSeconds));
      for (const [rule, cost] of costs.entries())
        state.costs[rule] = FADE * (state.costs[rule] as number) + cost;
      this.#judge(state, costs);
    }
    state.peaks.push(peakBytes);
    if (state.peaks.length > PEAKS_MAX) state.peaks.shift();
    state.seen += 1;
  }

  snapshot(): Json {
    return [...this.#types].map(([key, { peaks, seen, rule, costs, change }]) => [
      key,
      [...peaks],
      seen,
      rule,
      [...costs],
      change?.snapshot() ?? null,
    ]);
  }

  restore(saved: Json): void {
    this.#types.clear();
    type Row = [string, number[], number, number, number[], Json];
    for (const [key, peaks, seen, rule, costs, change] of saved as unknown as Row[])
      this.#types.set(key, {
        peaks: [...peaks],
        seen,
        rule,
        costs: [...costs],
        change: change === null ? null : Change.restored(change),
      });
  }

  /** Least recently used out first. */
  #latest(typeKey: string): TypeState {
    const state = this.#types.get(typeKey) ?? {
      peaks: [],
      seen: 0,
      rule: START,
      costs: RULES.map(() => 0),
      change: null,
    };
    this.#types.delete(typeKey);
    this.#types.set(typeKey, state);
    if (this.#types.size > TYPES_MAX) this.#types.delete(this.#types.keys().next().value as string);
    return state;
  }

  #judge(state: TypeState, costs: readonly number[]): void {
    const { change } = state;
    if (change !== null && !change.state.reverted) {
      const [before, now] = [costs[ruleOf(change.state.before)] as number, costs[state.rule] as number];
      if (change.observe((before - now) / Math.max(before, now, 1e-9))) {
        state.rule = ruleOf(change.state.before);
        state.seen = 0;
        state.costs = RULES.map(() => 0);
        return;
      }
    }
    if (state.seen < SEEN_MIN) return;
    let best = state.rule;
    for (const [rule, cost] of state.costs.entries()) if (cost < (state.costs[best] as number)) best = rule;
    const now = state.costs[state.rule] as number;
    const gain = 1 - (state.costs[best] as number) / now;
    if (!(gain >= GAIN_MIN)) return;
    state.change = new Change({
      before: valueOf(state.rule),
      after: valueOf(best),
      predictedGain: gain,
      since: state.seen,
    });
    state.rule = best;
  }
}

/** One number for a rule, as changes are told: quantile and room. */
function valueOf(rule: number): number {
  const { quantile, room } = RULES[rule] as (typeof RULES)[number];
  return quantile * 100 + room;
}

function ruleOf(value: number): number {
  return RULES.findIndex((_, rule) => valueOf(rule) === value);
}

function sorted(state: TypeState): number[] {
  return [...state.peaks].sort((a, b) => a - b);
}

function requestOf(order: readonly number[], rule: number): number {
  const { quantile, room } = RULES[rule] as (typeof RULES)[number];
  return (order[Math.ceil(quantile * order.length) - 1] as number) * room;
}

/** Byte seconds that were asked for and not used; after running out, twice as much each time until it fits. */
function costOf(request: number, peak: number, seconds: number): number {
  let [cost, asked] = [0, Math.max(1, request)];
  while (asked < peak) {
    cost += asked * seconds * (LOST + DELAY);
    asked *= 2;
  }
  return cost + (asked - peak) * seconds;
}
