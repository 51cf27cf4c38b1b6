/**
 * The plain advisor: run times seen so far per kind of task, as quantiles of the last 64. No history, no estimate.
 * Learning replaces it behind the same contract. Memory: at most 10,000 kinds × 64 numbers, least recently used out first.
 */
import { quantile } from '../../kit/statistics/quantile.js';
import type { LayerName } from '../../lifecycle/vocabulary.js';
import type { Advisor, DurationEstimate, LayerCandidate, Observation, TaskFacts } from '../advisor.js';

const KINDS_MAX = 10_000;
const PER_KIND_MAX = 64;

interface Kind {
  /** Ring of seconds; `next` is the oldest once it is full. */
  readonly seconds: number[];
  next: number;
  estimate: DurationEstimate | undefined;
}

export class QuantileAdvisor implements Advisor {
  readonly #kinds = new Map<string, Kind>();
  /** Many of one kind in a row are the rule; moving it to the end of the map each time costs more than all the rest. */
  #lastKey: string | undefined;
  #last: Kind | undefined;

  estimate(task: TaskFacts): DurationEstimate | null {
    const { plannedSeconds } = task;
    if (plannedSeconds !== null) return { p10: plannedSeconds, p50: plannedSeconds, p90: plannedSeconds };
    const kind = this.#kinds.get(task.typeKey);
    if (kind === undefined) return null;
    kind.estimate ??= estimateOf(kind.seconds);
    return kind.estimate;
  }

  chooseLayer(_task: TaskFacts, candidates: readonly LayerCandidate[]): LayerName {
    return (candidates[0] as LayerCandidate).layer;
  }

  observe({ typeKey, runSeconds }: Observation): void {
    const kind = typeKey === this.#lastKey ? (this.#last as Kind) : this.#latest(typeKey);
    if (kind.seconds.length < PER_KIND_MAX) kind.seconds.push(runSeconds);
    else kind.seconds[kind.next] = runSeconds;
    kind.next = (kind.next + 1) % PER_KIND_MAX;
    kind.estimate = undefined;
  }

  /** Makes it the one that was used last. */
  #latest(typeKey: string): Kind {
    const kind = this.#kinds.get(typeKey) ?? { seconds: [], next: 0, estimate: undefined };
    this.#kinds.delete(typeKey);
    this.#kinds.set(typeKey, kind);
    if (this.#kinds.size > KINDS_MAX) this.#kinds.delete(this.#kinds.keys().next().value as string);
    this.#lastKey = typeKey;
    this.#last = kind;
    return kind;
  }
}

function estimateOf(seconds: readonly number[]): DurationEstimate {
  const sorted = [...seconds].sort((a, b) => a - b);
  return { p10: quantile(sorted, 0.1), p50: quantile(sorted, 0.5), p90: quantile(sorted, 0.9) };
}
