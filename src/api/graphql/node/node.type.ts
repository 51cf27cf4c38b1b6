/** A node of the cluster as the API shows it: columns only. */
import { Field, Float, Int, ObjectType } from 'type-graphql';
import type { NodeState } from '../../../lifecycle/vocabulary.js';
import { NodeStateEnum } from '../enums.js';
import { GraphQLDateTime } from '../scalar/date-time-scalar.js';
import { GraphQLSafeInt } from '../scalar/number-scalars.js';

@ObjectType('NodeLoad', { simpleResolvers: true, description: 'How busy a node said it was.' })
export class NodeLoadView {
  @Field(() => Float, { description: 'Share of its cores that is busy, 0 to 1.' })
  readonly cpu!: number;

  @Field(() => GraphQLSafeInt)
  readonly memoryBytes!: number;

  @Field(() => Int, { description: 'Attempts that it runs.' })
  readonly running!: number;
}

@ObjectType('Node', {
  simpleResolvers: true,
  description: 'A worker process of the layer CLUSTER, on whatever machine.',
})
export class NodeView {
  @Field(() => String, { description: 'Unique in the cluster; this is the id of `node(id)`.' })
  readonly id!: string;

  @Field(() => GraphQLSafeInt, {
    description: 'Which life of it this is; a node that joins again has a higher one.',
  })
  readonly incarnation!: number;

  @Field(() => NodeStateEnum)
  readonly state!: NodeState;

  @Field(() => Boolean, { description: 'It gets no new work and keeps what it runs.' })
  readonly cordoned!: boolean;

  @Field(() => String, { description: 'Host and process id.' })
  readonly address!: string;

  @Field(() => String, { description: 'Of its software.' })
  readonly version!: string;

  @Field(() => [String])
  readonly labels!: readonly string[];

  @Field(() => Int, { description: 'Attempts at the same time.' })
  readonly slots!: number;

  @Field(() => Float)
  readonly cores!: number;

  @Field(() => GraphQLSafeInt)
  readonly memoryBytes!: number;

  @Field(() => NodeLoadView)
  readonly load!: NodeLoadView;

  @Field(() => GraphQLDateTime)
  readonly joinedAt!: Date;

  @Field(() => GraphQLDateTime, {
    description: 'When it last gave a sign of life, by the clock of the database.',
  })
  readonly seenAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When its state last changed.' })
  readonly changedAt!: Date;
}

@ObjectType('NodeChange', {
  simpleResolvers: true,
  description: 'A node came, went, or is otherwise than before.',
})
export class NodeChangeView {
  @Field(() => NodeView, { description: 'As it is now; as it was last, when it has left.' })
  readonly node!: NodeView;

  @Field(() => NodeStateEnum, { nullable: true, description: 'Null: it was not there.' })
  readonly from!: NodeState | null;

  @Field(() => NodeStateEnum, { nullable: true, description: 'Null: it has left.' })
  readonly to!: NodeState | null;
}

@ObjectType('JoinToken', { simpleResolvers: true, description: 'Lets one node into the cluster, once.' })
export class JoinTokenView {
  @Field(() => String, { description: 'For `taskmesh node --join URL --token …`.' })
  readonly token!: string;

  @Field(() => Int)
  readonly lifetimeSeconds!: number;
}

@ObjectType('TlsTexts', {
  simpleResolvers: true,
  description: 'PEM files of a link with TLS; null where there is none.',
})
export class TlsTextsView {
  @Field(() => String, { nullable: true, description: 'Who signed the certificate of the other side.' })
  readonly ca!: string | null;

  @Field(() => String, { nullable: true, description: 'What to show to the other side.' })
  readonly cert!: string | null;

  @Field(() => String, { nullable: true, description: 'The private key of `cert`.' })
  readonly key!: string | null;
}

@ObjectType('JoinSettings', {
  simpleResolvers: true,
  description: 'What a node needs to take part. The addresses hold credentials.',
})
export class JoinSettingsView {
  @Field(() => String)
  readonly database!: string;

  @Field(() => TlsTextsView, { nullable: true })
  readonly databaseTls!: TlsTextsView | null;

  @Field(() => String)
  readonly backend!: string;

  @Field(() => TlsTextsView, { nullable: true, description: 'Null also where the backend is the database.' })
  readonly backendTls!: TlsTextsView | null;

  @Field(() => String)
  readonly schema!: string;

  @Field(() => Int)
  readonly leaseMs!: number;
}
