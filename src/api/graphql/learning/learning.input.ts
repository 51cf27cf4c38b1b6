/** What learning is asked with. */
import { ArgsType, Field, Float, ID, InputType, Int } from 'type-graphql';
import { FIRST_DEFAULT } from '../arguments.js';
import { GraphQLSafeInt } from '../scalar/number-scalars.js';
import { CreateTaskInput } from '../task/task.input.js';

@InputType('PredictInput', { description: 'A task that exists, or one as it would be created.' })
export class PredictInput {
  @Field(() => ID, { nullable: true })
  readonly taskId?: string | null;

  @Field(() => CreateTaskInput, { nullable: true })
  readonly task?: CreateTaskInput | null;

  @Field(() => String, { nullable: true, description: 'Of the mesh that the task would run in again.' })
  readonly meshName?: string | null;
}

@InputType('TrainingOptionsInput', { description: 'As configured where absent.' })
export class TrainingOptionsInput {
  @Field(() => Float, { nullable: true })
  readonly learningRate?: number | null;

  @Field(() => Int, { nullable: true })
  readonly batchSize?: number | null;

  @Field(() => Int, { nullable: true })
  readonly maxIterations?: number | null;

  @Field(() => GraphQLSafeInt, { nullable: true })
  readonly seed?: number | null;
}

@InputType('TrainModelInput')
export class TrainModelInput {
  @Field(() => String, { description: 'The name of a model that is trained.' })
  readonly model!: string;

  @Field(() => TrainingOptionsInput, { nullable: true })
  readonly options?: TrainingOptionsInput | null;
}

@InputType('PredictionFilterInput')
export class PredictionFilterInput {
  @Field(() => ID, { nullable: true })
  readonly taskId?: string | null;

  @Field(() => ID, { nullable: true })
  readonly meshId?: string | null;

  @Field(() => String, { nullable: true })
  readonly typeKey?: string | null;

  @Field(() => String, { nullable: true })
  readonly model?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'With what came, or without.' })
  readonly scored?: boolean | null;
}

@ArgsType()
export class PredictionArguments {
  @Field(() => PredictionFilterInput, { nullable: true })
  readonly filter?: PredictionFilterInput | null;

  @Field(() => Int, { defaultValue: FIRST_DEFAULT })
  readonly first!: number;

  @Field(() => String, { nullable: true })
  readonly after?: string | null;
}
