/**
 * Work as the API takes it in: an input of which exactly one member is given (`@oneOf`, set in build-schema.ts because
 * TypeGraphQL does not know the directive). The rules of the members are in `orchestrator/definition/`.
 */
import { Field, InputType, Int } from 'type-graphql';
import type { SimulationMethod } from '../../../lifecycle/vocabulary.js';
import { SimulationMethodEnum } from '../enums.js';
import type { Json, JsonObject } from '../../../kit/json.js';
import { GraphQLJson, GraphQLJsonObject } from '../scalar/json-scalar.js';
import { GraphQLSafeInt } from '../scalar/number-scalars.js';

@InputType('CommandWorkInput')
export class CommandWorkInput {
  @Field(() => [String])
  readonly argv!: string[];

  @Field(() => String, { nullable: true })
  readonly cwd?: string | null;

  @Field(() => GraphQLJsonObject, { nullable: true, description: 'Names to texts.' })
  readonly env?: JsonObject | null;

  @Field(() => String, { nullable: true })
  readonly stdin?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Only then a shell; argv is then one line.' })
  readonly shell?: boolean | null;
}

@InputType('HttpWorkInput')
export class HttpWorkInput {
  @Field(() => String, { nullable: true })
  readonly method?: string | null;

  @Field(() => String)
  readonly url!: string;

  @Field(() => GraphQLJsonObject, { nullable: true, description: 'Names to texts.' })
  readonly headers?: JsonObject | null;

  @Field(() => GraphQLJson, { nullable: true })
  readonly body?: Json;

  @Field(() => [Int], { nullable: true })
  readonly expectedStatuses?: number[] | null;

  @Field(() => GraphQLSafeInt, { nullable: true })
  readonly maxResponseBytes?: number | null;
}

@InputType('ModuleWorkInput')
export class ModuleWorkInput {
  @Field(() => String, { description: 'Under the configured module root.' })
  readonly path!: string;

  @Field(() => GraphQLJson, { nullable: true })
  readonly input?: Json;

  @Field(() => String, { nullable: true })
  readonly export?: string | null;
}

@InputType('CircuitWantInput', { description: 'What a circuit is to answer; without a wish it is sampled.' })
export class CircuitWantInput {
  @Field(() => Boolean, { nullable: true })
  readonly counts?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Of all outcomes: exactly, or the average of trajectories.',
  })
  readonly probabilities?: boolean | null;

  @Field(() => Int, { nullable: true, description: 'Of so many outcomes, the most probable first.' })
  readonly top?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'Up to 14 qubits.' })
  readonly statevector?: boolean | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Strings of I, X, Y and Z; the last character is qubit 0.',
  })
  readonly expectations?: string[] | null;
}

@InputType('CircuitWorkInput', { description: 'A quantum circuit: a source, or operations.' })
export class CircuitWorkInput {
  @Field(() => String, { nullable: true, description: 'OpenQASM 2, or the subset of OpenQASM 3.' })
  readonly source?: string | null;

  @Field(() => Int, { nullable: true, description: 'Of operations; else as configured.' })
  readonly qubits?: number | null;

  @Field(() => [GraphQLJsonObject], {
    nullable: true,
    description: '{ gate, qubits, angles, matrix, when }, { measure, bit }, { reset } or { barrier }.',
  })
  readonly operations?: JsonObject[] | null;

  @Field(() => GraphQLJson, { nullable: true, description: 'Numbers by the names of its inputs.' })
  readonly parameters?: Json;

  @Field(() => Int, { nullable: true, description: '1024 when counts are wanted and nothing is said.' })
  readonly shots?: number | null;

  @Field(() => GraphQLSafeInt, { nullable: true })
  readonly seed?: number | null;

  @Field(() => GraphQLJson, { nullable: true, description: 'The name of a noise model, or a model.' })
  readonly noise?: Json;

  @Field(() => SimulationMethodEnum, { nullable: true })
  readonly method?: SimulationMethod | null;

  @Field(() => CircuitWantInput, { nullable: true })
  readonly want?: CircuitWantInput | null;
}

@InputType('WaitWorkInput')
export class WaitWorkInput {
  @Field(() => GraphQLSafeInt)
  readonly durationMs!: number;
}

@InputType('WorkInput', { description: 'Exactly one member.' })
export class WorkInput {
  @Field(() => CommandWorkInput, { nullable: true })
  readonly command?: CommandWorkInput | null;

  @Field(() => HttpWorkInput, { nullable: true })
  readonly http?: HttpWorkInput | null;

  @Field(() => ModuleWorkInput, { nullable: true })
  readonly module?: ModuleWorkInput | null;

  @Field(() => CircuitWorkInput, { nullable: true })
  readonly circuit?: CircuitWorkInput | null;

  @Field(() => WaitWorkInput, { nullable: true })
  readonly wait?: WaitWorkInput | null;
}
