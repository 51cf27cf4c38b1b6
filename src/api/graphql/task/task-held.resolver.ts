/** Which decisions of consciousness hold a task back that could start otherwise. */
import { FieldResolver, Resolver, Root } from 'type-graphql';
import type { Consciousness, Held } from '../../../consciousness/consciousness.js';
import { decisionView } from '../consciousness/consciousness.shape.js';
import { DecisionView } from '../consciousness/decision.type.js';
import { Task } from './task.type.js';

@Resolver(() => Task)
export class TaskHeldResolver {
  constructor(private readonly mind: Pick<Consciousness, 'heldBy'>) {}

  @FieldResolver(() => [DecisionView], {
    description:
      'Decisions that hold it back now although it is queued; `vetoDecision` and `undoDecision` end them.',
  })
  async heldBy(@Root() task: Task & Held): Promise<DecisionView[]> {
    if (task.status !== 'QUEUED') return [];
    return (await this.mind.heldBy(task)).map(decisionView);
  }
}
