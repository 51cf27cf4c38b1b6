/** Alerts and what is told of them as the API shows them: columns only. */
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { AlertPhase, AlertSeverity } from '../../../store/alerts.js';
import { connectionOf } from '../connection.js';
import { GraphQLDateTime } from '../scalar/date-time-scalar.js';
import { GraphQLSafeInt } from '../scalar/number-scalars.js';
import { AlertPhaseEnum, AlertSeverityEnum } from './alert-enums.js';
import { AlertChannelView } from './alert-rule.type.js';

@ObjectType('Alert', {
  simpleResolvers: true,
  description: 'A rule was broken. A rule has one open alert at most for each subject.',
})
export class AlertView {
  @Field(() => ID)
  readonly id!: string;

  @Field(() => GraphQLSafeInt, { description: 'Hand it in as `after` to resume.' })
  readonly number!: number;

  @Field(() => ID)
  readonly ruleId!: string;

  @Field(() => String, { description: 'As the rule was called then.' })
  readonly ruleName!: string;

  @Field(() => AlertSeverityEnum)
  readonly severity!: AlertSeverity;

  @Field(() => String, { description: 'A series, a mesh, a task, an insight.' })
  readonly subject!: string;

  @Field(() => String)
  readonly text!: string;

  @Field(() => Float, { nullable: true })
  readonly value!: number | null;

  @Field(() => Int)
  readonly occurrences!: number;

  @Field(() => GraphQLDateTime)
  readonly raisedAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When it was last found.' })
  readonly lastAt!: Date;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'Null: it is not over.' })
  readonly resolvedAt!: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true })
  readonly acknowledgedAt!: Date | null;

  @Field(() => String, { nullable: true })
  readonly acknowledgedBy!: string | null;

  @Field(() => String, { nullable: true, description: 'Of who acknowledged it.' })
  readonly note!: string | null;
}

@ObjectType('AlertDelivery', { simpleResolvers: true, description: 'What was told through a channel.' })
export class AlertDeliveryView {
  @Field(() => String, { description: 'As the receiver knows it (`webhook-id`).' })
  readonly id!: string;

  @Field(() => AlertPhaseEnum)
  readonly phase!: AlertPhase;

  @Field(() => AlertChannelView)
  readonly channel!: AlertChannelView;

  @Field(() => Int)
  readonly tries!: number;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'Null: it is tried, or will be again.' })
  readonly endedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Of the last try; with `endedAt`: it was given up.' })
  readonly failure!: string | null;
}

export const AlertConnection = connectionOf('Alert', () => AlertView, { counted: false });
