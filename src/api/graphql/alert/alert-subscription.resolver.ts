/** `alertRaised`: every alert as it is raised; it resumes behind a number, on any server. */
import { Arg, Resolver, Root, Subscription } from 'type-graphql';
import type { Alerts } from '../../../alerts/alerts.js';
import type { ApiContext } from '../../context.js';
import { parseAfterSeq } from '../arguments.js';
import { GraphQLSafeInt } from '../scalar/number-scalars.js';
import { ClosableStream } from '../stream/closable-stream.js';
import { oneByOne } from '../stream/gathered.js';
import { type SubscriptionSources, wiredLater } from '../stream/subscription-source.js';
import { AlertView } from './alert.type.js';

const afterArg = {
  nullable: true,
  description: 'Replays what is kept behind this number, then goes live; 0 replays all.',
};

@Resolver()
export class AlertSubscriptionResolver implements SubscriptionSources {
  constructor(private readonly all: Alerts) {}

  readonly sources = {
    alertRaised: async ({ after }: { readonly after?: number | null }, ctx: ApiContext) => {
      const rows = await this.all.raised(parseAfterSeq(after));
      return new ClosableStream((signal) => oneByOne(rows(signal), (row): AlertView => row), ctx.signal);
    },
  };

  @Subscription(() => AlertView, { subscribe: wiredLater, description: 'An alert was raised.' })
  alertRaised(
    @Root() alert: AlertView,
    @Arg('after', () => GraphQLSafeInt, afterArg) _after?: number | null,
  ): AlertView {
    return alert;
  }
}
