/** What templates are made of, and what is asked of one. The rules are in `orchestrator/template/`. */
import { ArgsType, Field, Float, InputType, Int } from 'type-graphql';
import type { Json, JsonObject } from '../../../kit/json.js';
import type { ParameterType } from '../../../store/templates.js';
import { PageArguments } from '../consciousness/consciousness.input.js';
import { GraphQLJson, GraphQLJsonObject } from '../scalar/json-scalar.js';
import { ParameterTypeEnum } from './template.type.js';

@InputType('TemplateParameterInput')
export class TemplateParameterInput {
  @Field(() => String)
  readonly name!: string;

  @Field(() => ParameterTypeEnum)
  readonly type!: ParameterType;

  @Field(() => String, { nullable: true })
  readonly description?: string | null;

  @Field(() => GraphQLJson, { nullable: true, description: 'Without one it has to be given.' })
  readonly default?: Json;

  @Field(() => [String], { nullable: true, description: 'Of an ENUM.' })
  readonly values?: string[] | null;

  @Field(() => Float, { nullable: true, description: 'Of a number, or of the length of a text.' })
  readonly min?: number | null;

  @Field(() => Float, { nullable: true })
  readonly max?: number | null;

  @Field(() => String, { nullable: true, description: 'A regular expression for the whole text.' })
  readonly pattern?: string | null;
}

@InputType()
class TemplateFields {
  @Field(() => String, { nullable: true })
  readonly description?: string | null;

  @Field(() => [TemplateParameterInput], { nullable: true })
  readonly parameters?: TemplateParameterInput[] | null;

  @Field(() => GraphQLJsonObject, {
    description: 'A mesh as in a file or in submitMesh, with `${params.NAME}` in its texts.',
  })
  readonly definition!: JsonObject;
}

@InputType('CreateTemplateInput')
export class CreateTemplateInput extends TemplateFields {
  @Field(() => String, { description: 'Letters, digits, dots, dashes, underscores; unique in the tenant.' })
  readonly name!: string;
}

@InputType('UpdateTemplateInput', { description: 'All of it; what is left out is empty in the new version.' })
export class UpdateTemplateInput extends TemplateFields {
  @Field(() => Int, { description: 'The version that was read: when there is a newer one, nothing changes.' })
  readonly expectedVersion!: number;
}

@InputType('InstantiateTemplateInput')
export class InstantiateTemplateInput {
  @Field(() => String, { description: 'By name.' })
  readonly template!: string;

  @Field(() => Int, { nullable: true, description: 'The newest when absent.' })
  readonly version?: number | null;

  @Field(() => GraphQLJsonObject, { nullable: true, description: 'Values by the names of parameters.' })
  readonly params?: JsonObject | null;

  @Field(() => String, { nullable: true, description: 'Of the mesh; as the definition says when absent.' })
  readonly name?: string | null;

  @Field(() => String, { nullable: true, description: 'The same key with the same input makes one mesh.' })
  readonly idempotencyKey?: string | null;
}

@ArgsType()
export class TemplateArguments extends PageArguments {
  @Field(() => String, { nullable: true, description: 'Part of the name, in any case.' })
  readonly search?: string | null;
}
