/** How a list of tasks is narrowed and ordered. */
import { Field, ID, InputType } from 'type-graphql';
import type { LayerName, Priority, TaskStatus, TaskType, WorkKind } from '../../../lifecycle/vocabulary.js';
import type { TaskFilter, TaskOrder } from '../../../store/reads.js';
import { parseInterval, parseList, parseOptionalId, parseText, present } from '../arguments.js';
import {
  LayerNameEnum,
  OrderDirectionEnum,
  PriorityEnum,
  TaskOrderFieldEnum,
  TaskStatusEnum,
  TaskTypeEnum,
  WorkKindEnum,
} from '../enums.js';
import { GraphQLDateTime } from '../scalar/date-time-scalar.js';

@InputType('TaskFilter', { description: 'All conditions must hold.' })
export class TaskFilterInput {
  @Field(() => ID, { nullable: true })
  readonly meshId?: string | null;

  @Field(() => [TaskStatusEnum], { nullable: true })
  readonly statuses?: TaskStatus[] | null;

  @Field(() => [PriorityEnum], { nullable: true })
  readonly priorities?: Priority[] | null;

  @Field(() => [TaskTypeEnum], { nullable: true })
  readonly taskTypes?: TaskType[] | null;

  @Field(() => [LayerNameEnum], { nullable: true })
  readonly layers?: LayerName[] | null;

  @Field(() => [WorkKindEnum], { nullable: true, description: 'Milestones are of none.' })
  readonly workKinds?: WorkKind[] | null;

  @Field(() => [String], { nullable: true, description: 'Has all of these tags.' })
  readonly tags?: string[] | null;

  @Field(() => String, { nullable: true, description: 'Part of key or name, in any case.' })
  readonly search?: string | null;

  @Field(() => GraphQLDateTime, { nullable: true })
  readonly createdAfter?: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true })
  readonly createdBefore?: Date | null;
}

@InputType('TaskOrder')
export class TaskOrderInput {
  @Field(() => TaskOrderFieldEnum)
  readonly field!: TaskOrder['field'];

  @Field(() => OrderDirectionEnum, { defaultValue: 'ASC' })
  readonly direction!: TaskOrder['direction'];
}

export function parseTaskFilter(filter: TaskFilterInput | null | undefined): TaskFilter {
  if (!filter) return {};
  const {
    meshId,
    statuses,
    priorities,
    taskTypes,
    layers,
    workKinds,
    tags,
    search,
    createdAfter,
    createdBefore,
  } = filter;
  parseInterval(createdAfter, createdBefore, ['filter.createdAfter', 'filter.createdBefore']);
  return present({
    meshId: parseOptionalId(meshId, 'filter.meshId'),
    statuses: parseList(statuses, 'filter.statuses'),
    priorities: parseList(priorities, 'filter.priorities'),
    taskTypes: parseList(taskTypes, 'filter.taskTypes'),
    layers: parseList(layers, 'filter.layers'),
    workKinds: parseList(workKinds, 'filter.workKinds'),
    tags: parseList(tags, 'filter.tags', 50)?.map(
      (tag, index) => parseText(tag, `filter.tags[${index}]`) as string,
    ),
    search: parseText(search, 'filter.search'),
    createdAfter,
    createdBefore,
  });
}
