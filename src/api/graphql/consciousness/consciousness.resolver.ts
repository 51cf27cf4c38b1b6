/** Where consciousness stands, what it found, remembers and decided, and what people do about it. Changes need the leader. */
import { Arg, Args, Ctx, Float, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import type { Consciousness } from '../../../consciousness/consciousness.js';
import type { Clock } from '../../../kit/clock.js';
import { RefusedError } from '../../../lifecycle/refusal.js';
import type { ApiContext } from '../../context.js';
import { parseFirst, parseId, parsePage, parseText, present } from '../arguments.js';
import { type ConnectionOf, mapPage } from '../connection.js';
import {
  DecisionArguments,
  EvolveConsciousnessInput,
  InsightArguments,
  PageArguments,
  PatternArguments,
  ProcessEventInput,
  SimilarToInput,
} from './consciousness.input.js';
import {
  consciousnessView,
  decisionView,
  levelChangeView,
  parseDecisionFilter,
  parsePatternFilter,
  parseRating,
  parseSimilarTo,
  parseTelling,
  parseWhy,
  patternView,
} from './consciousness.shape.js';
import { ConsciousnessView, LevelChangeConnection, LevelChangeView } from './consciousness.type.js';
import { DecisionConnection, DecisionView } from './decision.type.js';
import {
  ExternalEventConnection,
  ExternalEventView,
  InsightConnection,
  type InsightView,
  PatternConnection,
  type PatternView,
  SimilarEpisodeView,
} from './found.type.js';

const none = (): Promise<number> => Promise.resolve(0);
const whyArg = { description: 'Recorded with it.' };

@Resolver()
export class ConsciousnessResolver {
  constructor(
    private readonly mind: Consciousness,
    private readonly clock: Pick<Clock, 'wall'>,
  ) {}

  @Query(() => ConsciousnessView)
  async consciousness(): Promise<ConsciousnessView> {
    return consciousnessView(await this.mind.report());
  }

  @Query(() => LevelChangeConnection, { description: 'How the level came about, newest first.' })
  async consciousnessHistory(
    @Args(() => PageArguments) { first, after }: PageArguments,
  ): Promise<ConnectionOf<LevelChangeView>> {
    const page = await this.mind.history(parsePage(first, after));
    return new LevelChangeConnection(mapPage(page, levelChangeView), none);
  }

  @Query(() => PatternConnection, { description: 'Newest first.' })
  async patterns(
    @Args(() => PatternArguments) { filter, first, after }: PatternArguments,
  ): Promise<ConnectionOf<PatternView>> {
    const page = await this.mind.patterns(parsePatternFilter(filter), parsePage(first, after));
    return new PatternConnection(mapPage(page, patternView), none);
  }

  @Query(() => DecisionConnection, { description: 'Newest first.' })
  async decisions(
    @Args(() => DecisionArguments) { filter, first, after }: DecisionArguments,
  ): Promise<ConnectionOf<DecisionView>> {
    const page = await this.mind.decisions(parseDecisionFilter(filter), parsePage(first, after));
    return new DecisionConnection(mapPage(page, decisionView), none);
  }

  @Query(() => DecisionView)
  async decision(@Arg('id', () => ID) id: string): Promise<DecisionView> {
    const { nodes } = await this.mind.decisions({ id: parseId(id, 'id') }, { first: 1 });
    const [row] = nodes;
    if (row === undefined) throw new RefusedError({ code: 'NOT_FOUND', message: `no decision ${id}` });
    return decisionView(row);
  }

  @Query(() => InsightConnection, { description: 'Newest first.' })
  async insights(
    @Args(() => InsightArguments) { kind, first, after }: InsightArguments,
  ): Promise<ConnectionOf<InsightView>> {
    const filter = present({ kind: parseText(kind, 'kind') });
    return new InsightConnection(await this.mind.insights(filter, parsePage(first, after)), none);
  }

  @Query(() => ExternalEventConnection, { description: 'What was told from outside, newest first.' })
  async externalEvents(
    @Args(() => PageArguments) { first, after }: PageArguments,
  ): Promise<ConnectionOf<ExternalEventView>> {
    return new ExternalEventConnection(await this.mind.events(parsePage(first, after)), none);
  }

  @Query(() => [SimilarEpisodeView], { description: 'The likest first.' })
  async episodes(
    @Arg('similarTo', () => SimilarToInput) similarTo: SimilarToInput,
    @Arg('first', () => Int, { defaultValue: 10 }) first: number,
  ): Promise<readonly SimilarEpisodeView[]> {
    return await this.mind.episodes(parseSimilarTo(similarTo), parseFirst(first));
  }

  @Mutation(() => LevelChangeView, {
    description:
      'Up: in shadow until its gates have passed, unless the risk is accepted. Down: at once. Needs the owner.',
  })
  async evolveConsciousness(
    @Arg('input', () => EvolveConsciousnessInput) { level, why, acceptRisk }: EvolveConsciousnessInput,
    @Ctx() { viewer }: ApiContext,
  ): Promise<LevelChangeView> {
    const request = { to: level, why: parseWhy(why, 'input.why'), acceptRisk };
    return levelChangeView(await this.mind.evolve(viewer, request));
  }

  @Mutation(() => ExternalEventView, {
    description: 'Tells of something that happened outside. Needs the owner.',
  })
  async processEvent(
    @Arg('input', () => ProcessEventInput) input: ProcessEventInput,
    @Ctx() { viewer }: ApiContext,
  ): Promise<ExternalEventView> {
    return await this.mind.tell(viewer, parseTelling(input, this.clock.wall()));
  }

  @Mutation(() => DecisionView, {
    description: 'Ends it, and such decisions are only thought until they would have paid. Needs the owner.',
  })
  async vetoDecision(
    @Arg('id', () => ID) id: string,
    @Arg('why', () => String, whyArg) why: string,
    @Ctx() { viewer }: ApiContext,
  ): Promise<DecisionView> {
    return decisionView(await this.mind.veto(viewer, parseId(id, 'id'), parseWhy(why, 'why')));
  }

  @Mutation(() => DecisionView, {
    description: 'Ends it, and nothing is learned from that. Needs the owner.',
  })
  async undoDecision(
    @Arg('id', () => ID) id: string,
    @Arg('why', () => String, whyArg) why: string,
    @Ctx() { viewer }: ApiContext,
  ): Promise<DecisionView> {
    return decisionView(await this.mind.undo(viewer, parseId(id, 'id'), parseWhy(why, 'why')));
  }

  @Mutation(() => DecisionView, {
    description: '-1 (bad, which counts as a veto of the next) to 1 (good). Needs the owner.',
  })
  async rateDecision(
    @Arg('id', () => ID) id: string,
    @Arg('rating', () => Float) rating: number,
    @Arg('why', () => String, whyArg) why: string,
    @Ctx() { viewer }: ApiContext,
  ): Promise<DecisionView> {
    const verdict = { rating: parseRating(rating), why: parseWhy(why, 'why') };
    return decisionView(await this.mind.rate(viewer, parseId(id, 'id'), verdict));
  }
}
