/** A mesh as the API shows it, its counts and its forecasts: columns only. Edges are in `mesh-edges.resolver.ts`. */
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { JsonObject } from '../../../kit/json.js';
import type { MeshOrigin } from '../../../lifecycle/batch.js';
import type { LayerName, MeshStatus, RerunStrategy, TaskStatus } from '../../../lifecycle/vocabulary.js';
import { LayerNameEnum, MeshStatusEnum, RerunStrategyEnum, TaskStatusEnum } from '../enums.js';
import { GraphQLDateTime } from '../scalar/date-time-scalar.js';
import { GraphQLJsonObject } from '../scalar/json-scalar.js';
import { GraphQLSafeInt } from '../scalar/number-scalars.js';
import { EdgeMoment } from '../edge/edge.type.js';

@ObjectType('Mesh', { simpleResolvers: true, description: 'A graph of tasks submitted together: one run.' })
export class Mesh {
  @Field(() => ID)
  readonly id!: string;

  @Field(() => String)
  readonly name!: string;

  @Field(() => String, { nullable: true })
  readonly description!: string | null;

  @Field(() => MeshStatusEnum)
  readonly status!: MeshStatus;

  @Field(() => ID, { nullable: true, description: 'The mesh of which this is a rerun.' })
  readonly parentMeshId!: string | null;

  @Field(() => RerunStrategyEnum, { nullable: true })
  readonly rerunStrategy!: RerunStrategy | null;

  @Field(() => String)
  readonly createdBy!: string;

  @Field(() => [String])
  readonly tags!: readonly string[];

  @Field(() => GraphQLJsonObject)
  readonly metadata!: JsonObject;

  @Field(() => GraphQLDateTime)
  readonly createdAt!: Date;

  @Field(() => GraphQLDateTime, { nullable: true })
  readonly finishedAt!: Date | null;

  /** Shown as `template` and `schedule`. */
  readonly origin!: MeshOrigin | null;
}

@ObjectType('TaskCounts', { simpleResolvers: true, description: 'Tasks by status.' })
export class TaskCounts {
  @Field(() => Int)
  readonly total!: number;

  @Field(() => Int)
  readonly pending!: number;

  @Field(() => Int)
  readonly held!: number;

  @Field(() => Int)
  readonly queued!: number;

  @Field(() => Int)
  readonly running!: number;

  @Field(() => Int)
  readonly retrying!: number;

  @Field(() => Int)
  readonly completed!: number;

  @Field(() => Int)
  readonly failed!: number;

  @Field(() => Int)
  readonly cancelled!: number;

  @Field(() => Int)
  readonly skipped!: number;

  @Field(() => Int)
  readonly upstreamFailed!: number;
}

@ObjectType('Eta', { simpleResolvers: true, description: 'Seconds from now until the end, as an interval.' })
export class EtaType {
  @Field(() => Float)
  readonly p10!: number;

  @Field(() => Float)
  readonly p50!: number;

  @Field(() => Float)
  readonly p90!: number;
}

@ObjectType('MeshProgress', {
  simpleResolvers: true,
  description: 'How far a mesh is and how long it still takes.',
})
export class MeshProgressType {
  @Field(() => ID)
  readonly meshId!: string;

  @Field(() => MeshStatusEnum)
  readonly status!: MeshStatus;

  @Field(() => TaskCounts)
  readonly counts!: TaskCounts;

  @Field(() => Int)
  readonly total!: number;

  @Field(() => Int)
  readonly finished!: number;

  @Field(() => Float, { description: '0 to 100.' })
  readonly percent!: number;

  @Field(() => EtaType, { nullable: true, description: 'Null: too little is known of the remaining work.' })
  readonly eta!: EtaType | null;
}

@ObjectType('CriticalPath', { simpleResolvers: true, description: 'The longest chain of a mesh.' })
export class CriticalPathType {
  @Field(() => ID)
  readonly meshId!: string;

  @Field(() => [ID], { description: 'From first to last.' })
  readonly taskIds!: readonly string[];

  @Field(() => Float, {
    nullable: true,
    description: 'Run times and edge weights; null when one is unknown.',
  })
  readonly seconds!: number | null;

  @Field(() => Int, { description: 'Tasks on the path whose run time nobody knows.' })
  readonly unknown!: number;
}

@ObjectType('TaskMoment', { simpleResolvers: true, description: 'A task as it was.' })
export class TaskMoment {
  @Field(() => ID)
  readonly id!: string;

  @Field(() => String)
  readonly key!: string;

  @Field(() => TaskStatusEnum)
  readonly status!: TaskStatus;
}

@ObjectType('MeshMoment', { simpleResolvers: true, description: 'A mesh as it was.' })
export class MeshMomentType {
  @Field(() => ID)
  readonly meshId!: string;

  @Field(() => GraphQLSafeInt, { description: 'The last event it includes.' })
  readonly seq!: number;

  @Field(() => GraphQLDateTime)
  readonly at!: Date;

  @Field(() => MeshStatusEnum)
  readonly status!: MeshStatus;

  @Field(() => TaskCounts)
  readonly counts!: TaskCounts;

  @Field(() => [TaskMoment])
  readonly tasks!: readonly TaskMoment[];

  @Field(() => [EdgeMoment])
  readonly edges!: readonly EdgeMoment[];
}

@ObjectType('SimulatedTask', { simpleResolvers: true })
export class SimulatedTaskType {
  @Field(() => String)
  readonly key!: string;

  @Field(() => LayerNameEnum)
  readonly layer!: LayerName;

  @Field(() => Float)
  readonly startSeconds!: number;

  @Field(() => Float)
  readonly endSeconds!: number;
}

@ObjectType('SimulatedLayer', { simpleResolvers: true })
export class SimulatedLayer {
  @Field(() => LayerNameEnum)
  readonly layer!: LayerName;

  @Field(() => Int)
  readonly slots!: number;

  @Field(() => Float)
  readonly busySeconds!: number;

  @Field(() => Float, { description: '0 to 1 of slots × makespan.' })
  readonly utilisation!: number;
}

@ObjectType('SimulatedPath', { simpleResolvers: true })
export class SimulatedPath {
  @Field(() => [String], { description: 'From first to last.' })
  readonly keys!: readonly string[];

  @Field(() => Float)
  readonly seconds!: number;
}

@ObjectType('Simulation', { simpleResolvers: true, description: 'What would happen; nothing has.' })
export class Simulation {
  @Field(() => Float)
  readonly makespanSeconds!: number;

  @Field(() => SimulatedPath)
  readonly criticalPath!: SimulatedPath;

  @Field(() => [SimulatedLayer])
  readonly layers!: readonly SimulatedLayer[];

  @Field(() => [SimulatedTaskType])
  readonly tasks!: readonly SimulatedTaskType[];

  @Field(() => Int, { description: 'Tasks whose duration nobody knows; they took `assumedSeconds`.' })
  readonly unknown!: number;

  @Field(() => Float)
  readonly assumedSeconds!: number;
}
