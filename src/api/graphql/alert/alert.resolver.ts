/** Rules of alerts, the alerts that came of them, and what people do about both. Any server answers. */
import { Arg, Args, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Alerts } from '../../../alerts/alerts.js';
import { RefusedError } from '../../../lifecycle/refusal.js';
import type { ApiContext } from '../../context.js';
import { parseId, parsePage, parseText } from '../arguments.js';
import type { ConnectionOf } from '../connection.js';
import { AlertRuleView } from './alert-rule.type.js';
import { AlertArguments, AlertRuleInput } from './alert.input.js';
import { parseAlertFilter, parseSilence, ruleText } from './alert.shape.js';
import { AlertConnection, AlertDeliveryView, AlertView } from './alert.type.js';

const none = (): Promise<number> => Promise.resolve(0);
const secondsArg = { description: 'From now on, up to 30 days; 0 ends it.' };
const noteArg = { nullable: true, description: 'Recorded with it.' };

@Resolver(() => AlertView)
export class AlertResolver {
  constructor(private readonly all: Alerts) {}

  @Query(() => [AlertRuleView], { description: 'By name; at most 200.' })
  alertRules(): Promise<readonly AlertRuleView[]> {
    return this.all.rules();
  }

  @Query(() => AlertRuleView)
  alertRule(@Arg('id', () => ID) id: string): Promise<AlertRuleView> {
    return this.all.rule(parseId(id, 'id'));
  }

  @Query(() => AlertConnection, { description: 'Newest first.' })
  async alerts(
    @Args(() => AlertArguments) { filter, first, after }: AlertArguments,
  ): Promise<ConnectionOf<AlertView>> {
    return new AlertConnection(
      await this.all.alerts(parseAlertFilter(filter), parsePage(first, after)),
      none,
    );
  }

  @Query(() => AlertView)
  async alert(@Arg('id', () => ID) id: string): Promise<AlertView> {
    const { nodes } = await this.all.alerts({ id: parseId(id, 'id') }, { first: 1, after: null });
    const [found] = nodes;
    if (found === undefined) throw new RefusedError({ code: 'NOT_FOUND', message: `no alert ${id}` });
    return found;
  }

  @FieldResolver(() => [AlertDeliveryView], { description: 'What was told of it through channels.' })
  deliveries(@Root() { id }: AlertView, @Ctx() ctx: ApiContext): Promise<readonly AlertDeliveryView[]> {
    return ctx.loaders.deliveries.load(id);
  }

  @Mutation(() => AlertRuleView, {
    description: 'Watched from the next look of the leader on. Needs an ADMIN.',
  })
  createAlertRule(
    @Arg('input', () => AlertRuleInput) input: AlertRuleInput,
    @Ctx() { viewer }: ApiContext,
  ): Promise<AlertRuleView> {
    return this.all.create(viewer, ruleText(input));
  }

  @Mutation(() => AlertRuleView, { description: 'Replaces all of it. Needs an ADMIN.' })
  updateAlertRule(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => AlertRuleInput) input: AlertRuleInput,
    @Ctx() { viewer }: ApiContext,
  ): Promise<AlertRuleView> {
    return this.all.change(viewer, parseId(id, 'id'), ruleText(input));
  }

  @Mutation(() => ID, { description: 'Its open alerts are over with it. Needs an ADMIN.' })
  deleteAlertRule(@Arg('id', () => ID) id: string, @Ctx() { viewer }: ApiContext): Promise<string> {
    return this.all.remove(viewer, parseId(id, 'id'));
  }

  @Mutation(() => AlertRuleView, {
    description: 'Its alerts are recorded meanwhile, and no channel tells of them.',
  })
  silenceAlertRule(
    @Arg('id', () => ID) id: string,
    @Arg('seconds', () => Int, secondsArg) seconds: number,
    @Ctx() { viewer }: ApiContext,
  ): Promise<AlertRuleView> {
    return this.all.silence(viewer, parseId(id, 'id'), parseSilence(seconds));
  }

  @Mutation(() => AlertView, { description: 'It is not told again.' })
  acknowledgeAlert(
    @Arg('id', () => ID) id: string,
    @Arg('note', () => String, noteArg) note: string | null,
    @Ctx() { viewer }: ApiContext,
  ): Promise<AlertView> {
    return this.all.acknowledge(viewer, parseId(id, 'id'), parseText(note, 'note') ?? null);
  }
}
