/** What rules of alerts are made of, and what alerts are asked for by. */
import { ArgsType, Field, Float, ID, InputType } from 'type-graphql';
import type { MeshStatus, TaskStatus } from '../../../lifecycle/vocabulary.js';
import type {
  AlertComparison,
  AlertSeverity,
  AlertStatistic,
  DeadlineSubject,
} from '../../../store/alerts.js';
import { PageArguments } from '../consciousness/consciousness.input.js';
import { MeshStatusEnum, TaskStatusEnum } from '../enums.js';
import {
  AlertComparisonEnum,
  AlertSeverityEnum,
  AlertStatisticEnum,
  DeadlineSubjectEnum,
} from './alert-enums.js';

@InputType('MetricLabelInput')
export class MetricLabelInput {
  @Field(() => String)
  readonly name!: string;

  @Field(() => String)
  readonly value!: string;
}

@InputType('MetricConditionInput')
export class MetricConditionInput {
  @Field(() => String, { description: 'As in `metrics`.' })
  readonly name!: string;

  @Field(() => [MetricLabelInput], { defaultValue: [], description: 'Series without them are left out.' })
  readonly labels!: readonly MetricLabelInput[];

  @Field(() => AlertStatisticEnum, { defaultValue: 'VALUE' })
  readonly statistic!: AlertStatistic;

  @Field(() => AlertComparisonEnum, { defaultValue: 'ABOVE' })
  readonly comparison!: AlertComparison;

  @Field(() => Float)
  readonly threshold!: number;
}

@InputType('StatusConditionInput')
export class StatusConditionInput {
  @Field(() => [TaskStatusEnum], { defaultValue: [] })
  readonly task!: readonly TaskStatus[];

  @Field(() => [MeshStatusEnum], { defaultValue: [] })
  readonly mesh!: readonly MeshStatus[];

  @Field(() => String, { nullable: true, description: '`*` stands for any characters.' })
  readonly meshName?: string | null;
}

@InputType('DeadlineConditionInput')
export class DeadlineConditionInput {
  @Field(() => DeadlineSubjectEnum, { defaultValue: 'MESH' })
  readonly of!: DeadlineSubject;

  @Field(() => Float)
  readonly seconds!: number;

  @Field(() => String, {
    nullable: true,
    description: 'Of the mesh or the task; `*` stands for any characters.',
  })
  readonly name?: string | null;

  @Field(() => Boolean, { defaultValue: false, description: 'Already when its estimate says so; of meshes.' })
  readonly ahead!: boolean;
}

@InputType('InsightConditionInput')
export class InsightConditionInput {
  @Field(() => [String], { defaultValue: [], description: 'Empty: any.' })
  readonly kinds!: readonly string[];
}

@InputType('AlertConditionInput')
export class AlertConditionInput {
  @Field(() => MetricConditionInput, { nullable: true })
  readonly metric?: MetricConditionInput | null;

  @Field(() => StatusConditionInput, { nullable: true })
  readonly status?: StatusConditionInput | null;

  @Field(() => DeadlineConditionInput, { nullable: true })
  readonly deadline?: DeadlineConditionInput | null;

  @Field(() => InsightConditionInput, { nullable: true })
  readonly insight?: InsightConditionInput | null;
}

@InputType('WebhookChannelInput')
export class WebhookChannelInput {
  @Field(() => String, { description: 'Private addresses only as `execution.http_allow_private` allows.' })
  readonly url!: string;

  @Field(() => String, { description: 'The name of a secret of the server; never its value.' })
  readonly secret!: string;
}

@InputType('EmailChannelInput')
export class EmailChannelInput {
  @Field(() => [String])
  readonly to!: readonly string[];
}

@InputType('AlertChannelInput')
export class AlertChannelInput {
  @Field(() => WebhookChannelInput, { nullable: true })
  readonly webhook?: WebhookChannelInput | null;

  @Field(() => EmailChannelInput, { nullable: true })
  readonly email?: EmailChannelInput | null;
}

@InputType('AlertRuleInput', { description: 'A whole rule: changing one replaces all of it.' })
export class AlertRuleInput {
  @Field(() => String)
  readonly name!: string;

  @Field(() => String, { nullable: true })
  readonly description?: string | null;

  @Field(() => AlertSeverityEnum, { defaultValue: 'WARNING' })
  readonly severity!: AlertSeverity;

  @Field(() => AlertConditionInput)
  readonly condition!: AlertConditionInput;

  @Field(() => [AlertChannelInput], { defaultValue: [] })
  readonly channels!: readonly AlertChannelInput[];

  @Field(() => Float, { defaultValue: 0 })
  readonly forSeconds!: number;

  @Field(() => Float, { defaultValue: 300 })
  readonly quietSeconds!: number;

  @Field(() => Float, { nullable: true })
  readonly repeatSeconds?: number | null;

  @Field(() => Boolean, { defaultValue: true })
  readonly enabled!: boolean;
}

@InputType('AlertFilterInput')
export class AlertFilterInput {
  @Field(() => ID, { nullable: true })
  readonly ruleId?: string | null;

  @Field(() => AlertSeverityEnum, { nullable: true })
  readonly severity?: AlertSeverity | null;

  @Field(() => Boolean, { nullable: true, description: 'Those that are not over, or those that are.' })
  readonly open?: boolean | null;

  @Field(() => Boolean, { nullable: true })
  readonly acknowledged?: boolean | null;
}

@ArgsType()
export class AlertArguments extends PageArguments {
  @Field(() => AlertFilterInput, { nullable: true })
  readonly filter?: AlertFilterInput | null;
}
