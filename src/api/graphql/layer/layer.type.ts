/** A place where attempts run, as the API shows it: columns only. */
import { Field, Float, Int, ObjectType } from 'type-graphql';
import type { LayerName } from '../../../lifecycle/vocabulary.js';
import { LayerNameEnum } from '../enums.js';
import { GraphQLSafeInt } from '../scalar/number-scalars.js';

@ObjectType('Layer', {
  simpleResolvers: true,
  description: 'Where attempts run, what it offers and what it has done since the start.',
})
export class LayerView {
  @Field(() => LayerNameEnum)
  readonly name!: LayerName;

  @Field(() => String, { description: 'The process that runs its attempts.' })
  readonly node!: string;

  @Field(() => Int, { description: 'Attempts at the same time.' })
  readonly slots!: number;

  @Field(() => Float)
  readonly cores!: number;

  @Field(() => GraphQLSafeInt)
  readonly memoryBytes!: number;

  @Field(() => Int)
  readonly running!: number;

  @Field(() => GraphQLSafeInt)
  readonly started!: number;

  @Field(() => GraphQLSafeInt)
  readonly completed!: number;

  @Field(() => GraphQLSafeInt)
  readonly failed!: number;
}
