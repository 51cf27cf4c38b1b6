/**
 * What a task does, as the API shows it: the kind, and the one member of that kind. Columns only; `work.shape.ts`
 * makes the values.
 */
import { Field, Int, ObjectType } from 'type-graphql';
import type { Json, JsonObject } from '../../../kit/json.js';
import type { SimulationMethod, WorkKind } from '../../../lifecycle/vocabulary.js';
import { SimulationMethodEnum, WorkKindEnum } from '../enums.js';
import { GraphQLJson, GraphQLJsonObject } from '../scalar/json-scalar.js';
import { GraphQLSafeInt } from '../scalar/number-scalars.js';

@ObjectType('CommandWork', { simpleResolvers: true, description: 'A child process.' })
export class CommandWorkType {
  @Field(() => [String], { description: 'Program and arguments; never a shell unless `shell` is true.' })
  readonly argv!: readonly string[];

  @Field(() => String, { nullable: true })
  readonly cwd?: string;

  @Field(() => GraphQLJsonObject, {
    nullable: true,
    description: 'Values are masked for viewers without the token.',
  })
  readonly env?: JsonObject;

  @Field(() => String, { nullable: true })
  readonly stdin?: string;

  @Field(() => Boolean)
  readonly shell!: boolean;
}

@ObjectType('HttpWork', { simpleResolvers: true, description: 'One HTTP request.' })
export class HttpWorkType {
  @Field(() => String)
  readonly method!: string;

  @Field(() => String)
  readonly url!: string;

  @Field(() => GraphQLJsonObject, {
    nullable: true,
    description: 'Values are masked for viewers without the token.',
  })
  readonly headers?: JsonObject;

  @Field(() => GraphQLJson, { nullable: true })
  readonly body?: Json;

  @Field(() => [Int], {
    nullable: true,
    description: 'Statuses that count as success; 200 to 299 when absent.',
  })
  readonly expectedStatuses?: readonly number[];

  @Field(() => GraphQLSafeInt, { nullable: true })
  readonly maxResponseBytes?: number;
}

@ObjectType('ModuleWork', {
  simpleResolvers: true,
  description: 'A function of a file under the module root, in a worker thread.',
})
export class ModuleWorkType {
  @Field(() => String)
  readonly path!: string;

  @Field(() => GraphQLJson, { nullable: true })
  readonly input?: Json;

  @Field(() => String, {
    nullable: true,
    description: 'The export that is called; the default export when absent.',
  })
  readonly export?: string;
}

@ObjectType('CircuitWork', {
  simpleResolvers: true,
  description: 'A quantum circuit, simulated.',
})
export class CircuitWorkType {
  @Field(() => String, { nullable: true, description: 'OpenQASM.' })
  readonly source?: string;

  @Field(() => Int, { nullable: true })
  readonly qubits?: number;

  @Field(() => [GraphQLJsonObject], { nullable: true })
  readonly operations?: readonly JsonObject[];

  @Field(() => GraphQLJson, { nullable: true })
  readonly parameters?: Json;

  @Field(() => Int, { nullable: true })
  readonly shots?: number;

  @Field(() => GraphQLSafeInt, { nullable: true })
  readonly seed?: number;

  @Field(() => GraphQLJson, { nullable: true })
  readonly noise?: Json;

  @Field(() => SimulationMethodEnum, { nullable: true })
  readonly method?: SimulationMethod;

  @Field(() => GraphQLJsonObject, { nullable: true })
  readonly want?: object;
}

@ObjectType('WaitWork', {
  simpleResolvers: true,
  description: 'Completes after a time, without using a core.',
})
export class WaitWorkType {
  @Field(() => GraphQLSafeInt)
  readonly durationMs!: number;
}

@ObjectType('Work', {
  simpleResolvers: true,
  description: 'What a task does: its kind, and the one member of that kind.',
})
export class WorkType {
  @Field(() => WorkKindEnum)
  readonly kind!: WorkKind;

  @Field(() => GraphQLJsonObject, { description: 'The member of that kind as JSON.' })
  readonly payload!: JsonObject;

  @Field(() => CommandWorkType, { nullable: true })
  readonly command?: CommandWorkType;

  @Field(() => HttpWorkType, { nullable: true })
  readonly http?: HttpWorkType;

  @Field(() => ModuleWorkType, { nullable: true })
  readonly module?: ModuleWorkType;

  @Field(() => CircuitWorkType, { nullable: true })
  readonly circuit?: CircuitWorkType;

  @Field(() => WaitWorkType, { nullable: true })
  readonly wait?: WaitWorkType;
}
