/** What schedules are made of. The rules are in `orchestrator/schedule/`. */
import { ArgsType, Field, InputType, Int } from 'type-graphql';
import type { JsonObject } from '../../../kit/json.js';
import type { CatchUp, Overlap, ScheduleText } from '../../../store/schedules.js';
import { parseText } from '../arguments.js';
import { PageArguments } from '../consciousness/consciousness.input.js';
import { GraphQLDateTime } from '../scalar/date-time-scalar.js';
import { GraphQLJsonObject } from '../scalar/json-scalar.js';
import { parseVersion } from '../template/template.shape.js';
import { CatchUpEnum, OverlapEnum } from './schedule.type.js';

@InputType()
class ScheduleFields {
  @Field(() => String, { description: 'By name.' })
  readonly template!: string;

  @Field(() => Int, { nullable: true, description: 'The newest at the due time when absent.' })
  readonly version?: number | null;

  @Field(() => GraphQLJsonObject, { nullable: true, description: 'Values by the names of parameters.' })
  readonly params?: JsonObject | null;

  @Field(() => String, {
    description: 'Minute, hour, day, month, weekday: `30 2 * * 1-5`; with seconds in front if there are six.',
  })
  readonly cron!: string;

  @Field(() => String, { defaultValue: 'UTC', description: 'Such as Europe/Berlin.' })
  readonly timeZone!: string;

  @Field(() => OverlapEnum, { defaultValue: 'SKIP' })
  readonly overlap!: Overlap;

  @Field(() => CatchUpEnum, { defaultValue: 'NONE' })
  readonly catchUp!: CatchUp;

  @Field(() => GraphQLDateTime, { nullable: true })
  readonly startsAt?: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true })
  readonly endsAt?: Date | null;
}

@InputType('CreateScheduleInput')
export class CreateScheduleInput extends ScheduleFields {
  @Field(() => String, { description: 'Letters, digits, dots, dashes, underscores; unique in the tenant.' })
  readonly name!: string;
}

@InputType('UpdateScheduleInput', { description: 'All of it.' })
export class UpdateScheduleInput extends ScheduleFields {
  @Field(() => Int, {
    description: 'The revision that was read: when there is a newer one, nothing changes.',
  })
  readonly expectedRevision!: number;
}

@ArgsType()
export class ScheduleArguments extends PageArguments {
  @Field(() => String, { nullable: true, description: 'Part of the name, in any case.' })
  readonly search?: string | null;
}

export function scheduleText(input: ScheduleFields): ScheduleText {
  const { cron, timeZone, overlap, catchUp, startsAt = null, endsAt = null } = input;
  return {
    ...{ cron, timeZone, overlap, catchUp, startsAt, endsAt },
    template: parseText(input.template, 'input.template') as string,
    version: parseVersion(input.version, 'input.version'),
    params: input.params ?? {},
  };
}
