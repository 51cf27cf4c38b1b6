/**
 * A whole mesh as a picture needs it, in columns: 10,000 tasks as objects of a connection are a hundred requests, as
 * columns one answer. Every column of tasks has one member for each task, in the order of `ids`.
 */
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { EdgeType } from '../../../mesh/edge-type.js';
import type {
  AttemptOutcome,
  LayerName,
  MeshStatus,
  Priority,
  TaskStatus,
  WorkKind,
} from '../../../lifecycle/vocabulary.js';
import {
  AttemptOutcomeEnum,
  EdgeTypeEnum,
  LayerNameEnum,
  MeshStatusEnum,
  PriorityEnum,
  TaskStatusEnum,
  WorkKindEnum,
} from '../enums.js';
import { GraphQLDateTime } from '../scalar/date-time-scalar.js';
import { GraphQLSafeInt } from '../scalar/number-scalars.js';
import { EtaType } from './mesh.type.js';

type Column<T> = readonly T[];
const items = { nullable: 'items' } as const;

@ObjectType('MeshGraph', {
  simpleResolvers: true,
  description:
    'A mesh as it is after event `seq`, in columns: every column has a member for each task, in the order of `ids`.',
})
export class MeshGraphType {
  @Field(() => ID)
  readonly meshId!: string;

  @Field(() => GraphQLSafeInt, {
    description: 'The last event it includes; listen on behind it with `after`.',
  })
  readonly seq!: number;

  @Field(() => GraphQLDateTime, { description: 'By the clock that the times are of.' })
  readonly at!: Date;

  @Field(() => MeshStatusEnum)
  readonly status!: MeshStatus;

  @Field(() => Int, { description: 'Its tasks in all; of more than 20,000 the newest are here.' })
  readonly total!: number;

  @Field(() => [ID], { description: 'Of the tasks, in the order of their creation.' })
  readonly ids!: Column<string>;

  @Field(() => [String])
  readonly keys!: Column<string>;

  @Field(() => [String])
  readonly names!: Column<string>;

  @Field(() => [WorkKindEnum], { ...items, description: 'Null for a milestone.' })
  readonly kinds!: Column<WorkKind | null>;

  @Field(() => [PriorityEnum])
  readonly priorities!: Column<Priority>;

  @Field(() => [[String]])
  readonly tags!: Column<readonly string[]>;

  @Field(() => [TaskStatusEnum])
  readonly statuses!: Column<TaskStatus>;

  @Field(() => [Int], { description: 'Numbers of the last attempts; 0 before the first.' })
  readonly attemptNumbers!: Column<number>;

  @Field(() => [LayerNameEnum], { ...items, description: 'Of the last attempts.' })
  readonly layers!: Column<LayerName | null>;

  @Field(() => [GraphQLSafeInt], { ...items, description: 'Ms since 1970.' })
  readonly queuedAt!: Column<number | null>;

  @Field(() => [GraphQLSafeInt], { ...items, description: 'Of the last attempts; ms since 1970.' })
  readonly startedAt!: Column<number | null>;

  @Field(() => [GraphQLSafeInt], { ...items, description: 'Ms since 1970.' })
  readonly finishedAt!: Column<number | null>;

  @Field(() => [Int], { description: 'Of each edge: the place of its source in `ids`.' })
  readonly edgeSources!: Column<number>;

  @Field(() => [Int], { description: 'Of each edge: the place of its target in `ids`.' })
  readonly edgeTargets!: Column<number>;

  @Field(() => [EdgeTypeEnum])
  readonly edgeTypes!: Column<EdgeType>;
}

@ObjectType('MeshAttempts', {
  simpleResolvers: true,
  description:
    'Every attempt of the tasks of a mesh, in columns: a member for each attempt, by task and number.',
})
export class MeshAttemptsType {
  @Field(() => [Int], { description: 'The place of its task in the `ids` of the graph.' })
  readonly tasks!: Column<number>;

  @Field(() => [Int])
  readonly numbers!: Column<number>;

  @Field(() => [GraphQLSafeInt], { description: 'Ms since 1970.' })
  readonly startedAt!: Column<number>;

  @Field(() => [GraphQLSafeInt], { ...items, description: 'Ms since 1970; null while it runs.' })
  readonly finishedAt!: Column<number | null>;

  @Field(() => [Float], { description: 'In the queue before.' })
  readonly waitMs!: Column<number>;

  @Field(() => [LayerNameEnum])
  readonly layers!: Column<LayerName>;

  @Field(() => [String])
  readonly nodes!: Column<string>;

  @Field(() => [AttemptOutcomeEnum], { ...items, description: 'Null while it runs.' })
  readonly outcomes!: Column<AttemptOutcome | null>;
}

@ObjectType('MeshOutlook', {
  simpleResolvers: true,
  description:
    'What is expected of the tasks of a mesh that have not ended, in columns: a member for each, in the order of `taskIds`.',
})
export class MeshOutlookType {
  @Field(() => EtaType, { nullable: true, description: 'Null: too little is known of the remaining work.' })
  readonly eta!: EtaType | null;

  @Field(() => [ID])
  readonly taskIds!: Column<string>;

  @Field(() => [Float], {
    ...items,
    description: 'Seconds that an attempt runs, the median; null: nobody knows.',
  })
  readonly runP50!: Column<number | null>;

  @Field(() => [Float], { ...items, description: 'The first decile.' })
  readonly runP10!: Column<number | null>;

  @Field(() => [Float], { ...items, description: 'The ninth decile.' })
  readonly runP90!: Column<number | null>;

  @Field(() => [Float], {
    ...items,
    description: 'Seconds from now until it ends, the median; null: too little is known.',
  })
  readonly endP50!: Column<number | null>;

  @Field(() => [Float], { ...items, description: 'The first decile.' })
  readonly endP10!: Column<number | null>;

  @Field(() => [Float], { ...items, description: 'The ninth decile.' })
  readonly endP90!: Column<number | null>;
}
