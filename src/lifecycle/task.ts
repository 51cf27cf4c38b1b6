/**
 * A task as a value: what its author asked for (`TaskSpec`) and the facts of one failure or attempt.
 * All durations are milliseconds; a deadline is never stored as an instant here, because instants do not cross borders.
 */
import type { Json, JsonObject } from '../kit/json.js';
import type {
  AttemptOutcome,
  ConcurrencyStrategy,
  FailureKind,
  LayerName,
  Priority,
  TaskType,
} from './vocabulary.js';
import type { Work } from './work.js';

/** `maxAttempts` counts the first try. `nonRetryableErrors` holds failure codes that end the task at once. */
export interface RetryPolicy {
  readonly maxAttempts: number;
  readonly initialIntervalMs: number;
  readonly backoffCoefficient: number;
  readonly maxIntervalMs: number;
  readonly jitter: boolean;
  readonly nonRetryableErrors: readonly string[];
}

/** At most `limit` tasks with the same key run at once; `strategy` says what becomes of a newcomer that finds it full. */
export interface Concurrency {
  readonly key: string;
  readonly limit: number;
  readonly strategy: ConcurrencyStrategy;
}

/** Tasks of one priority class share the machine between keys in proportion to `weight` (stride scheduling). */
export interface Fairness {
  readonly key: string;
  readonly weight: number;
}

export interface TaskSpec {
  readonly key: string;
  readonly name: string;
  readonly description: string | null;
  readonly work: Work | null;
  readonly priority: Priority;
  readonly taskType: TaskType;
  readonly tags: readonly string[];
  /** The author's wish; null lets the advisor choose. */
  readonly layer: LayerName | null;
  /** Labels that the node it runs on must have; absent or empty: any, and layers without nodes too. */
  readonly nodeSelector?: readonly string[];
  readonly retryPolicy: RetryPolicy;
  readonly queueTimeoutMs: number | null;
  readonly executionTimeoutMs: number | null;
  /** Its author named no `executionTimeoutMs`: it is the configured default, and what has learned may know better. */
  readonly hasDefaultTimeout?: boolean;
  /** Its author named no `initialIntervalMs`: likewise. */
  readonly hasDefaultInterval?: boolean;
  readonly heartbeatTimeoutMs: number | null;
  readonly concurrency: Concurrency | null;
  readonly fairness: Fairness | null;
  readonly metadata: JsonObject;
  /** What counts as "the same kind of task" for durations: work kind and name without its trailing number. */
  readonly typeKey: string;
}

export interface Failure {
  readonly kind: FailureKind;
  readonly code: string;
  readonly message: string;
}

/** What an attempt cost, measured by its layer. Null: this layer or kind of work cannot measure it. */
export interface Measured {
  readonly runMs: number;
  readonly cpuMs: number | null;
  readonly memoryPeakBytes: number | null;
  readonly exitCode: number | null;
}

/** The one outcome of an attempt, as a layer reports it. */
export type Outcome =
  | { readonly kind: 'COMPLETED'; readonly output: Json; readonly measured: Measured }
  | {
      readonly kind: Exclude<AttemptOutcome, 'COMPLETED'>;
      readonly failure: Failure;
      readonly measured: Measured;
    };

/** Names one attempt so that nothing else can answer for it. `token` is unique over the life of the database. */
export interface AttemptKey {
  readonly taskId: string;
  readonly attempt: number;
  readonly token: number;
}
