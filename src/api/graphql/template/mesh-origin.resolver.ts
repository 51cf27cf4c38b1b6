/** From a mesh to what it was made of. */
import { FieldResolver, Resolver, Root } from 'type-graphql';
import { Mesh } from '../mesh/mesh.type.js';
import { MeshScheduleView } from '../schedule/schedule.type.js';
import { MeshTemplateView } from './template.type.js';

@Resolver(() => Mesh)
export class MeshOriginResolver {
  @FieldResolver(() => MeshTemplateView, {
    nullable: true,
    description: 'The template that it was made of; null: it was submitted as it is.',
  })
  template(@Root() { origin }: Mesh): MeshTemplateView | null {
    return origin?.template ?? null;
  }

  @FieldResolver(() => MeshScheduleView, { nullable: true, description: 'The schedule that asked for it.' })
  schedule(@Root() { origin }: Mesh): MeshScheduleView | null {
    if (origin?.schedule === undefined) return null;
    const { id, name, dueAt } = origin.schedule;
    return { id, name, dueAt: dueAt === null ? null : new Date(dueAt) };
  }
}
