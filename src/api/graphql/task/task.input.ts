/**
 * A task as the API takes it in, for `createTask`, `updateTask` and the meshes. Only the shape stands here; the rules
 * of every field are in `orchestrator/definition/`, which every door shares.
 */
import { Field, Float, ID, InputType, Int } from 'type-graphql';
import type { JsonObject } from '../../../kit/json.js';
import type { ConcurrencyStrategy, LayerName, Priority, TaskType } from '../../../lifecycle/vocabulary.js';
import type { EdgeType } from '../../../mesh/edge-type.js';
import {
  ConcurrencyStrategyEnum,
  EdgeTypeEnum,
  LayerNameEnum,
  PriorityEnum,
  TaskTypeEnum,
} from '../enums.js';
import { GraphQLDateTime } from '../scalar/date-time-scalar.js';
import { GraphQLJsonObject } from '../scalar/json-scalar.js';
import { GraphQLSafeInt } from '../scalar/number-scalars.js';
import { WorkInput } from './work.input.js';

@InputType('RetryPolicyInput')
export class RetryPolicyInput {
  @Field(() => Int, { nullable: true, description: 'Counts the first try.' })
  readonly maxAttempts?: number | null;

  @Field(() => GraphQLSafeInt, { nullable: true })
  readonly initialIntervalMs?: number | null;

  @Field(() => Float, { nullable: true })
  readonly backoffCoefficient?: number | null;

  @Field(() => GraphQLSafeInt, { nullable: true })
  readonly maxIntervalMs?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'Full jitter: a random point up to the interval.' })
  readonly jitter?: boolean | null;

  @Field(() => [String], { nullable: true })
  readonly nonRetryableErrors?: string[] | null;
}

@InputType('ConcurrencyInput')
export class ConcurrencyInput {
  @Field(() => String)
  readonly key!: string;

  @Field(() => Int, { nullable: true })
  readonly limit?: number | null;

  @Field(() => ConcurrencyStrategyEnum, { nullable: true })
  readonly strategy?: ConcurrencyStrategy | null;
}

@InputType('FairnessInput')
export class FairnessInput {
  @Field(() => String)
  readonly key!: string;

  @Field(() => Float, { nullable: true })
  readonly weight?: number | null;
}

@InputType('DependencyInput')
export class DependencyInput {
  @Field(() => String, {
    description: 'Key of the task that comes first; its id serves as well where the task exists already.',
  })
  readonly task!: string;

  @Field(() => EdgeTypeEnum, { nullable: true, description: 'HARD when absent.' })
  readonly type?: EdgeType | null;

  @Field(() => Float, { nullable: true, description: 'Seconds of moving between layers or nodes.' })
  readonly weight?: number | null;
}

/** What creation and update share. */
@InputType()
export class TaskFields {
  @Field(() => String, { nullable: true })
  readonly description?: string | null;

  @Field(() => WorkInput, {
    nullable: true,
    description: 'Exactly one kind of work; absent or null for a milestone.',
  })
  readonly work?: WorkInput | null;

  @Field(() => PriorityEnum, { nullable: true })
  readonly priority?: Priority | null;

  @Field(() => TaskTypeEnum, { nullable: true })
  readonly taskType?: TaskType | null;

  @Field(() => [String], { nullable: true })
  readonly tags?: string[] | null;

  @Field(() => LayerNameEnum, { nullable: true })
  readonly layer?: LayerName | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Labels that its node must have, as `gpu` or `region=eu`; it then runs on layer CLUSTER.',
  })
  readonly nodeSelector?: string[] | null;

  @Field(() => RetryPolicyInput, { nullable: true })
  readonly retryPolicy?: RetryPolicyInput | null;

  @Field(() => GraphQLSafeInt, { nullable: true })
  readonly queueTimeoutMs?: number | null;

  @Field(() => GraphQLSafeInt, { nullable: true })
  readonly executionTimeoutMs?: number | null;

  @Field(() => GraphQLSafeInt, {
    nullable: true,
    description:
      'An attempt that gives no sign of life for so long is ended. To start a process and to pass its signs of life on takes a ' +
      'while: with less than a second, work on a busy machine may look silent.',
  })
  readonly heartbeatTimeoutMs?: number | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'Not queued before.' })
  readonly startAfter?: Date | null;

  @Field(() => ConcurrencyInput, { nullable: true })
  readonly concurrency?: ConcurrencyInput | null;

  @Field(() => FairnessInput, { nullable: true })
  readonly fairness?: FairnessInput | null;

  @Field(() => GraphQLJsonObject, { nullable: true })
  readonly metadata?: JsonObject | null;
}

@InputType('TaskInput', { description: 'A task of a submitted mesh.' })
export class TaskInput extends TaskFields {
  @Field(() => String, { description: 'Unique in its mesh.' })
  readonly key!: string;

  @Field(() => String, { nullable: true, description: 'The key when absent.' })
  readonly name?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Waits for releaseTask.' })
  readonly hold?: boolean | null;

  @Field(() => [DependencyInput], { nullable: true })
  readonly dependsOn?: DependencyInput[] | null;
}

@InputType('CreateTaskInput')
export class CreateTaskInput extends TaskFields {
  @Field(() => ID, { nullable: true, description: 'The `default` mesh when absent.' })
  readonly meshId?: string | null;

  @Field(() => String, { nullable: true, description: 'Unique in its mesh; made from the name when absent.' })
  readonly key?: string | null;

  @Field(() => String)
  readonly name!: string;

  @Field(() => Boolean, { nullable: true, description: 'Waits for releaseTask.' })
  readonly hold?: boolean | null;

  @Field(() => [DependencyInput], { nullable: true })
  readonly dependsOn?: DependencyInput[] | null;

  @Field(() => String, { nullable: true, description: 'The same key with the same input creates once.' })
  readonly idempotencyKey?: string | null;
}

@InputType('UpdateTaskInput', { description: 'Fields that are absent stay as they are.' })
export class UpdateTaskInput extends TaskFields {
  @Field(() => String, { nullable: true })
  readonly name?: string | null;
}
