/**
 * What each level is worth beside the one beneath it, on the same streams with the same seeds: the mean cost of a task, and the
 * difference with its interval of 95 %. Levels above METACOGNITIVE add nothing that acts on a running server, and are left out.
 */
import type { Level } from '../../src/consciousness/evolution/level.js';
import { studentQuantile } from '../../src/consciousness/statistics/student.js';
import { AblationStream, type StreamCost, type StreamName, STREAMS } from './ablation-stream.js';
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
  const [from, to] = differenceOf(costs, beneath);
  const verdict = to < 0 ? 'gains' : from > 0 ? 'loses' : 'no measurable gain';
  return { what, target: `${verdict} [${from.toFixed(2)}, ${to.toFixed(2)}] s`, measured, met: null };
}

/** Interval of 95 % of the mean of the paired differences. */
function differenceOf(costs: readonly StreamCost[], beneath: readonly StreamCost[]): [number, number] {
  const differences = costs.map(({ meanSeconds }, at) => meanSeconds - (beneath[at]?.meanSeconds ?? 0));
  const mean = meanOf(differences);
  const variance = differences.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (differences.length - 1);
  const half = studentQuantile(0.975, differences.length - 1) * Math.sqrt(variance / differences.length);
  return [mean - half, mean + half];
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
