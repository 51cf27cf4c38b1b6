/** What a mesh file says, or what is wrong with it, as the API shows it: columns only. */
import { Field, Int, ObjectType } from 'type-graphql';
import { TemplateDraft } from '../template/template.type.js';
import { GraphQLJsonObject } from '../scalar/json-scalar.js';

@ObjectType('MeshFileFault', {
  simpleResolvers: true,
  description: 'What is wrong in a mesh file, and where.',
})
export class MeshFileFault {
  @Field(() => String, { description: 'As in the file: `tasks.clean.dependsOn[0]`; empty for the whole.' })
  readonly path!: string;

  @Field(() => String)
  readonly message!: string;

  @Field(() => Int, { nullable: true, description: 'From 1.' })
  readonly line?: number | null;

  @Field(() => Int, { nullable: true, description: 'From 1.' })
  readonly column?: number | null;
}

@ObjectType('MeshFileReport', {
  simpleResolvers: true,
  description: 'A mesh file, read and checked; nothing was submitted.',
})
export class MeshFileReport {
  @Field(() => Boolean)
  readonly valid!: boolean;

  @Field(() => [MeshFileFault], { description: 'In the order of the file, at most 100.' })
  readonly faults!: readonly MeshFileFault[];

  @Field(() => GraphQLJsonObject, {
    nullable: true,
    description: 'The input for submitMesh and simulateMesh; null where something is wrong.',
  })
  readonly input!: object | null;

  @Field(() => TemplateDraft, {
    nullable: true,
    description: 'What createTemplate takes, where the file has parameters; then there is no input.',
  })
  readonly template!: TemplateDraft | null;
}
