/** `nodes`, `node(id)`, and what an owner does with them. Every server answers, whoever leads. */
import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import type { Nodes } from '../../../layers/nodes.js';
import type { NodeState, PlacementPolicy } from '../../../lifecycle/vocabulary.js';
import type { ApiContext } from '../../context.js';
import { NodeStateEnum, PlacementPolicyEnum } from '../enums.js';
import { nodeView, parseNodeName } from './node.shape.js';
import { JoinSettingsView, JoinTokenView, NodeView } from './node.type.js';

const LIFETIME = { defaultValue: 3600, description: '1 second to 7 days.' };

@Resolver()
export class NodeResolver {
  constructor(private readonly all: Nodes) {}

  @Query(() => [NodeView], { description: 'The nodes of the cluster, by name; lost ones for a day.' })
  async nodes(
    @Arg('states', () => [NodeStateEnum], { nullable: true }) states?: readonly NodeState[] | null,
  ): Promise<NodeView[]> {
    const { nodes } = await this.all.list();
    return nodes.filter(({ state }) => states?.includes(state) ?? true).map(nodeView);
  }

  @Query(() => NodeView, { nullable: true })
  async node(@Arg('id', () => ID) id: string): Promise<NodeView | null> {
    const name = parseNodeName(id, 'id');
    const node = (await this.all.list()).nodes.find((one) => one.name === name);
    return node === undefined ? null : nodeView(node);
  }

  @Query(() => PlacementPolicyEnum, { description: 'How nodes are chosen now.' })
  async placementPolicy(): Promise<PlacementPolicy> {
    return (await this.all.list()).policy;
  }

  @Mutation(() => NodeView, {
    description: 'It takes nothing new, finishes what it runs for a while, and leaves.',
  })
  async drainNode(@Arg('id', () => ID) id: string, @Ctx() ctx: ApiContext): Promise<NodeView> {
    return nodeView(await this.all.drain(ctx.viewer, parseNodeName(id, 'id')));
  }

  @Mutation(() => NodeView, {
    description: 'It takes nothing new until it is told otherwise, also when it joins again.',
  })
  async cordonNode(
    @Arg('id', () => ID) id: string,
    @Arg('cordoned', () => Boolean, { defaultValue: true }) cordoned: boolean,
    @Ctx() ctx: ApiContext,
  ): Promise<NodeView> {
    return nodeView(await this.all.cordon(ctx.viewer, parseNodeName(id, 'id'), cordoned));
  }

  @Mutation(() => PlacementPolicyEnum, {
    description: 'For every start from now on, on every server. Null: as configured.',
  })
  setPlacementPolicy(
    @Arg('policy', () => PlacementPolicyEnum, { nullable: true }) policy: PlacementPolicy | null,
    @Ctx() ctx: ApiContext,
  ): Promise<PlacementPolicy> {
    return this.all.setPolicy(ctx.viewer, policy);
  }

  @Mutation(() => JoinTokenView, { description: 'Lets one node in, once.' })
  createJoinToken(
    @Arg('lifetimeSeconds', () => Int, LIFETIME) lifetimeSeconds: number,
    @Ctx() ctx: ApiContext,
  ): Promise<JoinTokenView> {
    return this.all.createJoinToken(ctx.viewer, lifetimeSeconds);
  }

  @Mutation(() => JoinSettingsView, {
    description: 'For nodes: what they need to take part. The token is used up.',
  })
  joinCluster(
    @Arg('token', () => String) token: string,
    @Arg('node', () => String) node: string,
    @Ctx() ctx: ApiContext,
  ): Promise<JoinSettingsView> {
    return this.all.join(ctx.viewer, token, parseNodeName(node, 'node'));
  }
}
