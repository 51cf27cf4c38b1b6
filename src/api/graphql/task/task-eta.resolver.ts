/** When a task is expected to end. Its mesh is run ahead once for all of its tasks that are asked for. */
import { FieldResolver, Resolver, Root } from 'type-graphql';
import { isTerminal } from '../../../lifecycle/vocabulary.js';
import type { Forecasts } from '../../../orchestrator/watch.js';
import { EtaType } from '../mesh/mesh.type.js';
import { Task } from './task.type.js';

@Resolver(() => Task)
export class TaskEtaResolver {
  constructor(private readonly forecasts: Forecasts) {}

  @FieldResolver(() => EtaType, {
    nullable: true,
    description: 'Null: it has ended, is a milestone, or too little is known of what is left of its mesh.',
  })
  async eta(@Root() { id, meshId, status }: Task): Promise<EtaType | null> {
    return isTerminal(status) ? null : await this.forecasts.taskEta(meshId, id);
  }
}
