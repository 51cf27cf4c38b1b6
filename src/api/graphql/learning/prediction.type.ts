/** Predictions, before and after, as the API shows them: columns only. */
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { Json, JsonObject } from '../../../kit/json.js';
import type { LayerName } from '../../../lifecycle/vocabulary.js';
import { connectionOf } from '../connection.js';
import { LayerNameEnum } from '../enums.js';
import { GraphQLDateTime } from '../scalar/date-time-scalar.js';
import { GraphQLJson, GraphQLJsonObject } from '../scalar/json-scalar.js';
import { GraphQLSafeInt } from '../scalar/number-scalars.js';

@ObjectType('PredictedQuantiles', { simpleResolvers: true, description: 'What the champion expects.' })
export class QuantilesView {
  @Field(() => Float)
  readonly p05!: number;

  @Field(() => Float)
  readonly p50!: number;

  @Field(() => Float)
  readonly p95!: number;

  @Field(() => String, { description: 'The champion for this kind of task.' })
  readonly model!: string;
}

@ObjectType('ModelOpinion', { simpleResolvers: true, description: 'What one model expects.' })
export class OpinionView {
  @Field(() => String)
  readonly model!: string;

  @Field(() => Float)
  readonly seconds!: number;
}

@ObjectType('LayerAdvice', {
  simpleResolvers: true,
  description: 'What running it on a layer is expected to cost.',
})
export class LayerAdviceView {
  @Field(() => LayerNameEnum)
  readonly layer!: LayerName;

  @Field(() => Float, { description: 'That a start costs there beside the work.' })
  readonly overheadSeconds!: number;

  @Field(() => Float)
  readonly runSeconds!: number;

  @Field(() => Float)
  readonly failureProbability!: number;

  @Field(() => Float, { description: 'All of it, with the risk of another attempt.' })
  readonly finishSeconds!: number;
}

@ObjectType('TaskPrediction', { simpleResolvers: true, description: 'What is expected of a task.' })
export class TaskPredictionView {
  @Field(() => String, { description: 'What counts as the same kind of task.' })
  readonly typeKey!: string;

  @Field(() => QuantilesView, { nullable: true, description: 'Null: nothing is known of such a task.' })
  readonly runSeconds!: QuantilesView | null;

  @Field(() => QuantilesView, { nullable: true })
  readonly memoryBytes!: QuantilesView | null;

  @Field(() => QuantilesView, { nullable: true })
  readonly outputBytes!: QuantilesView | null;

  @Field(() => Float)
  readonly failureProbability!: number;

  @Field(() => [OpinionView], { description: 'Run time by every model that knows something.' })
  readonly models!: readonly OpinionView[];

  @Field(() => [LayerAdviceView], { description: 'The best first; empty where nothing is known.' })
  readonly layers!: readonly LayerAdviceView[];

  @Field(() => Float, {
    nullable: true,
    description: 'The limit for a task that names none; null: the configured default.',
  })
  readonly timeoutMs!: number | null;

  @Field(() => GraphQLSafeInt, {
    nullable: true,
    description: 'Memory that an attempt is counted with; null: as its resource class says.',
  })
  readonly memoryRequestBytes!: number | null;
}

@ObjectType('Prediction', {
  simpleResolvers: true,
  description: 'What was expected of an attempt when it started, and what came.',
})
export class PredictionView {
  @Field(() => ID)
  readonly taskId!: string;

  @Field(() => Int)
  readonly attempt!: number;

  @Field(() => ID)
  readonly meshId!: string;

  @Field(() => String)
  readonly typeKey!: string;

  @Field(() => GraphQLDateTime)
  readonly at!: Date;

  @Field(() => LayerNameEnum)
  readonly layer!: LayerName;

  @Field(() => String)
  readonly node!: string;

  @Field(() => Float, { description: 'Seconds of run time.' })
  readonly p05!: number;

  @Field(() => Float)
  readonly p50!: number;

  @Field(() => Float)
  readonly p95!: number;

  @Field(() => String, { description: 'The champion, which was believed.' })
  readonly model!: string;

  @Field(() => Int)
  readonly modelVersion!: number;

  @Field(() => GraphQLJsonObject, { description: 'What every model expected, by name.' })
  readonly medians!: JsonObject;

  @Field(() => String, {
    description:
      'How the place was chosen. PLAN: with the rest of its mesh, busy places included; LEARNED: by itself, among places with room; ONLY: there was no choice; else the policy that chose the node.',
  })
  readonly policy!: string;

  @Field(() => GraphQLJson, {
    description:
      'The places it could have had, the chosen one first, with their seconds; those of a plan also with the seconds until they have room, which are part of these.',
  })
  readonly candidates!: Json;

  @Field(() => Float, { nullable: true, description: 'Null while it runs, and when it did not complete.' })
  readonly actual!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Seconds by which the best other place was expected to beat what came.',
  })
  readonly regret!: number | null;
}

export const PredictionConnection = connectionOf('Prediction', () => PredictionView, { counted: false });
