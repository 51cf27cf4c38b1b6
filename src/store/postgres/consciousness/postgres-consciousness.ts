/**
 * What consciousness keeps, on PostgreSQL: reads through Prisma, all writes in SQL behind the fence of the epoch. Made by the
 * composition root over the shared pool. Nothing is cached here.
 */
import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { PrismaClient } from '../../../generated/prisma/client.js';
import type {
  ConsciousnessBounds,
  ConsciousnessState,
  ConsciousnessStore,
  ConsciousnessWrite,
  DecisionFilter,
  DecisionRow,
  EpisodeRow,
  ExternalEventRow,
  InsightFilter,
  InsightRow,
  LevelLineRow,
  LineFilter,
  PatternFilter,
  PatternRow,
} from '../../consciousness.js';
import type { Slice } from '../../numbered-feed.js';
import { writeFenced } from '../fenced-write.js';
import {
  PRUNE_DECISIONS,
  PRUNE_EVENTS,
  PRUNE_INSIGHTS,
  PRUNE_OBSERVATIONS,
  PRUNE_PATTERNS,
} from '../sql/consciousness/prune.js';
import { CLAIM, FORGET } from '../sql/consciousness/write.js';
import { toStoredText } from '../stored-text.js';
import { queriesOf } from './consciousness-queries.js';
import {
  decisionFrom,
  episodeFrom,
  eventFrom,
  insightFrom,
  lineFrom,
  patternFrom,
} from './consciousness-rows.js';

interface StateRow {
  readonly seq: string;
  readonly snapshot: string | null;
  readonly standing: string | null;
}

export class PostgresConsciousness implements ConsciousnessStore {
  readonly #pool: pg.Pool;
  readonly #prisma: PrismaClient;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
    this.#prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  }

  /** As text: parsing it is the caller's to do when it suits. */
  async state(): Promise<ConsciousnessState> {
    const { rows } = await this.#pool.query<StateRow>(
      'SELECT seq, snapshot::text AS snapshot, standing::text AS standing FROM consciousness_state',
    );
    const [row] = rows;
    const { seq = '0', snapshot = null, standing = null } = row ?? {};
    return {
      fold: snapshot === null ? undefined : { seq: Number(seq), snapshot },
      standing: standing ?? undefined,
    };
  }

  write(epoch: number, write: ConsciousnessWrite): Promise<boolean> {
    return writeFenced(this.#pool, { ...CLAIM, values: [epoch] }, queriesOf(write));
  }

  forget(epoch: number): Promise<boolean> {
    const queries = FORGET.map((text) => ({ text }));
    return writeFenced(this.#pool, { ...CLAIM, values: [epoch] }, queries);
  }

  async patterns({ kind, subject, holds }: PatternFilter, slice: Slice): Promise<PatternRow[]> {
    const endedAt = holds === undefined ? undefined : holds ? null : { not: null };
    const where = { kind, subject: storable(subject), endedAt };
    return (await this.#prisma.pattern.findMany(sliced(where, slice))).map(patternFrom);
  }

  async insights({ kind }: InsightFilter, slice: Slice): Promise<InsightRow[]> {
    return (await this.#prisma.insight.findMany(sliced({ kind }, slice))).map(insightFrom);
  }

  async events(slice: Slice): Promise<ExternalEventRow[]> {
    return (await this.#prisma.externalEvent.findMany(sliced({}, slice))).map(eventFrom);
  }

  async lines({ kinds }: LineFilter, slice: Slice): Promise<LevelLineRow[]> {
    const where = { kind: kinds === undefined ? undefined : { in: [...kinds] } };
    return (await this.#prisma.levelLine.findMany(sliced(where, slice))).map(lineFrom);
  }

  async decisions({ subject, open, ...filter }: DecisionFilter, slice: Slice): Promise<DecisionRow[]> {
    const endedAt = open === undefined ? undefined : open ? null : { not: null };
    const where = { ...filter, subject: storable(subject), endedAt };
    return (await this.#prisma.decision.findMany(sliced(where, slice))).map(decisionFrom);
  }

  async episodes(limit: number): Promise<EpisodeRow[]> {
    const rows = await this.#prisma.episode.findMany({ orderBy: { seq: 'desc' }, take: limit });
    return rows.map(episodeFrom).reverse();
  }

  async episodesBySeq(seqs: readonly number[]): Promise<EpisodeRow[]> {
    return (await this.#prisma.episode.findMany({ where: { seq: { in: [...seqs] } } })).map(episodeFrom);
  }

  async prune(bounds: ConsciousnessBounds): Promise<void> {
    const cuts = [
      [PRUNE_PATTERNS, bounds.patterns],
      [PRUNE_INSIGHTS, bounds.insights],
      [PRUNE_EVENTS, bounds.events],
      [PRUNE_OBSERVATIONS, bounds.observations],
      [PRUNE_DECISIONS, bounds.decisions],
    ] as const;
    for (const [text, kept] of cuts) await this.#pool.query(text, [kept]);
  }
}

const storable = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : toStoredText(text);

function sliced<Where extends object>(where: Where, { after, before, newestFirst, limit }: Slice) {
  const number = { gt: after, lt: before };
  return {
    where: { ...where, number },
    orderBy: { number: newestFirst ? 'desc' : 'asc' },
    take: limit,
  } as const;
}
