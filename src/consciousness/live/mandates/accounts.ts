/**
 * Keeps account of mandates: which starts are otherwise than the static rule has them, and what they cost beside what it would
 * have cost; in shadow, what would have been. Called with every start and outcome, and with every run that was replayed. What the
 * static rule would have cost is what the models expect, except where it is known.
 */
import { demandOf } from '../../../lifecycle/demand.js';
import type { LayerName } from '../../../lifecycle/vocabulary.js';
import type { Advisor, SettledAttempt, StartedAttempt, TaskFacts } from '../../../orchestrator/advisor.js';
import type { Replay } from '../replay.js';
import type { Mandate } from './mandate.js';
import { type Mandates, OTHERS } from './mandates.js';

/** A start of which its end is awaited. Seconds: what is expected elsewhere. */
interface Placed {
  readonly mandate: Mandate;
  readonly elsewhereSeconds: number;
}

const PLACED_MAX = 1000;
/** No learned limit is shorter. */
const LIMIT_MS_MIN = 60_000;
/** Subject of what is in no mesh that recurs. */
const ALONE = 'tasks without a named mesh';

export function meshOf({ meshName }: Pick<TaskFacts, 'meshName'>): string {
  return meshName ?? ALONE;
}

export class Accounts {
  readonly #mandates: Mandates;
  readonly #placed = new Map<string, Placed>();

  constructor(mandates: Mandates) {
    this.#mandates = mandates;
  }

  end(): void {
    this.#placed.clear();
  }

  started(attempt: StartedAttempt, learned: Advisor): void {
    const { task, timeoutMs, memoryBytes } = attempt;
    const order = this.#mandates.of('ORDER', meshOf(task));
    if (order?.acts === true) order.changed++;
    const timeout = timeoutMs === null ? undefined : this.#mandates.of('TIMEOUT', task.typeKey);
    if (timeout?.acts === true) timeout.changed++;
    this.#startedWith(memoryBytes, task);
    if (attempt.candidates.length > 1) this.#startedAt(attempt, learned);
  }

  #startedWith(memoryBytes: number, { typeKey, spec }: TaskFacts): void {
    const mandate = this.#mandates.of('MEMORY', typeKey);
    if (mandate === undefined) return;
    const classBytes = demandOf(spec).memoryBytes;
    if (mandate.acts && memoryBytes !== classBytes) mandate.changed++;
    if (mandate.acts) mandate.scored(memoryBytes, classBytes);
    else if (mandate.subject !== OTHERS) mandate.scored(mandate.parameter('bytes'), classBytes);
  }

  /** Where the first of the candidates is what the static rule takes. */
  #startedAt({ key, task, layer, candidates }: StartedAttempt, learned: Advisor): void {
    const mandate = this.#mandates.of('LAYER', meshOf(task));
    if (mandate === undefined || this.#placed.size >= PLACED_MAX) return;
    const other = mandate.acts ? candidates[0]?.layer : learned.chooseLayer(task, candidates);
    if (other === undefined || other === layer) return;
    if (mandate.acts) mandate.changed++;
    const elsewhereSeconds = secondsOn(other, task, learned);
    if (elsewhereSeconds !== null) this.#placed.set(key.taskId, { mandate, elsewhereSeconds });
  }

  settled(attempt: SettledAttempt): void {
    if (this.#placed.size > 0) this.#settledAt(attempt);
    if (attempt.runMs >= LIMIT_MS_MIN && attempt.spec.hasDefaultTimeout === true) this.#settledLate(attempt);
  }

  #settledAt({ taskId, runMs }: SettledAttempt): void {
    const placed = this.#placed.get(taskId);
    if (placed === undefined) return;
    this.#placed.delete(taskId);
    const { mandate, elsewhereSeconds } = placed;
    const seconds = runMs / 1000;
    if (mandate.acts) mandate.scored(seconds, elsewhereSeconds);
    else if (mandate.state === 'SHADOW') mandate.scored(elsewhereSeconds, seconds);
  }

  /** Whoever is stopped and would have ended has to do it all again. */
  #settledLate({ spec, runMs, failureCode }: SettledAttempt): void {
    const mandate = this.#mandates.of('TIMEOUT', spec.typeKey);
    if (mandate === undefined || mandate.subject === OTHERS) return;
    const isLearned = mandate.acts;
    const limitMs = isLearned ? runMs : mandate.parameter('limitMs');
    const staticMs = spec.executionTimeoutMs ?? Number.POSITIVE_INFINITY;
    const wasStopped = failureCode === 'EXECUTION_TIMEOUT';
    if (isLearned && wasStopped && Number.isFinite(staticMs)) mandate.scored(runMs, staticMs);
    else if (isLearned && !wasStopped && runMs > staticMs) {
      mandate.scored(runMs, staticMs + runMs);
      mandate.saved++;
    } else if (!isLearned && wasStopped) mandate.scored(Math.min(limitMs, runMs), runMs);
    else if (!isLearned && runMs > limitMs) mandate.scored(limitMs + runMs, runMs);
  }

  /** Makespans of a run that has ended, as its order was predicted and as the medians have it. */
  replayed({ meshName, makespans }: Replay): void {
    this.#mandates.of('ORDER', meshName)?.scored(makespans.LEARNED, makespans.STATIC);
  }
}

function secondsOn(layer: LayerName, task: TaskFacts, learned: Advisor): number | null {
  return learned.estimate({ ...task, spec: { ...task.spec, layer } })?.p50 ?? null;
}
