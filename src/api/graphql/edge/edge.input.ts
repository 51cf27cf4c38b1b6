/** Edges as the API takes them in: one between two existing tasks, and what narrows a list of them. */
import { ArgsType, Field, Float, ID, InputType, Int } from 'type-graphql';
import type { EdgeType } from '../../../mesh/edge-type.js';
import type { EdgeChange } from '../../../orchestrator/commands.js';
import type { EdgeFilter } from '../../../store/reads.js';
import { FIRST_DEFAULT, invalid, parseId, parseList, parseOptionalId, present } from '../arguments.js';
import { EdgeTypeEnum } from '../enums.js';

const WEIGHT_MAX = 1e9;

@InputType('AddEdgeInput')
export class AddEdgeInput {
  @Field(() => ID, { description: 'The task that comes first.' })
  readonly sourceId!: string;

  @Field(() => ID)
  readonly targetId!: string;

  @Field(() => EdgeTypeEnum, { defaultValue: 'HARD' })
  readonly type!: EdgeType;

  @Field(() => Float, { defaultValue: 0, description: 'Seconds of moving between layers or nodes.' })
  readonly weight!: number;
}

export function parseEdge({ sourceId, targetId, type, weight }: AddEdgeInput): EdgeChange {
  const change = {
    sourceId: parseId(sourceId, 'input.sourceId'),
    targetId: parseId(targetId, 'input.targetId'),
    type,
    weight,
  };
  if (change.sourceId === change.targetId) {
    throw invalid('input.targetId', 'must be another task than sourceId; a task cannot depend on itself');
  }
  if (weight >= 0 && weight <= WEIGHT_MAX) return change;
  throw invalid('input.weight', `must be a number of seconds from 0 to ${WEIGHT_MAX}, got ${weight}`);
}

@ArgsType()
export class EdgeArguments {
  @Field(() => ID, { nullable: true })
  readonly meshId?: string | null;

  @Field(() => ID, { nullable: true })
  readonly sourceId?: string | null;

  @Field(() => ID, { nullable: true })
  readonly targetId?: string | null;

  @Field(() => [EdgeTypeEnum], { nullable: true })
  readonly types?: EdgeType[] | null;

  @Field(() => Int, { defaultValue: FIRST_DEFAULT })
  readonly first!: number;

  @Field(() => String, { nullable: true })
  readonly after?: string | null;
}

export function parseEdgeFilter({ meshId, sourceId, targetId, types }: EdgeArguments): EdgeFilter {
  return present({
    meshId: parseOptionalId(meshId, 'meshId'),
    sourceId: parseOptionalId(sourceId, 'sourceId'),
    targetId: parseOptionalId(targetId, 'targetId'),
    types: parseList(types, 'types'),
  });
}
