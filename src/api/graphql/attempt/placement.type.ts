/** Why an attempt runs where it runs, as the API shows it: columns only. */
import { Field, Float, Int, ObjectType } from 'type-graphql';
import type { PlacementPolicy } from '../../../lifecycle/vocabulary.js';
import { PlacementPolicyEnum } from '../enums.js';

@ObjectType('PlacementCandidate', { simpleResolvers: true, description: 'A node that could have run it.' })
export class PlacementCandidate {
  @Field(() => String)
  readonly node!: string;

  @Field(() => Float, {
    description:
      'The lower the better. ROUND_ROBIN: the number of its last turn; LEAST_CONNECTIONS: attempts it ran; RESOURCE_BASED: how full its scarcest resource would be, 0 to 1; LEARNED: expected seconds.',
  })
  readonly score!: number;
}

@ObjectType('Placement', {
  simpleResolvers: true,
  description: 'Why an attempt runs on its node: what was chosen among, and how.',
})
export class PlacementView {
  @Field(() => PlacementPolicyEnum)
  readonly policy!: PlacementPolicy;

  @Field(() => Int, { description: 'Nodes there were.' })
  readonly nodes!: number;

  @Field(() => Int, { description: 'Of those, how many could have taken it at that moment.' })
  readonly eligible!: number;

  @Field(() => [PlacementCandidate], { description: 'The best of them; the first one was chosen.' })
  readonly candidates!: readonly PlacementCandidate[];
}
