/** Orders of tasks that are held at once, as the API shows them: columns only. */
import { Field, Float, Int, ObjectType } from 'type-graphql';

@ObjectType('PolicyEffect', {
  simpleResolvers: true,
  description:
    'What a policy does to how long a mesh takes, from draws by chance with known probabilities: logarithms.',
})
export class PolicyEffectView {
  @Field(() => Float, { description: 'With it less without it; below 0: meshes are done sooner.' })
  readonly difference!: number;

  @Field(() => Float, { description: 'Interval of 95 %; where it holds 0, no effect is shown.' })
  readonly from!: number;

  @Field(() => Float)
  readonly to!: number;

  @Field(() => Int)
  readonly draws!: number;
}

@ObjectType('Policy', {
  simpleResolvers: true,
  description:
    'An order of tasks that is held beside others until one is drawn for a mesh. Amplitudes are square roots of probabilities; they carry no phase, and nothing interferes.',
})
export class PolicyView {
  @Field(() => String, { description: 'Name of the meshes that it is held for.' })
  readonly context!: string;

  @Field(() => String)
  readonly name!: string;

  @Field(() => String)
  readonly meaning!: string;

  @Field(() => Float, { description: 'Its square is the probability.' })
  readonly amplitude!: number;

  @Field(() => Float, { description: 'Of being the best of them.' })
  readonly probability!: number;

  @Field(() => Float, { description: 'Runs that were replayed; older ones count for less.' })
  readonly runs!: number;

  @Field(() => Float, {
    description: 'What is expected of it: ln(makespan / that of the static order); below 0: sooner.',
  })
  readonly meanCost!: number;

  @Field(() => Boolean, { description: 'One dominates or all come to the same: nothing is drawn.' })
  readonly idle!: boolean;

  @Field(() => PolicyEffectView, { nullable: true, description: 'Null: too few draws.' })
  readonly effect!: PolicyEffectView | null;
}

@ObjectType('Exploration', { simpleResolvers: true, description: 'What drawing has cost.' })
export class ExplorationView {
  @Field(() => Float, { description: 'Of the cost of all runs.' })
  readonly share!: number;

  @Field(() => Float, { description: 'More ends the level.' })
  readonly most!: number;
}
