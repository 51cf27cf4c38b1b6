/** A mesh and its extension as the API takes them in. The rules are in `orchestrator/definition/`. */
import { Field, Float, InputType, Int } from 'type-graphql';
import type { JsonObject } from '../../../kit/json.js';
import type { LayerName } from '../../../lifecycle/vocabulary.js';
import type { EdgeType } from '../../../mesh/edge-type.js';
import { EdgeTypeEnum, LayerNameEnum } from '../enums.js';
import { GraphQLJsonObject } from '../scalar/json-scalar.js';
import { TaskInput } from '../task/task.input.js';

@InputType('EdgeInput', { description: 'A dependency between two tasks, by their keys.' })
export class EdgeInput {
  @Field(() => String, { description: 'The task that comes first.' })
  readonly source!: string;

  @Field(() => String)
  readonly target!: string;

  @Field(() => EdgeTypeEnum, { nullable: true, description: 'HARD when absent.' })
  readonly type?: EdgeType | null;

  @Field(() => Float, { nullable: true, description: 'Seconds of moving between layers or nodes.' })
  readonly weight?: number | null;
}

@InputType('SubmitMeshInput', { description: 'Up to 10,000 tasks and 100,000 edges; all or nothing.' })
export class MeshInput {
  @Field(() => String)
  readonly name!: string;

  @Field(() => String, { nullable: true })
  readonly description?: string | null;

  @Field(() => [String], { nullable: true })
  readonly tags?: string[] | null;

  @Field(() => GraphQLJsonObject, { nullable: true })
  readonly metadata?: JsonObject | null;

  @Field(() => [TaskInput])
  readonly tasks!: TaskInput[];

  @Field(() => [EdgeInput], { nullable: true })
  readonly edges?: EdgeInput[] | null;

  @Field(() => String, { nullable: true, description: 'The same key with the same input submits once.' })
  readonly idempotencyKey?: string | null;
}

@InputType('ExtendMeshInput', {
  description: 'More tasks and edges; keys may name tasks that the mesh has.',
})
export class MeshExtensionInput {
  @Field(() => [TaskInput], { nullable: true })
  readonly tasks?: TaskInput[] | null;

  @Field(() => [EdgeInput], { nullable: true })
  readonly edges?: EdgeInput[] | null;

  @Field(() => String, { nullable: true, description: 'The same key with the same input extends once.' })
  readonly idempotencyKey?: string | null;
}

@InputType('LayerSlotsInput')
export class LayerSlotsInput {
  @Field(() => LayerNameEnum)
  readonly name!: LayerName;

  @Field(() => Int, { description: 'Attempts at the same time.' })
  readonly slots!: number;
}
