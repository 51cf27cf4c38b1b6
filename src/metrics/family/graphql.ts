/** GraphQL operations by kind, root field and outcome, whichever door they came through. */
import type { Registry } from 'prom-client';
import { LATENCY_SECONDS } from '../instrument/buckets.js';
import { Counter } from '../instrument/counter.js';
import { Histogram } from '../instrument/histogram.js';

/** `refused`: an expected refusal or bad input. `failed`: our fault. `invalid`: it never came to execution. */
export type OperationOutcome = 'ok' | 'refused' | 'failed' | 'invalid';

export interface OperationEnd {
  readonly kind: 'query' | 'mutation' | 'subscription' | 'unknown';
  /** Root fields asked for, as the client wrote them; unknown names are counted as `other`. */
  readonly fields: readonly string[];
  readonly outcome: OperationOutcome;
  readonly seconds: number;
}

export class GraphqlMetrics {
  readonly #operations: Counter;
  readonly #seconds: Histogram;
  readonly #rootFields = new Set<string>();

  constructor(registry: Registry) {
    this.#operations = new Counter(registry, {
      name: 'taskmesh_graphql_operations_total',
      help: 'GraphQL operations, by kind, root field (several, if more than one) and outcome.',
      labelNames: ['kind', 'field', 'outcome'],
    });
    this.#seconds = new Histogram(registry, {
      name: 'taskmesh_graphql_operation_seconds',
      help: 'Time to answer a GraphQL query or mutation.',
      labelNames: ['kind', 'field'],
      buckets: LATENCY_SECONDS,
    });
  }

  /** The root fields of the schema: the only names that may become label values. */
  allowFields(names: Iterable<string>): void {
    for (const name of names) this.#rootFields.add(name);
  }

  ended({ kind, fields, outcome, seconds }: OperationEnd): void {
    const field = this.#labelOf(fields);
    this.#operations.increase(1, kind, field, outcome);
    if (kind === 'query' || kind === 'mutation') this.#seconds.observe(seconds, kind, field);
  }

  #labelOf(fields: readonly string[]): string {
    const distinct = new Set(fields);
    if (distinct.size > 1) return 'several';
    const [name] = distinct;
    return name !== undefined && this.#rootFields.has(name) ? name : 'other';
  }
}
