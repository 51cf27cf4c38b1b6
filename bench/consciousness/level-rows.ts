/**
 * What each of the five levels is worth beside the one beneath it, on one recorded stream: the mean slowdown of meshes in each
 * phase and over all, the paired difference with its interval of 95 %, and a drawing of it. Last, which level the stream itself
 * would earn.
 */
import { LEVELS, type Level } from '../../src/consciousness/evolution/level.js';
import { LevelStream, type MeshCost, type StreamResult } from './level-stream.js';
import { PHASES, type Phase } from './level-work.js';
import { type Difference, differenceOf, drawn, meanOf, verdictOf } from './paired.js';
import type { Row } from './row.js';

const ALL = 'all phases';
const PARTS: readonly (Phase | typeof ALL)[] = [...PHASES, ALL];

export async function* levelRows(seeds: number, say: (text: string) => void): AsyncGenerator<Row> {
  const results = new Map<Level, StreamResult[]>();
  for (const level of LEVELS) {
    const of: StreamResult[] = [];
    for (let seed = 0; seed < seeds; seed++) of.push(await new LevelStream(level, String(seed)).run());
    results.set(level, of);
    say(`${level}: ${decisionsOf(of)}`);
  }
  for (const part of PARTS) {
    const costs = LEVELS.map((level) => (results.get(level) ?? []).map(({ meshes }) => costOf(meshes, part)));
    const differences = costs.map((ours, at) => (at === 0 ? null : differenceOf(ours, costs[at - 1] ?? [])));
    const ends = differences.flatMap((one) => (one === null ? [] : [Math.abs(one.from), Math.abs(one.to)]));
    const reach = Math.max(...ends);
    for (const [at, level] of LEVELS.entries())
      yield rowOf(
        { part, level, results: results.get(level) ?? [], costs: costs[at] ?? [] },
        differences[at],
        { reach, beneath: meanOf(costs[at - 1] ?? []) },
      );
  }
  const earned: Level[] = [];
  for (let seed = 0; seed < seeds; seed++) {
    const { earned: level, missing } = await new LevelStream('BASIC', String(seed), true).run();
    earned.push(level);
    say(`seed ${seed} earned ${level}; the next one lacked ${missing.join('; ')}`);
  }
  const counts = LEVELS.map((level) => [level, earned.filter((one) => one === level).length] as const);
  const measured = counts
    .flatMap(([level, count]) => (count === 0 ? [] : [`${level} ${count} times`]))
    .join(', ');
  yield { what: 'earned from BASIC on the stream, evolution_rate 1', target: '', measured, met: null };
}

interface About {
  readonly part: Phase | typeof ALL;
  readonly level: Level;
  readonly results: readonly StreamResult[];
  readonly costs: readonly number[];
}

function rowOf(
  { part, level, results, costs }: About,
  difference: Difference | null | undefined,
  { reach, beneath }: { readonly reach: number; readonly beneath: number },
): Row {
  const what = `${part}: ${level}`;
  const failed = meanOf(results.map(({ meshes }) => of(meshes, part).filter((one) => one.failed).length));
  const measured = `slowdown ${meanOf(costs).toFixed(2)}, ${failed.toFixed(1)} meshes lost`;
  if (difference == null) return { what, target: '', measured, met: null };
  const { mean, from, to } = difference;
  const target = `${verdictOf(difference)} [${from.toFixed(2)}, ${to.toFixed(2)}]`;
  const shares = { mean: mean / beneath, from: from / beneath, to: to / beneath };
  return {
    ...{ what, target: `${target.padEnd(36)} ${drawn(difference, reach)}`, measured, met: null },
    drawn: { part, level, ...shares },
  };
}

function of(meshes: readonly MeshCost[], part: Phase | typeof ALL): readonly MeshCost[] {
  return part === ALL ? meshes : meshes.filter(({ phase }) => phase === part);
}

function costOf(meshes: readonly MeshCost[], part: Phase | typeof ALL): number {
  return meanOf(of(meshes, part).map(({ slowdown }) => slowdown));
}

/** Of the first seed. */
function decisionsOf([first]: readonly StreamResult[]): string {
  const acting = first?.decisions.filter(({ mode }) => mode === 'ACTING') ?? [];
  return acting.map(({ kind, made }) => `${made} ${kind}`).join(', ') || 'no decisions';
}
