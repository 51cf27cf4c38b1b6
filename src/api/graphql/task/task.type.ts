/**
 * A task as the API shows it, which is the record of the store: columns only. Edges to other nouns are in
 * `task-edges.resolver.ts`, columns that are not shown as they are stored in `task-columns.resolver.ts`.
 */
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { JsonObject } from '../../../kit/json.js';
import type {
  ConcurrencyStrategy,
  FailureKind,
  LayerName,
  Priority,
  TaskStatus,
  TaskType,
} from '../../../lifecycle/vocabulary.js';
import type { Work } from '../../../lifecycle/work.js';
import {
  ConcurrencyStrategyEnum,
  FailureKindEnum,
  LayerNameEnum,
  PriorityEnum,
  TaskStatusEnum,
  TaskTypeEnum,
} from '../enums.js';
import { GraphQLDateTime } from '../scalar/date-time-scalar.js';
import { GraphQLJsonObject } from '../scalar/json-scalar.js';
import { GraphQLSafeInt } from '../scalar/number-scalars.js';

@ObjectType('Failure', { simpleResolvers: true, description: 'Why a task or an attempt failed.' })
export class FailureType {
  @Field(() => FailureKindEnum)
  readonly kind!: FailureKind;

  @Field(() => String, { description: 'A stable code; `retryPolicy.nonRetryableErrors` names these.' })
  readonly code!: string;

  @Field(() => String)
  readonly message!: string;
}

@ObjectType('RetryPolicy', {
  simpleResolvers: true,
  description: 'How often and when a failed task is tried again.',
})
export class RetryPolicyType {
  @Field(() => Int, { description: 'Counts the first try.' })
  readonly maxAttempts!: number;

  @Field(() => GraphQLSafeInt)
  readonly initialIntervalMs!: number;

  @Field(() => Float)
  readonly backoffCoefficient!: number;

  @Field(() => GraphQLSafeInt)
  readonly maxIntervalMs!: number;

  @Field(() => Boolean)
  readonly jitter!: boolean;

  @Field(() => [String])
  readonly nonRetryableErrors!: readonly string[];
}

@ObjectType('Concurrency', {
  simpleResolvers: true,
  description: 'At most `limit` tasks with the same key run at once.',
})
export class ConcurrencyType {
  @Field(() => String)
  readonly key!: string;

  @Field(() => Int)
  readonly limit!: number;

  @Field(() => ConcurrencyStrategyEnum)
  readonly strategy!: ConcurrencyStrategy;
}

@ObjectType('Fairness', {
  simpleResolvers: true,
  description: 'Keys share the machine in proportion to their weights.',
})
export class FairnessType {
  @Field(() => String)
  readonly key!: string;

  @Field(() => Float)
  readonly weight!: number;
}

@ObjectType('Task', {
  simpleResolvers: true,
  description: 'A node of a mesh: what is to be done, and how it went.',
})
export class Task {
  @Field(() => ID)
  readonly id!: string;

  @Field(() => ID)
  readonly meshId!: string;

  @Field(() => String, { description: 'Unique in its mesh.' })
  readonly key!: string;

  @Field(() => String)
  readonly name!: string;

  @Field(() => String, { nullable: true })
  readonly description!: string | null;

  @Field(() => TaskStatusEnum)
  readonly status!: TaskStatus;

  @Field(() => String, {
    nullable: true,
    description: 'Why it waits or how it ended, where the status does not say it.',
  })
  readonly reason!: string | null;

  @Field(() => FailureType, { nullable: true })
  readonly failure!: FailureType | null;

  @Field(() => PriorityEnum)
  readonly priority!: Priority;

  @Field(() => TaskTypeEnum)
  readonly taskType!: TaskType;

  @Field(() => [String])
  readonly tags!: readonly string[];

  @Field(() => LayerNameEnum, { nullable: true, description: 'The layer of the last attempt.' })
  readonly placedOn!: LayerName | null;

  @Field(() => RetryPolicyType)
  readonly retryPolicy!: RetryPolicyType;

  @Field(() => GraphQLSafeInt, { nullable: true })
  readonly queueTimeoutMs!: number | null;

  @Field(() => GraphQLSafeInt, { nullable: true })
  readonly executionTimeoutMs!: number | null;

  @Field(() => GraphQLSafeInt, { nullable: true })
  readonly heartbeatTimeoutMs!: number | null;

  @Field(() => ConcurrencyType, { nullable: true })
  readonly concurrency!: ConcurrencyType | null;

  @Field(() => FairnessType, { nullable: true })
  readonly fairness!: FairnessType | null;

  @Field(() => GraphQLJsonObject)
  readonly metadata!: JsonObject;

  @Field(() => Int, { description: 'Number of the last attempt; 0 before the first.' })
  readonly attempt!: number;

  @Field(() => Int, {
    description: 'Attempts lost to crashes of the infrastructure; they spend none of maxAttempts.',
  })
  readonly crashes!: number;

  @Field(() => Boolean)
  readonly hasOutput!: boolean;

  @Field(() => GraphQLSafeInt, { nullable: true })
  readonly outputBytes!: number | null;

  @Field(() => String)
  readonly createdBy!: string;

  @Field(() => GraphQLDateTime)
  readonly createdAt!: Date;

  @Field(() => GraphQLDateTime)
  readonly updatedAt!: Date;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: 'Not queued before (startAfter or back-off).',
  })
  readonly availableAt!: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true })
  readonly queuedAt!: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true })
  readonly startedAt!: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true })
  readonly finishedAt!: Date | null;

  /** As the store has them; the API shows them otherwise, or what they lead to. */
  readonly work!: Work | null;
  readonly layer!: LayerName | null;
  readonly nodeSelector?: readonly string[];
  readonly rerunOf!: string | null;
}
