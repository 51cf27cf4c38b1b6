/** A rule of alerts as the API shows it: columns only. */
import { Field, Float, ID, ObjectType } from 'type-graphql';
import type { MeshStatus, TaskStatus } from '../../../lifecycle/vocabulary.js';
import type {
  AlertComparison,
  AlertSeverity,
  AlertStatistic,
  DeadlineSubject,
} from '../../../store/alerts.js';
import { MeshStatusEnum, TaskStatusEnum } from '../enums.js';
import { GraphQLDateTime } from '../scalar/date-time-scalar.js';
import {
  AlertComparisonEnum,
  AlertSeverityEnum,
  AlertStatisticEnum,
  DeadlineSubjectEnum,
} from './alert-enums.js';

@ObjectType('MetricLabel', { simpleResolvers: true, description: 'A label that a series must have.' })
export class MetricLabelView {
  @Field(() => String)
  readonly name!: string;

  @Field(() => String)
  readonly value!: string;
}

@ObjectType('MetricCondition', {
  simpleResolvers: true,
  description:
    'A number that the server that leads measures; each series whose labels fit is a subject of its own.',
})
export class MetricConditionView {
  @Field(() => String, { description: 'As in `metrics`.' })
  readonly name!: string;

  @Field(() => [MetricLabelView])
  readonly labels!: readonly MetricLabelView[];

  @Field(() => AlertStatisticEnum)
  readonly statistic!: AlertStatistic;

  @Field(() => AlertComparisonEnum)
  readonly comparison!: AlertComparison;

  @Field(() => Float)
  readonly threshold!: number;
}

@ObjectType('StatusCondition', {
  simpleResolvers: true,
  description: 'Tasks or meshes that come to one of these; one alert for each mesh.',
})
export class StatusConditionView {
  @Field(() => [TaskStatusEnum])
  readonly task!: readonly TaskStatus[];

  @Field(() => [MeshStatusEnum])
  readonly mesh!: readonly MeshStatus[];

  @Field(() => String, { nullable: true, description: '`*` stands for any characters.' })
  readonly meshName!: string | null;
}

@ObjectType('DeadlineCondition', { simpleResolvers: true, description: 'What takes longer than it may.' })
export class DeadlineConditionView {
  @Field(() => DeadlineSubjectEnum)
  readonly of!: DeadlineSubject;

  @Field(() => Float)
  readonly seconds!: number;

  @Field(() => String, { nullable: true, description: '`*` stands for any characters.' })
  readonly name!: string | null;

  @Field(() => Boolean, { description: 'Already when its estimate says so; of meshes.' })
  readonly ahead!: boolean;
}

@ObjectType('InsightCondition', { simpleResolvers: true, description: 'What consciousness tells people.' })
export class InsightConditionView {
  @Field(() => [String], { description: 'Empty: any.' })
  readonly kinds!: readonly string[];
}

@ObjectType('AlertCondition', { simpleResolvers: true, description: 'One of these is not null.' })
export class AlertConditionView {
  @Field(() => MetricConditionView, { nullable: true })
  readonly metric?: MetricConditionView | null;

  @Field(() => StatusConditionView, { nullable: true })
  readonly status?: StatusConditionView | null;

  @Field(() => DeadlineConditionView, { nullable: true })
  readonly deadline?: DeadlineConditionView | null;

  @Field(() => InsightConditionView, { nullable: true })
  readonly insight?: InsightConditionView | null;
}

@ObjectType('WebhookChannel', {
  simpleResolvers: true,
  description: 'A POST that is signed (standardwebhooks.com).',
})
export class WebhookChannelView {
  @Field(() => String)
  readonly url!: string;

  @Field(() => String, { description: 'The name of the secret that it is signed with.' })
  readonly secret!: string;
}

@ObjectType('EmailChannel', { simpleResolvers: true, description: 'An e-mail through `alerts.smtp_url`.' })
export class EmailChannelView {
  @Field(() => [String])
  readonly to!: readonly string[];
}

@ObjectType('AlertChannel', { simpleResolvers: true, description: 'One of these is not null.' })
export class AlertChannelView {
  @Field(() => WebhookChannelView, { nullable: true })
  readonly webhook?: WebhookChannelView | null;

  @Field(() => EmailChannelView, { nullable: true })
  readonly email?: EmailChannelView | null;
}

@ObjectType('AlertRule', { simpleResolvers: true, description: 'What people want to be told of, and how.' })
export class AlertRuleView {
  @Field(() => ID)
  readonly id!: string;

  @Field(() => String, { description: 'Unique.' })
  readonly name!: string;

  @Field(() => String, { nullable: true })
  readonly description!: string | null;

  @Field(() => AlertSeverityEnum)
  readonly severity!: AlertSeverity;

  @Field(() => AlertConditionView)
  readonly condition!: AlertConditionView;

  @Field(() => [AlertChannelView], {
    description: 'Beside `alerts` and `alertRaised`, which tell of every alert.',
  })
  readonly channels!: readonly AlertChannelView[];

  @Field(() => Float, { description: 'A metric or a deadline has to be broken for so long.' })
  readonly forSeconds!: number;

  @Field(() => Float, { description: 'An alert of statuses or insights is over when none came for so long.' })
  readonly quietSeconds!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Told again so often until it is over or acknowledged; null: told once.',
  })
  readonly repeatSeconds!: number | null;

  @Field(() => Boolean)
  readonly enabled!: boolean;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: 'Until then its alerts are recorded, and no channel tells of them.',
  })
  readonly silencedUntil!: Date | null;

  @Field(() => String)
  readonly createdBy!: string;

  @Field(() => GraphQLDateTime)
  readonly createdAt!: Date;

  @Field(() => GraphQLDateTime)
  readonly updatedAt!: Date;
}
