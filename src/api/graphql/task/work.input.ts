/**
 * Work as the API takes it in: an input of which exactly one member is given (`@oneOf`, set in build-schema.ts because
 * TypeGraphQL does not know the directive). The rules of the members are in `orchestrator/definition/`.
 */
import { Field, InputType, Int } from 'type-graphql';
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

  @Field(() => WaitWorkInput, { nullable: true })
  readonly wait?: WaitWorkInput | null;
}
