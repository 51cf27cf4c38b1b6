/** A place where attempts run, as the API shows it: columns only. */
import { Field, Float, Int, ObjectType } from 'type-graphql';
import type { LayerName } from '../../../lifecycle/vocabulary.js';
import { LayerNameEnum } from '../enums.js';
import { GraphQLSafeInt } from '../scalar/number-scalars.js';

@ObjectType('QuantumStatistics', {
  simpleResolvers: true,
  description: 'Circuits simulated since the start, as tasks or at once, and the limits of one.',
})
export class QuantumStatistics {
  @Field(() => GraphQLSafeInt)
  readonly circuits!: number;

  @Field(() => GraphQLSafeInt)
  readonly shots!: number;

  @Field(() => GraphQLSafeInt, { description: 'Passes over a state.' })
  readonly passes!: number;

  @Field(() => Float, { description: 'Milliseconds in the engine.' })
  readonly ms!: number;

  @Field(() => Int, { description: 'Of the largest circuit so far.' })
  readonly qubitsMax!: number;

  @Field(() => Int)
  readonly threads!: number;

  @Field(() => GraphQLSafeInt)
  readonly memoryLimitBytes!: number;

  @Field(() => Int, { description: 'Qubits of a state vector within the limits.' })
  readonly qubitsLimit!: number;
}

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
