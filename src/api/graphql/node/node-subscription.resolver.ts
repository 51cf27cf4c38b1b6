/** `nodeChanged`: nodes that come, go, drain and are lost. */
import { Resolver, Root, Subscription } from 'type-graphql';
import type { Nodes } from '../../../layers/nodes.js';
import type { ApiContext } from '../../context.js';
import { ClosableStream } from '../stream/closable-stream.js';
import { oneByOne } from '../stream/gathered.js';
import { type SubscriptionSources, wiredLater } from '../stream/subscription-source.js';
import { changeView } from './node.shape.js';
import { NodeChangeView } from './node.type.js';

@Resolver()
export class NodeSubscriptionResolver implements SubscriptionSources {
  constructor(private readonly nodes: Nodes) {}

  readonly sources = {
    nodeChanged: (_args: object, ctx: ApiContext) =>
      new ClosableStream((signal) => oneByOne(this.nodes.changes(signal), changeView), ctx.signal),
  };

  @Subscription(() => NodeChangeView, {
    subscribe: wiredLater,
    description: 'What changes of nodes from now on; who reads slowly is told the latest of each node.',
  })
  nodeChanged(@Root() change: NodeChangeView): NodeChangeView {
    return change;
  }
}
