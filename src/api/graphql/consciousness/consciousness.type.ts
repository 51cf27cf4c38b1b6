/** Where consciousness stands, as the API shows it: columns only. */
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { Level, RealisedGain } from '../../../consciousness/consciousness.js';
import type { DecisionMode } from '../../../store/consciousness.js';
import { connectionOf } from '../connection.js';
import { AwarenessLevelEnum, DecisionKindEnum, DecisionModeEnum, GainVerdictEnum } from '../enums.js';
import { ExplorationView, PolicyView } from './policy.type.js';
import { GraphQLDateTime } from '../scalar/date-time-scalar.js';
import { GraphQLSafeInt } from '../scalar/number-scalars.js';

@ObjectType('Requirement', {
  simpleResolvers: true,
  description: 'Of a gate: what there is, and what is needed, in words.',
})
export class RequirementView {
  @Field(() => String)
  readonly name!: string;

  @Field(() => Boolean, { description: 'Of a reason to leave: it holds.' })
  readonly met!: boolean;

  @Field(() => String)
  readonly has!: string;

  @Field(() => String)
  readonly needs!: string;
}

@ObjectType('RealisedGain', {
  simpleResolvers: true,
  description:
    'What a level was worth against the one beneath it, as a share of the cost: by outcomes of decisions that only it may take, or by replays.',
})
export class RealisedGainView {
  @Field(() => Int)
  readonly comparisons!: number;

  @Field(() => Float, { nullable: true, description: 'Null: too few comparisons.' })
  readonly mean!: number | null;

  @Field(() => Float, { nullable: true, description: 'With `to` an interval of 95 %.' })
  readonly from!: number | null;

  @Field(() => Float, { nullable: true })
  readonly to!: number | null;

  @Field(() => GainVerdictEnum)
  readonly verdict!: RealisedGain['verdict'];
}

@ObjectType('LevelGate', {
  simpleResolvers: true,
  description: 'A level, what it may do, and the evidence for and against it.',
})
export class LevelGateView {
  @Field(() => AwarenessLevelEnum)
  readonly level!: Level;

  @Field(() => Boolean, { description: 'Its gate was passed.' })
  readonly earned!: boolean;

  @Field(() => [String], { description: 'Those of the levels beneath included.' })
  readonly powers!: readonly string[];

  @Field(() => [RequirementView], { description: 'All of them have to be met to enter it.' })
  readonly entry!: readonly RequirementView[];

  @Field(() => [RequirementView], { description: 'One that holds is enough to leave it.' })
  readonly exits!: readonly RequirementView[];

  @Field(() => RealisedGainView)
  readonly gain!: RealisedGain;
}

@ObjectType('Synchronisation', {
  simpleResolvers: true,
  description: 'How far in the history it has come.',
})
export class SynchronisationView {
  @Field(() => GraphQLSafeInt)
  readonly seq!: number;

  @Field(() => GraphQLSafeInt, { description: 'The last event there is.' })
  readonly lastSeq!: number;

  @Field(() => GraphQLSafeInt)
  readonly lagEvents!: number;

  @Field(() => Boolean, { description: 'It had looked at all there was; false on servers that follow.' })
  readonly caughtUp!: boolean;
}

@ObjectType('DecisionTally', {
  simpleResolvers: true,
  description: 'What decisions of a kind came to, those included whose rows are kept no longer.',
})
export class DecisionTallyView {
  @Field(() => DecisionKindEnum)
  readonly kind!: string;

  @Field(() => DecisionModeEnum)
  readonly mode!: DecisionMode;

  @Field(() => Int)
  readonly made!: number;

  @Field(() => Int)
  readonly done!: number;

  @Field(() => Int)
  readonly vetoed!: number;

  @Field(() => Int)
  readonly undone!: number;

  @Field(() => Int, { description: 'Starts that were changed.' })
  readonly affected!: number;

  @Field(() => Float, {
    description: 'Attempts saved from failing, by estimate; in shadow, that it would have saved.',
  })
  readonly saved!: number;

  @Field(() => Int, { description: 'Those whose costs are known.' })
  readonly scored!: number;

  @Field(() => Float, {
    description:
      'Cost less that of the static rule, in seconds or in shares of it, see its kind; below 0: it paid.',
  })
  readonly regret!: number;

