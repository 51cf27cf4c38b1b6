/**
 * What people ask of consciousness and do about it, answered by the live side and the store. Made by the composition root, also
 * where consciousness is off: then it answers from what is stored and changes nothing.
 */
import type { JsonObject } from '../../kit/json.js';
import type { AskLeader } from '../../store/relay.js';
import { auditOf } from '../../lifecycle/person.js';
import { RefusedError, type RefusalCode } from '../../lifecycle/refusal.js';
import type {
  ConsciousnessStore,
  DecisionFilter,
  DecisionRow,
  ExternalEventRow,
  InsightFilter,
  LevelLineRow,
  PatternFilter,
  Unnumbered,
} from '../../store/consciousness.js';
import { pagedByNumber } from '../../store/numbered-page.js';
import type { Page, PageRequest } from '../../store/reads.js';
import type {
  Caller,
  Consciousness,
  ConsciousnessReport,
  EvolveRequest,
  SimilarEpisode,
  SimilarTo,
  Telling,
} from '../consciousness.js';
import type { DecisionBook, Person } from './records/decision-book.js';
import { TRANSITIONS } from '../evolution/ledger.js';
import { EXPLORATION_MAX } from '../policies/exploration-purse.js';
import { rememberedFrom, termsOf } from './fold/episodes.js';
import { type Held, Holding } from './holding.js';
import { type Changes, changesThere } from './leader-changes.js';
import type { LiveConsciousness } from './live-consciousness.js';
import { levelsOf } from './report.js';

export interface AnswersOptions {
  readonly enabled: boolean;
  readonly live: LiveConsciousness;
  readonly store: ConsciousnessStore;
  readonly newId: () => string;
  readonly now: () => number;
  readonly lastEventSeq: () => Promise<number>;
  /** Undefined while this server leads, and where there are no others. */
  readonly leader?: () => AskLeader | undefined;
}

const TOLD_OF = [...TRANSITIONS, 'STARTED', 'CONFIGURED'];
const NOWHERE = '\u0000';

export class ConsciousnessAnswers implements Consciousness {
  readonly #options: AnswersOptions;
  readonly follow: Consciousness['follow'];
  readonly #holding: Holding;

  constructor(options: AnswersOptions) {
    this.#options = options;
    const { live, store, now } = options;
    this.#holding = new Holding(store, now);
    this.follow = {
      levels: live.feed.of((slice) => store.lines({ kinds: TRANSITIONS }, slice)),
      patterns: live.feed.of((slice) => store.patterns({}, slice)),
      decisions: live.feed.of((slice) => store.decisions({}, slice)),
      insights: live.feed.of((slice) => store.insights({}, slice)),
    };
  }

  async report(): Promise<ConsciousnessReport> {
    const { live, enabled, lastEventSeq } = this.#options;
    await live.recall();
    const { fold, isLeading, isCaughtUp } = live.consumer;
    return {
      enabled,
      ...levelsOf(live.levels.state),
      seq: fold.seq,
      lastSeq: await lastEventSeq(),
      caughtUp: isLeading && isCaughtUp,
      patternsHolding: fold.patterns.length,
      episodes: fold.memory.size,
      insights: live.insights,
      decisions: live.book.tallies.all,
      calibration: live.book.tallies.calibration,
      objections: live.book.objections.all,
      policies: live.policies.report(),
      exploration: { share: live.policies.explorationShare, most: EXPLORATION_MAX },
    };
  }

