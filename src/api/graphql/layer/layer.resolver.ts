/** `layers` and `layer(name)`: where attempts run. They answer from memory and never from the store. */
import { Arg, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { Circuits } from '../../../layers/circuits.js';
import type { LayerName } from '../../../lifecycle/vocabulary.js';
import { LayerNameEnum } from '../enums.js';
import { layerNamed, type LayerReports } from './layer.shape.js';
import { LayerView, QuantumStatistics } from './layer.type.js';

@Resolver(() => LayerView)
export class LayerResolver {
  constructor(
    private readonly all: LayerReports,
    private readonly circuits: Circuits,
  ) {}

  @Query(() => [LayerView], { description: 'Where attempts run.' })
  layers(): LayerView[] {
    return [...this.all()];
  }

  @Query(() => LayerView, { nullable: true, description: 'Null when there is no such layer.' })
  layer(@Arg('name', () => LayerNameEnum) name: LayerName): LayerView | null {
    return layerNamed(this.all, name);
  }

  @FieldResolver(() => QuantumStatistics, {
    nullable: true,
    description: 'What this server has simulated, and how much it can; null for other layers.',
  })
  quantum(@Root() { name }: LayerView): QuantumStatistics | null {
    return name === 'QUANTUM_SIM' ? this.circuits.statistics() : null;
  }
}
