/** `layers` and `layer(name)`: where attempts run. They answer from memory and never from the store. */
import { Arg, Query, Resolver } from 'type-graphql';
import type { Layer } from '../../../layers/layer.js';
import type { LayerName } from '../../../lifecycle/vocabulary.js';
import { LayerNameEnum } from '../enums.js';
import { layerNamed, layerView } from './layer.shape.js';
import { LayerView } from './layer.type.js';

@Resolver()
export class LayerResolver {
  constructor(private readonly all: readonly Layer[]) {}

  @Query(() => [LayerView], { description: 'Where attempts run.' })
  layers(): LayerView[] {
    return this.all.map(layerView);
  }

  @Query(() => LayerView, { nullable: true, description: 'Null when this server has no such layer.' })
  layer(@Arg('name', () => LayerNameEnum) name: LayerName): LayerView | null {
    return layerNamed(this.all, name);
  }
}
