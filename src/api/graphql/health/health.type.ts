/** How the server is, as the API shows it: columns only. */
import { Field, Float, ObjectType } from 'type-graphql';
import type { JsonObject } from '../../../kit/json.js';
import { HealthStateEnum, ServerStateEnum } from '../enums.js';
import { TaskCounts } from '../mesh/mesh.type.js';
import { GraphQLDateTime } from '../scalar/date-time-scalar.js';
import { GraphQLJsonObject } from '../scalar/json-scalar.js';
import { GraphQLSafeInt } from '../scalar/number-scalars.js';
import type { HealthState, ServerStateName } from './faces.js';

@ObjectType('HealthCheck', { simpleResolvers: true })
export class HealthCheckView {
  @Field(() => String)
  readonly name!: string;

  @Field(() => Boolean)
  readonly ok!: boolean;

  @Field(() => String, { nullable: true })
  readonly detail!: string | null;
}

@ObjectType('Health', { simpleResolvers: true, description: 'Can this server do its work?' })
export class Health {
  @Field(() => HealthStateEnum)
  readonly status!: HealthState;

  @Field(() => Boolean, { description: 'Would a change be carried out now?' })
  readonly ready!: boolean;

  @Field(() => [HealthCheckView])
  readonly checks!: readonly HealthCheckView[];
}

@ObjectType('Server', {
  simpleResolvers: true,
  description: 'A server on the same database, as of the last time it was heard of.',
})
export class ServerView {
  @Field(() => String, { description: 'host:pid:incarnation, as attempts that run there name it.' })
  readonly id!: string;

  @Field(() => String)
  readonly instanceName!: string;

  @Field(() => String)
  readonly version!: string;

  @Field(() => String, { nullable: true, description: 'Where its API listens.' })
  readonly url!: string | null;

  @Field(() => ServerStateEnum)
  readonly state!: ServerStateName;

  @Field(() => GraphQLDateTime)
  readonly startedAt!: Date;

  @Field(() => Float, { description: 'Since it was last heard of.' })
  readonly silentSeconds!: number;

  @Field(() => GraphQLSafeInt, {
    description:
      'Committed events that its subscribers had not heard of yet; its other answers are never behind.',
  })
  readonly lagEvents!: number;
}

@ObjectType('SystemStatus', {
  simpleResolvers: true,
  description: 'What this server is and what it is doing.',
})
export class SystemStatus {
  @Field(() => String)
  readonly version!: string;

  @Field(() => String)
  readonly instanceName!: string;

  @Field(() => String)
  readonly environment!: string;

  @Field(() => GraphQLDateTime)
  readonly startedAt!: Date;

  @Field(() => Float)
  readonly uptimeSeconds!: number;

  @Field(() => GraphQLSafeInt, {
    nullable: true,
    description: 'Of the present leadership; null while nobody is known to lead.',
  })
  readonly epoch!: number | null;

  @Field(() => String, { description: 'The id of this server among the servers.' })
  readonly serverId!: string;

  @Field(() => Boolean, { description: 'Does this server lead?' })
  readonly leader!: boolean;

  @Field(() => String, { nullable: true, description: 'The server that leads; null while none is known to.' })
  readonly leaderId!: string | null;

  @Field(() => [ServerView], { description: 'All servers on this database, the oldest first.' })
  readonly servers!: readonly ServerView[];

  @Field(() => String, { description: 'The kind of database.' })
  readonly database!: string;

  @Field(() => GraphQLSafeInt)
  readonly lastEventSeq!: number;

  @Field(() => GraphQLSafeInt, { description: 'Open subscriptions.' })
  readonly subscriptions!: number;

  @Field(() => TaskCounts)
  readonly counts!: TaskCounts;
}

@ObjectType('ConfiguredKey', {
  simpleResolvers: true,
  description: 'A key of the configuration as it is in force.',
})
export class ConfiguredKeyView {
  @Field(() => String, { description: 'As in taskmesh.toml: `execution.max_parallel_tasks`.' })
  readonly name!: string;

  @Field(() => String, { description: 'Secrets are masked.' })
  readonly value!: string;

  @Field(() => String)
  readonly about!: string;

  @Field(() => Boolean, { description: 'Other than the default.' })
  readonly changed!: boolean;
}

@ObjectType('StoredMetrics', { simpleResolvers: true })
export class StoredMetrics {
  @Field(() => GraphQLDateTime)
  readonly at!: Date;

  @Field(() => String, { description: 'Which measured them.' })
  readonly server!: string;

  @Field(() => GraphQLJsonObject)
  readonly metrics!: JsonObject;
}

@ObjectType('MetricsSample', { simpleResolvers: true })
export class MetricsSample {
  @Field(() => GraphQLDateTime)
  readonly at!: Date;

  @Field(() => GraphQLJsonObject)
  readonly metrics!: JsonObject;
}
