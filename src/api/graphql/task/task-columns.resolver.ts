/** Columns of a task that the API does not show as they are stored. Made only when they are asked for. */
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { LayerName } from '../../../lifecycle/vocabulary.js';
import type { ApiContext } from '../../context.js';
import { LayerNameEnum } from '../enums.js';
import { Task } from './task.type.js';
import { workFor } from './work.shape.js';
import { WorkType } from './work.type.js';

@Resolver(() => Task)
export class TaskColumnsResolver {
  @FieldResolver(() => WorkType, { nullable: true, description: 'Null for a milestone.' })
  work(@Root() task: Task, @Ctx() ctx: ApiContext): WorkType | null {
    return workFor(ctx.viewer, task.work);
  }

  @FieldResolver(() => LayerNameEnum, {
    nullable: true,
    description: "The author's wish; null leaves it to the orchestrator.",
  })
  layerPreference(@Root() task: Task): LayerName | null {
    return task.layer;
  }

  @FieldResolver(() => [String], { description: 'Labels that its node must have.' })
  nodeSelector(@Root() task: Task): readonly string[] {
    return task.nodeSelector ?? [];
  }
}
