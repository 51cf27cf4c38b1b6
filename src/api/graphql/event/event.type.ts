/** A committed fact as the API shows it, alone, as a page or as a batch: columns only. */
import { Field, ID, ObjectType } from 'type-graphql';
import type { EventType } from '../../../events/catalogue.js';
import type { JsonObject } from '../../../kit/json.js';
import { connectionOf } from '../connection.js';
import { EventTypeEnum } from '../enums.js';
import { GraphQLDateTime } from '../scalar/date-time-scalar.js';
import { GraphQLJsonObject } from '../scalar/json-scalar.js';
import { GraphQLSafeInt } from '../scalar/number-scalars.js';

@ObjectType('Event', { simpleResolvers: true, description: 'One committed fact.' })
export class EventView {
  @Field(() => GraphQLSafeInt, { description: 'Its place in the whole history, which has no gaps.' })
  readonly seq!: number;

  @Field(() => GraphQLDateTime)
  readonly at!: Date;

  @Field(() => EventTypeEnum)
  readonly type!: EventType;

  @Field(() => ID)
  readonly meshId!: string;

  @Field(() => ID, { nullable: true })
  readonly taskId!: string | null;

  @Field(() => String, { nullable: true, description: 'The status before, on changes of status.' })
  readonly from!: string | null;

  @Field(() => String, { nullable: true, description: 'The status after, on changes of status.' })
  readonly to!: string | null;

  @Field(() => GraphQLJsonObject)
  readonly payload!: JsonObject;
}

@ObjectType('EventBatch', { simpleResolvers: true, description: 'Events that came close together.' })
export class EventBatch {
  @Field(() => GraphQLSafeInt, { description: 'The last event in it; hand it in as `after` to resume.' })
  readonly lastSeq!: number;

  @Field(() => [EventView])
  readonly events!: readonly EventView[];
}

export const EventConnection = connectionOf('Event', () => EventView);