  @Field(() => Int, { description: 'Costs inside their interval of 90 %.' })
  readonly covered!: number;
}

@ObjectType('DecisionCalibration', {
  simpleResolvers: true,
  description:
    'Whether decisions of all kinds cost what was expected of them: about nine in ten should be covered.',
})
export class DecisionCalibrationView {
  @Field(() => Int, { description: 'Decisions whose costs are known.' })
  readonly scored!: number;

  @Field(() => Int, { description: 'Those whose cost was inside its interval of 90 %.' })
  readonly covered!: number;
}

@ObjectType('Objection', {
  simpleResolvers: true,
  description: 'A veto that stands: such decisions are only thought.',
})
export class ObjectionView {
  @Field(() => DecisionKindEnum)
  readonly kind!: string;

  @Field(() => String)
  readonly subject!: string;

  @Field(() => Int)
  readonly vetoes!: number;

  @Field(() => Int, { description: 'Times it has to have paid in shadow before it is done again.' })
  readonly owed!: number;

  @Field(() => String)
  readonly by!: string;

  @Field(() => String)
  readonly why!: string;
}

@ObjectType('Consciousness', {
  simpleResolvers: true,
  description: 'Where consciousness stands, and on what evidence.',
})
export class ConsciousnessView {
  @Field(() => Boolean)
  readonly enabled!: boolean;

  @Field(() => AwarenessLevelEnum, { description: 'Whose powers act.' })
  readonly level!: Level;

  @Field(() => AwarenessLevelEnum, { description: 'The highest whose gate was passed.' })
  readonly earned!: Level;

  @Field(() => AwarenessLevelEnum, { nullable: true, description: 'Forced: its powers are only thought.' })
  readonly shadow!: Level | null;

  @Field(() => Int, { description: 'Runs since a level was given that is not earned.' })
  readonly probationRuns!: number;

  @Field(() => AwarenessLevelEnum)
  readonly initialLevel!: Level;

  @Field(() => Float)
  readonly evolutionRate!: number;

  @Field(() => [LevelGateView])
  readonly levels!: readonly LevelGateView[];

  @Field(() => SynchronisationView)
  readonly synchronisation!: SynchronisationView;

  @Field(() => Int)
  readonly patternsHolding!: number;

  @Field(() => Int)
  readonly episodes!: number;

  @Field(() => Int, { description: 'Raised so far.' })
  readonly insights!: number;

  @Field(() => [DecisionTallyView])
  readonly decisions!: readonly DecisionTallyView[];

  @Field(() => DecisionCalibrationView)
  readonly calibration!: DecisionCalibrationView;

  @Field(() => [ObjectionView])
  readonly objections!: readonly ObjectionView[];

  @Field(() => [PolicyView], {
    description: 'Of the ten kinds of mesh that ran most lately and for which the policies differ.',
  })
  readonly policies!: readonly PolicyView[];

  @Field(() => ExplorationView)
  readonly exploration!: ExplorationView;
}

@ObjectType('LevelChange', { simpleResolvers: true, description: 'A line of the ledger of levels.' })
export class LevelChangeView {
  @Field(() => GraphQLSafeInt, { description: 'Hand it in as `after` to resume.' })
  readonly number!: number;

  @Field(() => GraphQLDateTime)
  readonly at!: Date;

  @Field(() => String, {
    description:
      'PROMOTED, DEMOTED, PROBATION_FAILED; SHADOWED, RISK_TAKEN, LOWERED by a person; STARTED, CONFIGURED.',
  })
  readonly kind!: string;

  @Field(() => AwarenessLevelEnum, { nullable: true })
  readonly from!: Level | null;

  @Field(() => AwarenessLevelEnum, { description: 'Of STARTED and CONFIGURED: the initial level.' })
  readonly to!: Level;

  @Field(() => ID, { nullable: true })
  readonly who!: string | null;

  @Field(() => String, { nullable: true })
  readonly why!: string | null;

  @Field(() => [RequirementView], {
    description: 'What was met, the reasons that held, or what was missing when a person forced it.',
  })
  readonly evidence!: readonly RequirementView[];
}

export const LevelChangeConnection = connectionOf('LevelChange', () => LevelChangeView, { counted: false });
