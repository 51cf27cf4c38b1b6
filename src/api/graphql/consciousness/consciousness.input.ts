/** What consciousness is asked and told with. */
import { ArgsType, Field, InputType, Int } from 'type-graphql';
import type { Level, PatternKind } from '../../../consciousness/consciousness.js';
import type { JsonObject } from '../../../kit/json.js';
import type { DecisionMode } from '../../../store/consciousness.js';
import { FIRST_DEFAULT } from '../arguments.js';
import { AwarenessLevelEnum, DecisionKindEnum, DecisionModeEnum, PatternKindEnum } from '../enums.js';
import { GraphQLDateTime } from '../scalar/date-time-scalar.js';
import { GraphQLJsonObject } from '../scalar/json-scalar.js';
import { GraphQLSafeInt } from '../scalar/number-scalars.js';

@ArgsType()
export class PageArguments {
  @Field(() => Int, { defaultValue: FIRST_DEFAULT })
  readonly first!: number;

  @Field(() => String, { nullable: true })
  readonly after?: string | null;
}

@InputType('PatternFilterInput')
export class PatternFilterInput {
  @Field(() => PatternKindEnum, { nullable: true })
  readonly kind?: PatternKind | null;

  @Field(() => String, { nullable: true })
  readonly subject?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Those that hold still, or those that do not.' })
  readonly holds?: boolean | null;
}

@ArgsType()
export class PatternArguments extends PageArguments {
  @Field(() => PatternFilterInput, { nullable: true })
  readonly filter?: PatternFilterInput | null;
}

@InputType('DecisionFilterInput')
export class DecisionFilterInput {
  @Field(() => DecisionKindEnum, { nullable: true })
  readonly kind?: string | null;

  @Field(() => String, { nullable: true })
  readonly subject?: string | null;

  @Field(() => DecisionModeEnum, { nullable: true })
  readonly mode?: DecisionMode | null;

  @Field(() => Boolean, { nullable: true, description: 'Those without an outcome, or those with one.' })
  readonly open?: boolean | null;
}

@ArgsType()
export class DecisionArguments extends PageArguments {
  @Field(() => DecisionFilterInput, { nullable: true })
  readonly filter?: DecisionFilterInput | null;
}

@ArgsType()
export class InsightArguments extends PageArguments {
  @Field(() => String, { nullable: true })
  readonly kind?: string | null;
}

@InputType('SimilarToInput', { description: 'An episode, or a kind of task, a text, or both.' })
export class SimilarToInput {
  @Field(() => GraphQLSafeInt, { nullable: true })
  readonly episode?: number | null;

  @Field(() => String, { nullable: true })
  readonly typeKey?: string | null;

  @Field(() => String, { nullable: true })
  readonly text?: string | null;
}

@InputType('EvolveConsciousnessInput')
export class EvolveConsciousnessInput {
  @Field(() => AwarenessLevelEnum)
  readonly level!: Level;

  @Field(() => String, { description: 'Recorded, with who asked and what was missing.' })
  readonly why!: string;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'The powers act before the gates have passed; without it they are only thought until then.',
  })
  readonly acceptRisk!: boolean;
}

@InputType('ProcessEventInput')
export class ProcessEventInput {
  @Field(() => String, { description: 'In capitals: DEPLOY, INCIDENT, MAINTENANCE.' })
  readonly kind!: string;

  @Field(() => String, { description: 'What it is about: a service, a machine.' })
  readonly subject!: string;

  @Field(() => String, { nullable: true })
  readonly text?: string | null;

  @Field(() => GraphQLJsonObject, { nullable: true })
  readonly payload?: JsonObject | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it happened; now where absent.' })
  readonly at?: Date | null;
}
