/**
 * Examines how drift is noticed on this server, from the predictions of runs that ended: drills with known answers, and a review
 * of the alarms that learning raised. What it finds are observations for the gates of METACOGNITIVE. Begins anew with each lead.
 */
import { machineOf } from '../../learning/live/views.js';
import type { DriftAlarm, PredictionRow } from '../../store/learning.js';
import { AlarmReviewer, type ReviewedError } from '../drills/alarm-review.js';
import { DriftDrill, type DrillResult } from '../drills/drift-drill.js';
import type { Observation } from '../evolution/evidence.js';

/** From the median to the fifth percentile from above, in standard deviations. */
const TO_P95 = 1.645;

export class DriftExaminer {
  #drill = new DriftDrill();
  #reviewer = new AlarmReviewer();

  begin(): void {
    this.#drill = new DriftDrill();
    this.#reviewer = new AlarmReviewer();
  }

  /** `rows`: scored, of one run. `alarms`: the newest. */
  examine(rows: readonly PredictionRow[], alarms: readonly DriftAlarm[]): Observation[] {
    this.#reviewer.raised(
      alarms.map(({ seq, at, machine, factorBefore, factorAfter }) => ({
        ...{ seq, machine, atMs: at.getTime(), factor: factorAfter / factorBefore },
      })),
    );
    const inOrder = rows.toSorted((a, b) => a.at.getTime() - b.at.getTime());
    return inOrder.flatMap((row) => {
      const scored = scoredErrorOf(row);
      const [drilled, reviewed] = [this.#drill.observe(scored), this.#reviewer.observe(scored)];
      return [
        ...(drilled === null ? [] : [drillOf(drilled)]),
        ...(reviewed === null ? [] : [{ kind: 'DRIFT_REVIEW', ...reviewed } as const]),
      ];
    });
  }
}

function scoredErrorOf({ layer, node, typeKey, p05, p50, p95, actual, at }: PredictionRow): ReviewedError {
  return {
    ...{ machine: machineOf(layer, node), typeKey, atMs: at.getTime() },
    error: Math.log((actual as number) / p50),
    sd: Math.log(p95 / p05) / (2 * TO_P95),
  };
}

function drillOf({ found, machine, factor, observations, twinAlarmed }: DrillResult): Observation {
  const change = factor > 1 ? `${factor} times slower` : `${Number((1 / factor).toFixed(2))} times faster`;
  const came = twinAlarmed
    ? `the twin, which was not changed, alarmed after ${observations} observations`
    : `${found ? 'found' : 'not found'} after ${observations} observations`;
  return { kind: 'DRIFT_DRILL', found, how: `${machine} made ${change} in a copy: ${came}` };
}
