/** Decisions with what came of them, as the API shows them: columns only. */
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { JsonObject } from '../../../kit/json.js';
import type { DecisionEnd, DecisionMode } from '../../../store/consciousness.js';
import { connectionOf } from '../connection.js';
import { AwarenessLevelEnum, DecisionEndEnum, DecisionKindEnum, DecisionModeEnum } from '../enums.js';
import { GraphQLDateTime } from '../scalar/date-time-scalar.js';
import { GraphQLJsonObject } from '../scalar/json-scalar.js';
import { GraphQLSafeInt } from '../scalar/number-scalars.js';

@ObjectType('DecisionCandidate', {
  simpleResolvers: true,
  description: 'What could be chosen, with its expected cost.',
})
export class DecisionCandidateView {
  @Field(() => String)
  readonly name!: string;

  @Field(() => Float, { description: 'Seconds, or a share: see its kind.' })
  readonly mean!: number;

  @Field(() => Float, { description: 'Of the interval of 90 %.' })
  readonly from!: number;

  @Field(() => Float)
  readonly to!: number;
}

@ObjectType('DecisionOutcome', {
  simpleResolvers: true,
  description:
    'What came of a decision. Costs are seconds or shares, see its kind; null: it cannot be known.',
})
export class DecisionOutcomeView {
  @Field(() => GraphQLDateTime)
  readonly endedAt!: Date;

  @Field(() => DecisionEndEnum)
  readonly ended!: DecisionEnd;

  @Field(() => String, { nullable: true, description: 'Who vetoed or undid it.' })
  readonly by!: string | null;

  @Field(() => String, { nullable: true })
  readonly why!: string | null;

  @Field(() => Float, { nullable: true })
  readonly cost!: number | null;

  @Field(() => Float, { nullable: true, description: 'What the static rule would have cost.' })
  readonly staticCost!: number | null;

  @Field(() => Float, { nullable: true, description: 'Cost less that of the static rule; below 0: it paid.' })
  readonly regret!: number | null;

  @Field(() => Float, { nullable: true, description: 'Where in its forecast the cost fell, 0 to 1.' })
  readonly pit!: number | null;

  @Field(() => Boolean, { nullable: true, description: 'Inside its interval of 90 %.' })
  readonly covered!: boolean | null;

  @Field(() => Int, { description: 'Starts that it changed.' })
  readonly affected!: number;

  @Field(() => Float, {
    description: 'Attempts saved from failing, by estimate; in shadow, that it would have saved.',
  })
  readonly saved!: number;
}

@ObjectType('Decision', {
  simpleResolvers: true,
  description: 'A decision, why it was taken, and what came of it.',
})
export class DecisionView {
  @Field(() => ID)
  readonly id!: string;

  @Field(() => GraphQLSafeInt, { description: 'Hand it in as `after` to resume.' })
  readonly number!: number;

  @Field(() => GraphQLDateTime)
  readonly at!: Date;

  @Field(() => DecisionKindEnum)
  readonly kind!: string;

  @Field(() => String, { description: 'What it is about: a kind of task, a dependency, a mesh.' })
  readonly subject!: string;

  @Field(() => AwarenessLevelEnum)
  readonly level!: string;

  @Field(() => DecisionModeEnum)
  readonly mode!: DecisionMode;

  @Field(() => [DecisionCandidateView])
  readonly candidates!: readonly DecisionCandidateView[];

  @Field(() => String)
  readonly chosen!: string;

  @Field(() => String, { description: 'What would have been done without it.' })
  readonly staticChoice!: string;

  @Field(() => String)
  readonly reason!: string;

  @Field(() => Float, {
    description:
      'What it is expected to save against the static rule, in seconds or as a share: see its kind.',
  })
  readonly expectedEffect!: number;

  @Field(() => Float, { description: '1: nothing was drawn.' })
  readonly propensity!: number;

  @Field(() => GraphQLJsonObject)
  readonly parameters!: JsonObject;

  @Field(() => [GraphQLSafeInt], { description: 'Episodes that were recalled for it.' })
  readonly recalled!: readonly number[];

  @Field(() => DecisionOutcomeView, { nullable: true, description: 'Null: it is open.' })
  readonly outcome!: DecisionOutcomeView | null;

  @Field(() => Float, { nullable: true, description: 'By a person, -1 (bad) to 1 (good).' })
  readonly rating!: number | null;

  @Field(() => String, { nullable: true })
  readonly ratedBy!: string | null;
}

export const DecisionConnection = connectionOf('Decision', () => DecisionView, { counted: false });
