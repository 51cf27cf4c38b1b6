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
import type { DriftChoices } from '../../../learning/drift/drift-use.js';
import { machineOf } from '../../../learning/live/views.js';

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

export interface AccountsOptions {
  readonly mandates: Mandates;
  /** The process that a layer is, where it is one; empty where it is many. */
  readonly nodeOf: (layer: LayerName) => string;
}

export class Accounts {
  readonly #mandates: Mandates;
  readonly #nodeOf: AccountsOptions['nodeOf'];
  /** By the task, for each mandate about its place. */
  readonly #placed = new Map<string, readonly Placed[]>();
  /** Undefined: nothing learns. */
  choices: DriftChoices | undefined;

  constructor({ mandates, nodeOf }: AccountsOptions) {
    this.#mandates = mandates;
    this.#nodeOf = nodeOf;
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

  #startedAt(attempt: StartedAttempt, learned: Advisor): void {
    if (this.#placed.size >= PLACED_MAX) return;
    const { key, task, candidates } = attempt;
    const layer = this.#mandates.of('LAYER', meshOf(task));
    const elsewhere = layer?.acts === false ? learned.chooseLayer(task, candidates) : candidates[0]?.layer;
    const placed = [
      ...this.#placedBy(layer, elsewhere, attempt, learned),
      ...(layer?.acts === true ? this.#driftedFrom(attempt, learned) : []),
    ];
    if (placed.length > 0) this.#placed.set(key.taskId, placed);
  }

  /** `elsewhere`: where the static rule would have it; in shadow, where it would be otherwise. */
  #placedBy(
    mandate: Mandate | undefined,
    elsewhere: LayerName | undefined,
    { task, layer }: StartedAttempt,
    learned: Advisor,
  ): Placed[] {
    if (mandate === undefined || elsewhere === undefined || elsewhere === layer) return [];
    if (mandate.acts) mandate.changed++;
    const elsewhereSeconds = secondsOn(elsewhere, task, learned);
    return elsewhereSeconds === null ? [] : [{ mandate, elsewhereSeconds }];
  }

  /** It is either kept away from a machine that is slower, or tried on one that is or may be faster. */
  #driftedFrom(attempt: StartedAttempt, learned: Advisor): Placed[] {
    if (this.choices === undefined || !this.#mandates.has('DRIFT')) return [];
    const { task, candidates, layer } = attempt;
    const { heeding, steady } = this.choices;
    const [one, other] = [heeding, steady].map((choice) => choice.chooseLayer(task, candidates));
    if (one === undefined || other === undefined || one === other) return [];
    const about = (of: LayerName): Mandate | undefined =>
      this.#mandates.of('DRIFT', machineOf(of, this.#nodeOf(of)));
    const mandate = about(other) ?? about(one);
    return this.#placedBy(mandate, layer === one ? other : one, attempt, learned);
  }

  settled(attempt: SettledAttempt): void {
    if (this.#placed.size > 0) this.#settledAt(attempt);
    if (attempt.runMs >= LIMIT_MS_MIN && attempt.spec.hasDefaultTimeout === true) this.#settledLate(attempt);
  }

  #settledAt({ taskId, runMs }: SettledAttempt): void {
    const seconds = runMs / 1000;
    for (const { mandate, elsewhereSeconds } of this.#placed.get(taskId) ?? [])
      if (mandate.acts) mandate.scored(seconds, elsewhereSeconds);
      else if (mandate.state === 'SHADOW') mandate.scored(elsewhereSeconds, seconds);
    this.#placed.delete(taskId);
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
