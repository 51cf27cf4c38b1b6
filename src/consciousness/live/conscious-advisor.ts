/**
 * The advisor that the orchestrator asks: what another one advises, and over it the gate that decisions close. Without decisions
 * every answer is that of the other.
 */
import type { ClusterNode } from '../../lifecycle/cluster-node.js';
import type { LayerName } from '../../lifecycle/vocabulary.js';
import type {
  Advisor,
  AttemptPlace,
  DurationEstimate,
  LayerCandidate,
  Observation,
  OrderAdvice,
  SettledAttempt,
  StartedAttempt,
  StartGate,
  TaskFacts,
} from '../../orchestrator/advisor.js';

/** All of the contract, optional or not: what is not handed on here would be lost. */
export class ConsciousAdvisor implements Required<Omit<Advisor, 'plannerOf'>> {
  readonly gate: StartGate;
  readonly order: OrderAdvice;
  /** Undefined where the other has none: the core then makes no outlines. */
  readonly plannerOf: Advisor['plannerOf'];
  readonly #inner: Advisor;
  readonly #settled: (attempt: SettledAttempt) => void;

  constructor(
    inner: Advisor,
    { gate, order }: { readonly gate: StartGate; readonly order: OrderAdvice },
    settled: (attempt: SettledAttempt) => void,
  ) {
    this.#inner = inner;
    this.gate = gate;
    this.order = order;
    this.#settled = settled;
    this.plannerOf = inner.plannerOf && ((mesh) => inner.plannerOf?.(mesh) ?? null);
  }

  estimate(task: TaskFacts, place?: AttemptPlace): DurationEstimate | null {
    return this.#inner.estimate(task, place);
  }

  chooseLayer(task: TaskFacts, candidates: readonly LayerCandidate[]): LayerName {
    return this.#inner.chooseLayer(task, candidates);
  }

  rateNode(task: TaskFacts, node: ClusterNode): number | null {
    return this.#inner.rateNode?.(task, node) ?? null;
  }

  timeoutMs(task: TaskFacts): number | null {
    return this.#inner.timeoutMs?.(task) ?? null;
  }

  memoryBytes(task: TaskFacts): number | null {
    return this.#inner.memoryBytes?.(task) ?? null;
  }

  retryMs(code: string): number | null {
    return this.#inner.retryMs?.(code) ?? null;
  }

  started(attempt: StartedAttempt): void {
    this.#inner.started?.(attempt);
  }

  observe(observation: Observation): void {
    this.#inner.observe(observation);
  }

  settled(attempt: SettledAttempt): void {
    this.#inner.settled?.(attempt);
    this.#settled(attempt);
  }
}
