/** Models, how good they are, and trainings, as the API shows them: columns only. */
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { JsonObject } from '../../../kit/json.js';
import type { ModelFamily } from '../../../learning/model.js';
import type { Target } from '../../../learning/view.js';
import { LearningTargetEnum, ModelFamilyEnum } from '../enums.js';
import { GraphQLDateTime } from '../scalar/date-time-scalar.js';
import { GraphQLJsonObject } from '../scalar/json-scalar.js';
import { GraphQLSafeInt } from '../scalar/number-scalars.js';

@ObjectType('PredictionScore', {
  simpleResolvers: true,
  description: 'How good predictions were that were made before their row was learned. 0.1 is 10 %.',
})
export class ScoreView {
  @Field(() => GraphQLSafeInt, { description: 'Predictions scored; without any, the rest is null.' })
  readonly n!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Median error as a share of what came, of the last 1,000.',
  })
  readonly medianApe!: number | null;

  @Field(() => Float, { nullable: true, description: 'Mean error as a share of what came.' })
  readonly mape!: number | null;

  @Field(() => Float, { nullable: true, description: 'Share of predictions within 25 % of what came.' })
  readonly accuracy!: number | null;
}

@ObjectType('ColumnImportance', {
  simpleResolvers: true,
  description: 'How much a model rests on a feature: what shuffling it costs.',
})
export class ImportanceView {
  @Field(() => String)
  readonly column!: string;

  @Field(() => Float, { description: 'Growth of the mean error of the natural logarithm.' })
  readonly gain!: number;

  @Field(() => Float, { description: 'Standard error of the gain.' })
  readonly error!: number;

  @Field(() => Boolean, { description: 'The gain is above two standard errors.' })
  readonly pays!: boolean;
}

@ObjectType('TrainingRun', { simpleResolvers: true, description: 'A training that has ended.' })
export class TrainingRunView {
  @Field(() => ID)
  readonly id!: string;

  @Field(() => String)
  readonly model!: string;

  @Field(() => String)
  readonly target!: string;

  @Field(() => String, { nullable: true, description: 'Null: it was due.' })
  readonly requestedBy!: string | null;

  @Field(() => GraphQLJsonObject, { description: 'What it was trained with.' })
  readonly options!: JsonObject;

  @Field(() => GraphQLSafeInt, { description: 'Rows learned when it was asked for.' })
  readonly rows!: number;

  @Field(() => GraphQLDateTime)
  readonly startedAt!: Date;

  @Field(() => Float)
  readonly seconds!: number;

  @Field(() => String, { description: 'TRAINED, CANCELLED or FAILED.' })
  readonly outcome!: string;

  @Field(() => String, { nullable: true, description: 'Why it failed.' })
  readonly reason!: string | null;

  @Field(() => Int, { description: 'Epochs, trees or landmarks.' })
  readonly steps!: number;

  @Field(() => Float, { nullable: true, description: 'Of the last step.' })
  readonly loss!: number | null;

  @Field(() => [Float], { description: 'Losses along the way, the first step first.' })
  readonly curve!: readonly number[];
}

@ObjectType('Training', { simpleResolvers: true, description: 'A training that runs.' })
export class TrainingView {
  @Field(() => ID)
  readonly id!: string;

  @Field(() => String)
  readonly model!: string;

  @Field(() => LearningTargetEnum)
  readonly target!: Target;

  @Field(() => String, { nullable: true, description: 'Null: it was due.' })
  readonly requestedBy!: string | null;

  @Field(() => GraphQLSafeInt)
  readonly rows!: number;

  @Field(() => GraphQLDateTime)
  readonly startedAt!: Date;

  @Field(() => Float)
  readonly seconds!: number;

  @Field(() => Int, { description: 'Epoch, tree or landmark; 0 before the first.' })
  readonly step!: number;

  @Field(() => Int, { description: 'Steps at most; 0 while not known.' })
  readonly steps!: number;

  @Field(() => Float, { nullable: true, description: 'Mean squared error of the natural logarithm.' })
  readonly loss!: number | null;

  @Field(() => Float, { nullable: true, description: 'Until it ends at this pace.' })
  readonly etaSeconds!: number | null;
}

@ObjectType('ModelCoefficient', {
  simpleResolvers: true,
  description: 'What the natural logarithm of seconds or bytes grows by with one unit of a column.',
})
export class CoefficientView {
  @Field(() => String)
  readonly column!: string;

  @Field(() => String, { description: 'What the column counts.' })
  readonly unit!: string;

  @Field(() => Float)
  readonly value!: number;

  @Field(() => Float, { description: 'Standard deviation of what is known of it.' })
  readonly sd!: number;
}

@ObjectType('PlaceChoice', {
  simpleResolvers: true,
  description:
    'How well a model would have chosen places for tasks that recur, said before it learned of them. 0.1: 10 % longer than at the best place.',
})
export class PlaceChoiceView {
  @Field(() => GraphQLSafeInt, { description: 'Choices that could be judged.' })
  readonly n!: number;