  history(page: PageRequest): Promise<Page<LevelLineRow>> {
    return pagedByNumber(page, (slice) => this.#options.store.lines({ kinds: TOLD_OF }, slice));
  }

  patterns(filter: PatternFilter, page: PageRequest) {
    return pagedByNumber(page, (slice) => this.#options.store.patterns(filter, slice));
  }

  decisions(filter: DecisionFilter, page: PageRequest) {
    return pagedByNumber(page, (slice) => this.#options.store.decisions(filter, slice));
  }

  /** Nothing where it is off: rows that were open then hold nobody. */
  async heldBy(task: Held): Promise<readonly DecisionRow[]> {
    return this.#options.enabled ? await this.#holding.of(task) : [];
  }

  insights(filter: InsightFilter, page: PageRequest) {
    return pagedByNumber(page, (slice) => this.#options.store.insights(filter, slice));
  }

  events(page: PageRequest): Promise<Page<ExternalEventRow>> {
    return pagedByNumber(page, (slice) => this.#options.store.events(slice));
  }

  async episodes({ episode, typeKey, text }: SimilarTo, count: number): Promise<SimilarEpisode[]> {
    const { live, store } = this.#options;
    await live.recall();
    const [like] = episode === undefined ? [] : await store.episodesBySeq([episode]);
    if (episode !== undefined && like === undefined) refuse('NOT_FOUND', `no episode ${episode} is kept`);
    const situation =
      like === undefined
        ? { signature: NOWHERE, typeKey: typeKey ?? NOWHERE, features: [], terms: termsOf(text ?? '') }
        : rememberedFrom(like);
    const recalled = live.consumer.fold
      .recall(situation, count + 1)
      .filter(({ episode: { id } }) => id !== episode)
      .slice(0, count);
    const rows = await store.episodesBySeq(recalled.map(({ episode: { id } }) => id));
    const bySeq = new Map(rows.map((row) => [row.seq, row]));
    return recalled.flatMap(({ episode: { id }, by, likeness }) => {
      const row = bySeq.get(id);
      return row === undefined ? [] : [{ episode: row, by, likeness }];
    });
  }

  async evolve(caller: Caller, { to, why, acceptRisk }: EvolveRequest): Promise<LevelLineRow> {
    const leader = this.#mayChange(caller, 'forcing a level');
    if (leader !== undefined) return await leader.evolve(caller, { to, why, acceptRisk });
    const { live, now, store } = this.#options;
    const { requestId } = caller;
    const number = live.carriedOut.said(requestId) as number | undefined;
    const [line] = number === undefined ? [] : await store.lines({}, { after: number - 1, limit: 1 });
    if (line !== undefined) return line;
    if (to === live.levels.active) refuse('CONFLICT', `${to} acts already; nothing was changed`);
    const what = { subject: null, after: { level: to, why, acceptRisk } };
    const audit = auditOf(caller, 'evolveConsciousness', what);
    const request = { to, who: caller.id, why, acceptRisk };
    const made = await live.levels.force(request, now(), { requestId, audit });
    await live.book.enforce();
    return made;
  }

  async tell(caller: Caller, telling: Telling): Promise<Unnumbered<ExternalEventRow>> {
    const leader = this.#mayChange(caller, 'telling of an event');
    if (leader !== undefined) return await leader.tell(caller, telling);
    const { live, newId, now } = this.#options;
    const { kind, subject, text, payload, at } = telling;
    const { id: by, requestId } = caller;
    const event = { id: requestId ?? newId(), kind, subject, text, payload, by };
    const before = live.carriedOut.said(requestId) as
      | { readonly seq: number; readonly at: string }
      | undefined;
    if (before !== undefined) return { ...event, seq: before.seq, at: new Date(before.at) };
    const what = { subject: `event ${event.id}`, after: { kind, subject, text, payload } };
    const audit = auditOf(caller, 'processEvent', what);
    return await live.consumer.tell({ ...event, at: at ?? new Date(now()) }, { requestId, audit });
  }

  async veto(caller: Caller, id: string, why: string): Promise<DecisionRow> {
    const leader = this.#mayChange(caller, 'vetoing a decision');
    if (leader !== undefined) return await leader.veto(caller, id, why);
    const person = personOf(caller, 'vetoDecision', { id, why });
    return await this.#stop(caller, id, (book) => book.veto(id, { ...person, why }));
  }

  async undo(caller: Caller, id: string, why: string): Promise<DecisionRow> {
    const leader = this.#mayChange(caller, 'undoing a decision');
    if (leader !== undefined) return await leader.undo(caller, id, why);
    const person = personOf(caller, 'undoDecision', { id, why });
    return await this.#stop(caller, id, (book) => book.undo(id, { ...person, why }));
  }

  async rate(
    caller: Caller,
    id: string,
    said: { readonly rating: number; readonly why: string },
  ): Promise<DecisionRow> {
    const leader = this.#mayChange(caller, 'rating a decision');
    if (leader !== undefined) return await leader.rate(caller, id, said);
    const { book, carriedOut } = this.#options.live;
    const row = await this.#decision(id);
    if (carriedOut.said(caller.requestId) !== undefined) return row;
    const person = personOf(caller, 'rateDecision', { id, ...said });
    await book.rate(row, said.rating, { ...person, why: said.why });
    return await this.#decision(id);
  }

  async #stop(
    caller: Caller,
    id: string,
    stop: (book: DecisionBook) => Promise<unknown>,
  ): Promise<DecisionRow> {
    const { book, carriedOut } = this.#options.live;
    const isAsked = carriedOut.said(caller.requestId) !== undefined;
    if (!isAsked && (await stop(book)) === undefined) return await this.#notOpen(id);
    const row = await this.#decision(id);
    return row.outcome === null
      ? refuse(
          'UNAVAILABLE',
          `decision ${id} is stopped, but the database did not take it down yet; it will be with what is written next, so look at the decision again in some seconds`,
        )
      : row;
  }

  async #decision(id: string): Promise<DecisionRow> {
    const [row] = await this.#options.store.decisions({ id }, { limit: 1 });
    return row ?? refuse('NOT_FOUND', `no decision ${id}; see decisions`);
  }

  async #notOpen(id: string): Promise<never> {
    const { outcome } = await this.#decision(id);
    const ended = outcome === null ? 'under a leader before' : outcome.endedAt.toISOString();
    return refuse(
      'CONFLICT',
      `decision ${id} ended ${ended} and cannot be stopped any more; rate it instead`,
    );
  }

  /** Where it has to be done, if not here. */
  #mayChange({ trusted, requestId }: Caller, what: string): Changes | undefined {
    const { enabled, live } = this.#options;
    if (!trusted)
      refuse(
        'FORBIDDEN',
        `${what} needs the owner; send the token of the state directory as "Authorization: Bearer …" (the command line does so by itself)`,
      );
    if (!enabled)
      refuse('CONFLICT', 'consciousness is off; set consciousness.enabled = true and start the server again');
    // what another server asked for because this one led is for whoever leads next
    const ask = requestId === undefined ? this.#options.leader?.() : undefined;
    if (ask !== undefined)
      return changesThere(async (task, args) => {
        const answer = await ask(task, args);
        live.recallAnew();
        return answer;
      });
    if (!live.isLeading) refuse('UNAVAILABLE', `${what} has to wait until a server leads; try again shortly`);
    return undefined;
  }
}

function personOf(
  caller: Caller,
  action: string,
  { id, ...after }: { readonly id: string } & JsonObject,
): Omit<Person, 'why'> {
  const { id: by, requestId } = caller;
  const audit = auditOf(caller, action, { subject: `decision ${id}`, after });
  return { by, audit, ...(requestId !== undefined && { requestId }) };
}

function refuse(code: RefusalCode, message: string): never {
  throw new RefusedError({ code, message });
}
