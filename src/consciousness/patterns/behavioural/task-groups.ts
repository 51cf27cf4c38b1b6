/**
 * Types of tasks that are alike by what their text says and by how they behave, so that what is learned of one can be
 * tried on another. Called now and then with one line a type. A group is only told of when its members' run times are
 * nearer to each other than those of as many types picked by chance.
 */
import { SeededRandom } from '../../../kit/random.js';
import { atOnce, type Stages } from '../../../kit/turn.js';
import { natural, type TfIdf } from '../../../learning/features/words/natural-words.js';
import { stemsOf } from '../../../learning/features/words/stems.js';
import { benjaminiHochberg } from '../../statistics/false-discovery.js';

/** Types beyond this are left out: likeness is of all pairs. */
export const TYPES_MAX = 200;
/** Parts of the likeness that text and features have, and the likeness at which two are of a group. */
const TEXT_PART = 0.6;
const LIKE_MIN = 0.55;
const PERMUTATIONS = 999;
/** Between two turns for others. */
const JOINS_AT_ONCE = 5;
const PICKS_AT_ONCE = 1_000;
const FALSE_SHARE_MAX = 0.05;

export interface TypeProfile {
  readonly typeKey: string;
  /** Command, name and tags, in any words. */
  readonly text: string;
  /** Of one layout for all types; scaled here. */
  readonly features: readonly number[];
  /** Mean of the logarithm of seconds. */
  readonly logSeconds: number;
}

export interface TaskGroup {
  readonly typeKeys: readonly string[];
  /** Stems that the members share, the most telling first. */
  readonly words: readonly string[];
  /** Standard deviation of the members' logarithms of seconds, and of all types'. */
  readonly spread: number;
  readonly spreadOfAll: number;
  readonly qValue: number;
}

type Vector = ReadonlyMap<string, number>;

/** The same answer for the same profiles in any order. */
export function taskGroups(profiles: readonly TypeProfile[]): TaskGroup[] {
  return atOnce(taskGroupsInStages(profiles));
}

/** A stage is the words of one type, its likeness to all others, some joins, or some picks by chance: a millisecond or two. */
export function* taskGroupsInStages(profiles: readonly TypeProfile[]): Stages<TaskGroup[]> {
  const types = [...profiles].sort((a, b) => (a.typeKey < b.typeKey ? -1 : 1)).slice(0, TYPES_MAX);
  const vectors = yield* vectorsOf(types.map(({ text }) => text));
  const scaled = scale(types.map(({ features }) => features));
  const like = (a: number, b: number): number =>
    TEXT_PART * cosine(vectors[a] as Vector, vectors[b] as Vector) +
    (1 - TEXT_PART) * nearness(scaled[a] as readonly number[], scaled[b] as readonly number[]);
  const groups = (yield* clusters(types.length, like)).filter((members) => members.length > 1);
  const seconds = types.map(({ logSeconds }) => logSeconds);
  const pValues: number[] = [];
  for (const [at, members] of groups.entries()) pValues.push(yield* chanceOf(members, seconds, at));
  const qValues = benjaminiHochberg(pValues);
  return groups
    .map((members, at) => ({
      typeKeys: members.map((member) => (types[member] as TypeProfile).typeKey),
      words: sharedWords(members.map((member) => vectors[member] as Vector)),
      spread: spreadOf(members.map((member) => seconds[member] as number)),
      spreadOfAll: spreadOf(seconds),
      qValue: qValues[at] as number,
    }))
    .filter(({ qValue }) => qValue <= FALSE_SHARE_MAX);
}

function* vectorsOf(texts: readonly string[]): Stages<Vector[]> {
  const tfidf = new (natural().TfIdf)();
  const documents: (readonly string[])[] = [];
  for (const text of texts) {
    const { stems } = stemsOf(text);
    documents.push(stems);
    tfidf.addDocument(stems);
    yield;
  }
  const vectors: Vector[] = [];
  for (const stems of documents) {
    vectors.push(vectorOf(stems, tfidf));
    yield;
  }
  return vectors;
}

function vectorOf(stems: readonly string[], tfidf: TfIdf): Vector {
  const counts = new Map<string, number>();
  for (const stem of stems) counts.set(stem, (counts.get(stem) ?? 0) + 1);
  const weights = [...counts].map(([stem, count]) => [stem, count * Math.max(0, tfidf.idf(stem))] as const);
  const length = Math.hypot(...weights.map(([, weight]) => weight));
  return new Map(length === 0 ? [] : weights.map(([stem, weight]) => [stem, weight / length]));
}

