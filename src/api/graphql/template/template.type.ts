/** A template, its parameters, and what a mesh remembers of the one it was made of: columns only. */
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { Json, JsonObject } from '../../../kit/json.js';
import { PARAMETER_TYPES, type ParameterType } from '../../../store/templates.js';
import { connectionOf } from '../connection.js';
import { register } from '../enums.js';
import { GraphQLDateTime } from '../scalar/date-time-scalar.js';
import { GraphQLJson, GraphQLJsonObject } from '../scalar/json-scalar.js';

export const ParameterTypeEnum = register('ParameterType', PARAMETER_TYPES, 'What a parameter takes.');

@ObjectType('TemplateParameter', { simpleResolvers: true, description: 'A value that is asked for.' })
export class TemplateParameterView {
  @Field(() => String, { description: 'Written `${params.NAME}` in the definition.' })
  readonly name!: string;

  @Field(() => ParameterTypeEnum)
  readonly type!: ParameterType;

  @Field(() => String, { nullable: true })
  readonly description?: string | null;

  @Field(() => Boolean, { description: 'It has no default.' })
  readonly required!: boolean;

  @Field(() => GraphQLJson, { nullable: true })
  readonly default?: Json;

  @Field(() => [String], { nullable: true, description: 'Of an ENUM.' })
  readonly values?: readonly string[] | null;

  @Field(() => Float, { nullable: true, description: 'Of a number, or of the length of a text.' })
  readonly min?: number | null;

  @Field(() => Float, { nullable: true })
  readonly max?: number | null;

  @Field(() => String, { nullable: true, description: 'A regular expression for the whole text.' })
  readonly pattern?: string | null;
}

@ObjectType('Template', {
  simpleResolvers: true,
  description: 'A stored definition with parameters, in one of its versions.',
})
export class TemplateView {
  @Field(() => ID)
  readonly id!: string;

  @Field(() => String, { description: 'Unique in its tenant.' })
  readonly name!: string;

  @Field(() => Int, { description: 'Of what is shown here.' })
  readonly version!: number;

  @Field(() => Int, { description: 'The newest version.' })
  readonly latest!: number;

  @Field(() => Boolean, { description: 'Its versions stay readable by number.' })
  readonly isDeleted!: boolean;

  @Field(() => String, { nullable: true })
  readonly description!: string | null;

  @Field(() => [TemplateParameterView])
  readonly parameters!: readonly TemplateParameterView[];

  @Field(() => String)
  readonly createdBy!: string;

  @Field(() => GraphQLDateTime)
  readonly createdAt!: Date;

  @Field(() => String, { description: 'Who made this version.' })
  readonly changedBy!: string;

  @Field(() => GraphQLDateTime)
  readonly changedAt!: Date;
}

@ObjectType('TemplateVersion', { simpleResolvers: true, description: 'That a template was changed.' })
export class TemplateVersionView {
  @Field(() => Int)
  readonly version!: number;

  @Field(() => String, { nullable: true })
  readonly description!: string | null;

  @Field(() => String)
  readonly changedBy!: string;

  @Field(() => GraphQLDateTime)
  readonly changedAt!: Date;
}

export const TemplateConnection = connectionOf('Template', () => TemplateView, { counted: false });

@ObjectType('MeshTemplate', { simpleResolvers: true, description: 'What a mesh was made of.' })
export class MeshTemplateView {
  @Field(() => String)
  readonly name!: string;

  @Field(() => Int)
  readonly version!: number;

  @Field(() => GraphQLJsonObject, { description: 'All of them, defaults included.' })
  readonly params!: JsonObject;
}

@ObjectType('TemplateDraft', {
  simpleResolvers: true,
  description: 'A template as a file says it; not stored.',
})
export class TemplateDraft {
  @Field(() => String, { nullable: true, description: 'The name of its mesh, where that has no parameter.' })
  readonly name!: string | null;

  @Field(() => String, { nullable: true })
  readonly description!: string | null;

  @Field(() => [TemplateParameterView])
  readonly parameters!: readonly TemplateParameterView[];

  @Field(() => GraphQLJsonObject)
  readonly definition!: JsonObject;
}