  @Field(() => Float, { nullable: true, description: 'Mean of the latest; null: none.' })
  readonly regret!: number | null;

  @Field(() => Boolean, { description: 'Are places compared by this model?' })
  readonly inCharge!: boolean;
}

@ObjectType('LearningModel', { simpleResolvers: true, description: 'A model as it stands for one target.' })
export class ModelView {
  @Field(() => String)
  readonly name!: string;

  @Field(() => ModelFamilyEnum)
  readonly family!: ModelFamily;

  @Field(() => LearningTargetEnum)
  readonly target!: Target;

  @Field(() => Int, { description: 'How often it was trained; 1 for models that learn as they go.' })
  readonly version!: number;

  @Field(() => Boolean, { description: 'Trained on many rows at once, and by trainModel.' })
  readonly trained!: boolean;

  @Field(() => Int)
  readonly featuresVersion!: number;

  @Field(() => GraphQLSafeInt, { description: 'Attempts that count for this target.' })
  readonly rows!: number;

  @Field(() => ScoreView)
  readonly metrics!: ScoreView;

  @Field(() => PlaceChoiceView, { nullable: true, description: 'Null: it does not tell places apart.' })
  readonly placeChoice!: PlaceChoiceView | null;

  @Field(() => Int, { description: 'Kinds of task it predicts best.' })
  readonly championCount!: number;

  @Field(() => [String], { description: 'At most 100 of them, the one that ran last first.' })
  readonly championOf!: readonly string[];

  @Field(() => TrainingRunView, { nullable: true, description: 'Its error curve stands there.' })
  readonly lastTraining!: TrainingRunView | null;
}

@ObjectType('TargetMetrics', {
  simpleResolvers: true,
  description:
    'How good the predictions were that were believed: of each kind of task those of its champion.',
})
export class TargetMetricsView extends ScoreView {
  @Field(() => LearningTargetEnum)
  readonly target!: Target;

  @Field(() => Float, { nullable: true, description: 'Share of what came between p05 and p95.' })
  readonly coverage!: number | null;

  @Field(() => Float, { nullable: true, description: 'The same of the last 500.' })
  readonly coverageRecent!: number | null;
}

@ObjectType('TypeMetrics', { simpleResolvers: true, description: 'Run times of one kind of task.' })
export class TypeMetricsView extends ScoreView {
  @Field(() => String)
  readonly typeKey!: string;

  @Field(() => String, { nullable: true, description: 'The model that is believed.' })
  readonly champion!: string | null;
}

@ObjectType('LearningMetrics', { simpleResolvers: true, description: 'What has been learned, and how well.' })
export class LearningMetricsView {
  @Field(() => Boolean, { description: 'learning.enabled' })
  readonly enabled!: boolean;

  @Field(() => GraphQLSafeInt, { description: 'Attempts learned from.' })
  readonly observations!: number;

  @Field(() => GraphQLSafeInt, { description: 'The event it has come to.' })
  readonly seq!: number;

  @Field(() => Boolean, { description: 'Is that all there is? False on servers that follow.' })
  readonly caughtUp!: boolean;

  @Field(() => [TargetMetricsView])
  readonly targets!: readonly TargetMetricsView[];

  @Field(() => [TypeMetricsView], { description: 'At most 100 kinds, the one that ran last first.' })
  readonly types!: readonly TypeMetricsView[];

  @Field(() => Int, { description: 'Of the last 200.' })
  readonly trainings!: number;

  @Field(() => Float, { description: 'That those took together.' })
  readonly trainingSeconds!: number;
}

@ObjectType('DriftAlarm', {
  simpleResolvers: true,
  description: 'A machine was found slower or faster than learned, or as learned again.',
})
export class DriftAlarmView {
  @Field(() => String)
  readonly machine!: string;

  @Field(() => GraphQLDateTime)
  readonly at!: Date;

  @Field(() => Float, { description: 'Factor of run time that was counted with.' })
  readonly factorBefore!: number;

  @Field(() => Float)
  readonly factorAfter!: number;

  @Field(() => Float)
  readonly errorBefore!: number;

  @Field(() => Float)
  readonly errorAfter!: number;
}

@ObjectType('TuningChange', {
  simpleResolvers: true,
  description:
    'A parameter that learning changed; to the same value: it looked, and nothing was to be gained.',
})
export class TuningChangeView {
  @Field(() => ID)
  readonly id!: string;

  @Field(() => GraphQLDateTime)
  readonly at!: Date;

  @Field(() => String)
  readonly parameter!: string;

  @Field(() => String)
  readonly scope!: string;

  @Field(() => Float)
  readonly before!: number;

  @Field(() => Float)
  readonly after!: number;

  @Field(() => Float)
  readonly predictedGain!: number;

  @Field(() => Float, { nullable: true })
  readonly realisedGain!: number | null;

  @Field(() => GraphQLDateTime, { nullable: true })
  readonly revertedAt!: Date | null;
}
