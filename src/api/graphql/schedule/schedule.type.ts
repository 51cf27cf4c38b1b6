/** A schedule and what a mesh remembers of it: columns only. */
import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { JsonObject } from '../../../kit/json.js';
import {
  CATCH_UPS,
  type CatchUp,
  DUE_OUTCOMES,
  type DueOutcome,
  type Overlap,
  OVERLAPS,
} from '../../../store/schedules.js';
import { connectionOf } from '../connection.js';
import { register } from '../enums.js';
import { GraphQLDateTime } from '../scalar/date-time-scalar.js';
import { GraphQLJsonObject } from '../scalar/json-scalar.js';
import { GraphQLSafeInt } from '../scalar/number-scalars.js';

export const OverlapEnum = register(
  'ScheduleOverlap',
  OVERLAPS,
  'What becomes of a due time while the mesh of an earlier one is open: it is let go, one waits, or both run.',
);
export const CatchUpEnum = register(
  'ScheduleCatchUp',
  CATCH_UPS,
  'What becomes of due times while no server led: nothing, or the last of them is run.',
);
export const DueOutcomeEnum = register('DueOutcome', DUE_OUTCOMES, 'What became of a due time.');

@ObjectType('Schedule', { simpleResolvers: true, description: 'A template that is run at times.' })
export class ScheduleView {
  @Field(() => ID)
  readonly id!: string;

  @Field(() => String, { description: 'Unique in its tenant.' })
  readonly name!: string;

  @Field(() => Int, { description: 'Counted up by everything that people change.' })
  readonly revision!: number;

  @Field(() => String, { description: 'By name.' })
  readonly template!: string;

  @Field(() => Int, { nullable: true, description: 'Null: the newest at the due time.' })
  readonly version!: number | null;

  @Field(() => GraphQLJsonObject)
  readonly params!: JsonObject;

  @Field(() => String, {
    description: 'Minute, hour, day, month, weekday; with seconds in front if there are six.',
  })
  readonly cron!: string;

  @Field(() => String, { description: 'Such as Europe/Berlin.' })
  readonly timeZone!: string;

  @Field(() => OverlapEnum)
  readonly overlap!: Overlap;

  @Field(() => CatchUpEnum)
  readonly catchUp!: CatchUp;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'Nothing is due before.' })
  readonly startsAt!: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'Nothing is due after.' })
  readonly endsAt!: Date | null;

  @Field(() => Boolean)
  readonly paused!: boolean;

  @Field(() => String)
  readonly createdBy!: string;

  @Field(() => GraphQLDateTime)
  readonly createdAt!: Date;

  @Field(() => String, { description: 'Its meshes are made by them and may what they might.' })
  readonly changedBy!: string;

  @Field(() => GraphQLDateTime)
  readonly changedAt!: Date;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'Null: paused, or over.' })
  readonly nextAt!: Date | null;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: 'A due time that waits for the end of a mesh.',
  })
  readonly pendingAt!: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'The last due time.' })
  readonly lastAt!: Date | null;

  @Field(() => DueOutcomeEnum, { nullable: true, description: 'What became of it.' })
  readonly lastOutcome!: DueOutcome | null;

  @Field(() => String, { nullable: true, description: 'Why.' })
  readonly lastMessage!: string | null;

  @Field(() => ID, { nullable: true, description: 'The last mesh of a due time.' })
  readonly lastMeshId!: string | null;

  @Field(() => GraphQLSafeInt)
  readonly started!: number;

  @Field(() => GraphQLSafeInt)
  readonly skipped!: number;

  @Field(() => GraphQLSafeInt)
  readonly missed!: number;

  @Field(() => GraphQLSafeInt)
  readonly refused!: number;
}

export const ScheduleConnection = connectionOf('Schedule', () => ScheduleView, { counted: false });

@ObjectType('MeshSchedule', { simpleResolvers: true, description: 'The schedule that asked for a mesh.' })
export class MeshScheduleView {
  @Field(() => ID)
  readonly id!: string;

  @Field(() => String)
  readonly name!: string;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'Null: somebody asked for it in between.' })
  readonly dueAt!: Date | null;
}
