/** `metricsSampled`: the metrics every few seconds. */
import { Arg, Int, Resolver, Root, Subscription } from 'type-graphql';
import type { Clock } from '../../../kit/clock.js';
import type { JsonObject } from '../../../kit/json.js';
import type { ApiContext } from '../../context.js';
import { parseWhole } from '../arguments.js';
import { ClosableStream } from '../stream/closable-stream.js';
import { pause } from '../stream/gathered.js';
import { Shared } from '../stream/shared.js';
import { type SubscriptionSources, wiredLater } from '../stream/subscription-source.js';
import type { MetricsFace } from './faces.js';
import { MetricsSample } from './health.type.js';

@Resolver()
export class MetricsSubscriptionResolver implements SubscriptionSources {
  readonly #snapshot: Shared<JsonObject>;

  constructor(
    metrics: MetricsFace,
    private readonly clock: Clock,
  ) {
    this.#snapshot = new Shared(clock, 500, () => metrics.snapshot());
  }

  readonly sources = {
    metricsSampled: (args: { readonly every: number }, ctx: ApiContext) => {
      const everyMs = 1000 * parseWhole(args.every, 'every', [1, 3600]);
      return new ClosableStream((signal) => this.#samples(everyMs, signal), ctx.signal);
    },
  };

  @Subscription(() => MetricsSample, {
    subscribe: wiredLater,
    description: 'The metrics now, and then again and again.',
  })
  metricsSampled(
    @Root() sample: MetricsSample,
    @Arg('every', () => Int, { defaultValue: 5, description: 'Seconds, 1 to 3600.' }) _every: number,
  ): MetricsSample {
    return sample;
  }

  async *#samples(everyMs: number, signal: AbortSignal): AsyncGenerator<MetricsSample> {
    while (!signal.aborted) {
      yield { at: new Date(this.clock.wall()), metrics: await this.#snapshot.get('all') };
      await pause(this.clock, everyMs, signal);
    }
  }
}
