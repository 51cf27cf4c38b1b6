/** Answers about circuits, as the API shows them: columns only. */
import { Field, Float, Int, ObjectType } from 'type-graphql';
import type { SimulationMethod } from '../../../lifecycle/vocabulary.js';
import { SimulationMethodEnum } from '../enums.js';
import { GraphQLJsonObject } from '../scalar/json-scalar.js';
import { GraphQLSafeInt } from '../scalar/number-scalars.js';
import { CircuitPicture } from './circuit-picture.type.js';

@ObjectType('CircuitOutcome', { simpleResolvers: true, description: 'One outcome of a circuit, exactly.' })
export class CircuitOutcome {
  @Field(() => String, { description: 'Bit 0 of the first register is the last character.' })
  readonly bits!: string;

  @Field(() => Float)
  readonly probability!: number;
}

@ObjectType('CircuitResult', { simpleResolvers: true, description: 'What a circuit answers.' })
export class CircuitResult {
  @Field(() => Int)
  readonly qubits!: number;

  @Field(() => SimulationMethodEnum, { description: 'How it was simulated.' })
  readonly method!: SimulationMethod;

  @Field(() => GraphQLSafeInt, { description: 'The same seed gives the same counts.' })
  readonly seed!: number;

  @Field(() => Int)
  readonly shots!: number;

  @Field(() => GraphQLJsonObject, { nullable: true, description: 'How often each outcome was seen.' })
  readonly counts?: Readonly<Record<string, number>>;

  @Field(() => [CircuitOutcome], { nullable: true, description: 'The most probable first.' })
  readonly probabilities?: readonly CircuitOutcome[];

  @Field(() => [[Float]], {
    nullable: true,
    description: 'Pairs of real and imaginary part; bit k of the index is qubit k.',
  })
  readonly statevector?: readonly (readonly number[])[];

  @Field(() => GraphQLJsonObject, { nullable: true, description: 'By Pauli string.' })
  readonly expectations?: Readonly<Record<string, number>>;
}

@ObjectType('CircuitFault', {
  simpleResolvers: true,
  description: 'What is wrong with the text of a circuit.',
})
export class CircuitFaultType {
  @Field(() => String, { description: 'UNKNOWN_GATE, WRONG_ARITY, REPEATED_QUBIT, SYNTAX, …' })
  readonly code!: string;

  @Field(() => String)
  readonly message!: string;

  @Field(() => Int, { nullable: true, description: 'From 1.' })
  readonly line!: number | null;

  @Field(() => Int, { nullable: true, description: 'From 1.' })
  readonly column!: number | null;
}

@ObjectType('CircuitReport', {
  simpleResolvers: true,
  description:
    'What a circuit is and costs, or what is wrong with it; the numbers are null where it is wrong.',
})
export class CircuitReport {
  @Field(() => Boolean)
  readonly valid!: boolean;

  @Field(() => [CircuitFaultType], { description: 'In the order of the text, at most 20.' })
  readonly errors!: readonly CircuitFaultType[];

  @Field(() => Int, { nullable: true })
  readonly qubits?: number;

  @Field(() => Int, { nullable: true })
  readonly bits?: number;

  @Field(() => Int, {
    nullable: true,
    description: 'The longest chain of operations that share qubits or bits.',
  })
  readonly depth?: number;

  @Field(() => Int, { nullable: true })
  readonly operations?: number;

  @Field(() => GraphQLJsonObject, { nullable: true, description: 'How often each gate is used, by name.' })
  readonly gateCounts?: Readonly<Record<string, number>>;

  @Field(() => Int, { nullable: true })
  readonly twoQubitGates?: number;

  @Field(() => Int, { nullable: true })
  readonly measurements?: number;

  @Field(() => [String], { nullable: true, description: 'Inputs that want a value with each run.' })
  readonly parameters?: readonly string[];

  @Field(() => Float, {
    nullable: true,
    description: 'Bytes of the state vector; more than memory for many qubits.',
  })
  readonly memoryBytes?: number;

  @Field(() => Float, { nullable: true, description: 'Bytes of the density matrix, for exact noise.' })
  readonly densityMatrixBytes?: number;

  @Field(() => Float, { nullable: true, description: 'Of one run without noise on one thread, roughly.' })
  readonly estimatedMs?: number;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether its state vector is within the limits of this server.',
  })
  readonly fits?: boolean;

  @Field(() => CircuitPicture, {
    nullable: true,
    description: 'Where everything of its picture stands.',
  })
  readonly picture?: CircuitPicture;
}
