/**
 * What each level is worth beside the one beneath it, on the same streams with the same seeds: the mean cost of a task, and the
 * difference with its interval of 95 %. Levels above METACOGNITIVE order meshes, which these streams of single tasks have not: see `level-rows.ts`.
 */
import type { Level } from '../../src/consciousness/evolution/level.js';
import { AblationStream, type StreamCost, type StreamName, STREAMS } from './ablation-stream.js';
import { differenceOf, meanOf, verdictOf } from './paired.js';
import type { Row } from './row.js';

/** Each is compared with the one before it. */
const STEPS: readonly (Level | null)[] = [null, 'BASIC', 'COGNITIVE', 'METACOGNITIVE'];

export async function* ablationRows(seeds: number): AsyncGenerator<Row> {
  for (const stream of STREAMS) {
    let beneath: StreamCost[] | undefined;
    for (const level of STEPS) {
      const costs: StreamCost[] = [];
      for (let seed = 0; seed < seeds; seed++)
        costs.push(await new AblationStream(stream, level, String(seed)).run());
      yield rowOf(stream, level, costs, beneath);
      beneath = costs;
    }
  }
}

function rowOf(
  stream: StreamName,
  level: Level | null,
  costs: readonly StreamCost[],
  beneath: readonly StreamCost[] | undefined,
): Row {
  const mean = (of: (cost: StreamCost) => number): number => meanOf(costs.map(of));
  const what = `${stream}: ${level ?? 'without consciousness'}`;
  const measured = `${mean(({ meanSeconds }) => meanSeconds).toFixed(2)} s a task, ${mean(({ failedAttempts }) => failedAttempts).toFixed(0)} failed attempts, ${mean(({ failedTasks }) => failedTasks).toFixed(1)} tasks lost`;
  if (beneath === undefined) return { what, target: '', measured, met: null };
  const secondsOf = (all: readonly StreamCost[]): number[] => all.map(({ meanSeconds }) => meanSeconds);
  const difference = differenceOf(secondsOf(costs), secondsOf(beneath));
  const { from, to } = difference;
  return {
    what,
    target: `${verdictOf(difference)} [${from.toFixed(2)}, ${to.toFixed(2)}] s`,
    measured,
    met: null,
  };
}
