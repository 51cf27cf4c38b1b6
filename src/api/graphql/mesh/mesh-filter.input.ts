/** How a list of meshes is narrowed and ordered. */
import { Field, ID, InputType } from 'type-graphql';
import type { MeshStatus } from '../../../lifecycle/vocabulary.js';
import type { MeshFilter, MeshOrder } from '../../../store/reads.js';
import { parseInterval, parseList, parseOptionalId, parseText, present } from '../arguments.js';
import { MeshOrderFieldEnum, MeshStatusEnum, OrderDirectionEnum } from '../enums.js';
import { GraphQLDateTime } from '../scalar/date-time-scalar.js';

@InputType('MeshFilter', { description: 'All conditions must hold.' })
export class MeshFilterInput {
  @Field(() => [MeshStatusEnum], { nullable: true })
  readonly statuses?: MeshStatus[] | null;

  @Field(() => [String], { nullable: true, description: 'Has all of these tags.' })
  readonly tags?: string[] | null;

  @Field(() => String, { nullable: true, description: 'Part of the name, in any case.' })
  readonly search?: string | null;

  @Field(() => ID, { nullable: true, description: 'Reruns of this mesh.' })
  readonly parentMeshId?: string | null;

  @Field(() => String, { nullable: true, description: 'Made of the template of this name.' })
  readonly template?: string | null;

  @Field(() => GraphQLDateTime, { nullable: true })
  readonly createdAfter?: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true })
  readonly createdBefore?: Date | null;
}

@InputType('MeshOrder')
export class MeshOrderInput {
  @Field(() => MeshOrderFieldEnum)
  readonly field!: MeshOrder['field'];

  @Field(() => OrderDirectionEnum, { defaultValue: 'ASC' })
  readonly direction!: MeshOrder['direction'];
}

export function parseMeshFilter(filter: MeshFilterInput | null | undefined): MeshFilter {
  if (!filter) return {};
  const { statuses, tags, search, parentMeshId, template, createdAfter, createdBefore } = filter;
  parseInterval(createdAfter, createdBefore, ['filter.createdAfter', 'filter.createdBefore']);
  return present({
    statuses: parseList(statuses, 'filter.statuses'),
    tags: parseList(tags, 'filter.tags', 50)?.map(
      (tag, index) => parseText(tag, `filter.tags[${index}]`) as string,
    ),
    search: parseText(search, 'filter.search'),
    parentMeshId: parseOptionalId(parentMeshId, 'filter.parentMeshId'),
    template: parseText(template, 'filter.template'),
    createdAfter,
    createdBefore,
  });
}
