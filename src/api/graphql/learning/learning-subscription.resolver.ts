/** `trainingProgress`, `modelTrained` and `predictionScored`: what happens on this server from now on. */
import { Resolver, Root, Subscription } from 'type-graphql';
import type { Learning, LearningNews } from '../../../learning/learning.js';
import type { ApiContext } from '../../context.js';
import { ClosableStream } from '../stream/closable-stream.js';
import { type SubscriptionSources, wiredLater } from '../stream/subscription-source.js';
import { trainingView } from './learning.shape.js';
import { TrainingRunView, TrainingView } from './model.type.js';
import { PredictionView } from './prediction.type.js';

type Kind = LearningNews['kind'];

@Resolver()
export class LearningSubscriptionResolver implements SubscriptionSources {
  constructor(private readonly learning: Learning) {}

  readonly sources = {
    trainingProgress: (_args: object, ctx: ApiContext) =>
      this.#only('progress', ctx, (news) => trainingView(news.training)),
    modelTrained: (_args: object, ctx: ApiContext) => this.#only('trained', ctx, (news) => news.run),
    predictionScored: (_args: object, ctx: ApiContext) =>
      this.#only('scored', ctx, (news) => news.prediction),
  };

  #only<K extends Kind, Payload>(
    kind: K,
    { signal: outer, viewer }: ApiContext,
    shape: (news: Extract<LearningNews, { kind: K }>) => Payload,
  ): ClosableStream<Payload> {
    const { learning } = this;
    async function* payloads(signal: AbortSignal): AsyncGenerator<Payload> {
      for await (const batch of learning.news(signal, viewer.tenant))
        for (const news of batch)
          if (news.kind === kind) yield shape(news as Extract<LearningNews, { kind: K }>);
    }
    return new ClosableStream(payloads, outer);
  }

  @Subscription(() => TrainingView, {
    subscribe: wiredLater,
    description: 'Steps of the trainings that run; who reads slowly is told the latest.',
  })
  trainingProgress(@Root() training: TrainingView): TrainingView {
    return training;
  }

  @Subscription(() => TrainingRunView, { subscribe: wiredLater, description: 'Trainings that ended.' })
  modelTrained(@Root() run: TrainingRunView): TrainingRunView {
    return run;
  }

  @Subscription(() => PredictionView, {
    subscribe: wiredLater,
    description: 'Predictions whose attempt has completed.',
  })
  predictionScored(@Root() prediction: PredictionView): PredictionView {
    return prediction;
  }
}