function cosine(a: Vector, b: Vector): number {
  let sum = 0;
  for (const [stem, weight] of a) sum += weight * (b.get(stem) ?? 0);
  return sum;
}

/** To mean 0 and standard deviation 1, column by column. */
function scale(rows: readonly (readonly number[])[]): number[][] {
  const columns = rows[0]?.map((_, column) => rows.map((row) => row[column] as number)) ?? [];
  const scales = columns.map((values) => ({ mean: meanOf(values), sd: spreadOf(values) || 1 }));
  return rows.map((row) =>
    row.map((value, column) => {
      const { mean, sd } = scales[column] as { mean: number; sd: number };
      return (value - mean) / sd;
    }),
  );
}

function nearness(a: readonly number[], b: readonly number[]): number {
  const squares = a.reduce((sum, value, i) => sum + (value - (b[i] as number)) ** 2, 0);
  return Math.exp(-squares / (2 * Math.max(1, a.length)));
}

/** Joins the two likest groups while all of their members are alike on the average (average linkage). */
function* clusters(count: number, like: (a: number, b: number) => number): Stages<number[][]> {
  const groups = Array.from({ length: count }, (_, one) => [one]);
  const links: number[][] = [];
  for (let a = 0; a < count; a++) {
    links.push(groups.map((_group, b) => (a === b ? -1 : like(a, b))));
    yield;
  }
  for (let joins = 1; ; joins++) {
    if (joins % JOINS_AT_ONCE === 0) yield;
    const [a, b] = likest(links);
    if (a === -1) return groups.filter((group) => group.length > 0);
    const [into, from] = [groups[a] as number[], groups[b] as number[]];
    for (let other = 0; other < count; other++) {
      const mean = average(links, [a, into.length], [b, from.length], other);
      (links[a] as number[])[other] = other === a ? -1 : mean;
      (links[other] as number[])[a] = other === a ? -1 : mean;
      (links[b] as number[])[other] = -1;
      (links[other] as number[])[b] = -1;
    }
    groups[a] = [...into, ...from].sort((x, y) => x - y);
    groups[b] = [];
  }
}

/** The last of the likest pairs; -1: none is alike. */
function likest(links: readonly (readonly number[])[]): readonly [number, number] {
  let best = LIKE_MIN;
  let a = -1;
  let b = -1;
  for (const [i, row] of links.entries())
    for (let j = i + 1; j < row.length; j++) {
      const like = row[j] as number;
      if (like < best) continue;
      best = like;
      a = i;
      b = j;
    }
  return [a, b];
}

/** Likeness of a joined group to another; -1 where the other is no more. */
function average(
  links: readonly (readonly number[])[],
  [a, sizeA]: readonly [number, number],
  [b, sizeB]: readonly [number, number],
  other: number,
): number {
  const [toA, toB] = [links[a]?.[other] as number, links[b]?.[other] as number];
  return toA < 0 || toB < 0 ? -1 : (sizeA * toA + sizeB * toB) / (sizeA + sizeB);
}

/** Share of as large picks of types whose run times are as near to each other. */
function* chanceOf(members: readonly number[], seconds: readonly number[], at: number): Stages<number> {
  const random = new SeededRandom(`group ${at}`);
  const spread = spreadOf(members.map((member) => seconds[member] as number));
  const pool = [...seconds];
  let asNear = 1;
  for (let run = 1; run <= PERMUTATIONS; run++) {
    for (let i = 0; i < members.length; i++) {
      const picked = i + random.int(pool.length - i);
      [pool[i], pool[picked]] = [pool[picked] as number, pool[i] as number];
    }
    if (spreadOf(pool.slice(0, members.length)) <= spread) asNear++;
    if (run % Math.ceil(PICKS_AT_ONCE / members.length) === 0) yield;
  }
  return asNear / (PERMUTATIONS + 1);
}

function sharedWords(vectors: readonly Vector[]): string[] {
  const [first, ...others] = vectors as [Vector, ...Vector[]];
  const shared = [...first].filter(([stem]) => others.every((vector) => vector.has(stem)));
  return shared.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([stem]) => stem);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function spreadOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)));
}
