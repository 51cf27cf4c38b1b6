/** How the server is, as the API shows it: columns only. */
import { Field, Float, ObjectType } from 'type-graphql';
import type { JsonObject } from '../../../kit/json.js';
import { HealthStateEnum } from '../enums.js';
import { TaskCounts } from '../mesh/mesh.type.js';
import { GraphQLDateTime } from '../scalar/date-time-scalar.js';
import { GraphQLJsonObject } from '../scalar/json-scalar.js';
import { GraphQLSafeInt } from '../scalar/number-scalars.js';
import type { HealthState } from './faces.js';

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
    description: 'Of its leadership; null while another leads.',
  })
  readonly epoch!: number | null;

  @Field(() => Boolean)
  readonly leader!: boolean;

  @Field(() => String, { description: 'The kind of database.' })
  readonly database!: string;

  @Field(() => GraphQLSafeInt)
  readonly lastEventSeq!: number;

  @Field(() => GraphQLSafeInt, { description: 'Open subscriptions.' })
  readonly subscriptions!: number;

  @Field(() => TaskCounts)
  readonly counts!: TaskCounts;
}

@ObjectType('MetricsSample', { simpleResolvers: true })
export class MetricsSample {
  @Field(() => GraphQLDateTime)
  readonly at!: Date;

  @Field(() => GraphQLJsonObject)
  readonly metrics!: JsonObject;
}
