/** What consciousness found, remembers and was told, as the API shows it: columns only. */
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { PatternKind } from '../../../consciousness/consciousness.js';
import type { JsonObject } from '../../../kit/json.js';
import { connectionOf } from '../connection.js';
import { LikenessEnum, PatternKindEnum } from '../enums.js';
import { GraphQLDateTime } from '../scalar/date-time-scalar.js';
import { GraphQLJsonObject } from '../scalar/json-scalar.js';
import { GraphQLSafeInt } from '../scalar/number-scalars.js';

const numberField = { description: 'Hand it in as `after` to resume.' };

@ObjectType('Pattern', {
  simpleResolvers: true,
  description: 'Something that recurs, with the evidence for it.',
})
export class PatternView {
  @Field(() => ID)
  readonly id!: string;

  @Field(() => GraphQLSafeInt, numberField)
  readonly number!: number;

  @Field(() => PatternKindEnum)
  readonly kind!: PatternKind;

  @Field(() => String, { description: 'A kind of task, a factor, a sequence.' })
  readonly subject!: string;

  @Field(() => String)
  readonly text!: string;

  @Field(() => GraphQLJsonObject)
  readonly evidence!: JsonObject;

  @Field(() => GraphQLDateTime)
  readonly foundAt!: Date;

  @Field(() => GraphQLSafeInt, { description: 'The event that made it known.' })
  readonly seq!: number;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'Null: it holds.' })
  readonly endedAt!: Date | null;
}

@ObjectType('Insight', { simpleResolvers: true, description: 'What people are told.' })
export class InsightView {
  @Field(() => ID)
  readonly id!: string;

  @Field(() => GraphQLSafeInt, numberField)
  readonly number!: number;

  @Field(() => GraphQLDateTime)
  readonly at!: Date;

  @Field(() => String, { description: 'The kind of the pattern or decision, LEVEL, or OBJECTION.' })
  readonly kind!: string;

  @Field(() => String)
  readonly subject!: string;

  @Field(() => String)
  readonly text!: string;

  @Field(() => ID, { nullable: true })
  readonly patternId!: string | null;

  @Field(() => ID, { nullable: true })
  readonly decisionId!: string | null;
}

@ObjectType('Episode', { simpleResolvers: true, description: 'What happened in a situation.' })
export class EpisodeView {
  @Field(() => GraphQLSafeInt, { description: 'Of the event that tells of its end; its id.' })
  readonly seq!: number;

  @Field(() => GraphQLDateTime)
  readonly at!: Date;

  @Field(() => String)
  readonly typeKey!: string;

  @Field(() => ID)
  readonly taskId!: string;

  @Field(() => Int)
  readonly attempt!: number;

  @Field(() => String)
  readonly text!: string;

  @Field(() => Boolean)
  readonly failed!: boolean;

  @Field(() => Float)
  readonly seconds!: number;

  @Field(() => Float, { description: 'Bits: how unexpected the outcome was.' })
  readonly surprise!: number;
}

@ObjectType('SimilarEpisode', { simpleResolvers: true })
export class SimilarEpisodeView {
  @Field(() => EpisodeView)
  readonly episode!: EpisodeView;

  @Field(() => LikenessEnum)
  readonly by!: string;

  @Field(() => Float, { description: '1 is the same.' })
  readonly likeness!: number;
}

@ObjectType('ExternalEvent', {
  simpleResolvers: true,
  description: 'Told from outside: a deployment, an incident, a maintenance window.',
})
export class ExternalEventView {
  @Field(() => ID)
  readonly id!: string;

  @Field(() => GraphQLDateTime)
  readonly at!: Date;

  @Field(() => String)
  readonly kind!: string;

  @Field(() => String)
  readonly subject!: string;

  @Field(() => String)
  readonly text!: string;

  @Field(() => GraphQLJsonObject)
  readonly payload!: JsonObject;

  @Field(() => String)
  readonly by!: string;

  @Field(() => GraphQLSafeInt, { description: 'The event of the history behind which it was taken in.' })
  readonly seq!: number;
}

export const PatternConnection = connectionOf('Pattern', () => PatternView, { counted: false });
export const InsightConnection = connectionOf('Insight', () => InsightView, { counted: false });
export const ExternalEventConnection = connectionOf('ExternalEvent', () => ExternalEventView, {
  counted: false,
});
