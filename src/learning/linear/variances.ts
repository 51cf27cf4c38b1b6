/** How a row changes what is thought of the variances of its type, and how much the row counts. Called by the hierarchical model. */
import type { MachineSlots } from './machine-slots.js';
import type { TypeState } from './type-state.js';

/** Errors beyond this many standard deviations count as if they were there (Huber). */
const HUBER = 2.5;
/** ... and for the variances, beyond this many. */
const MOMENT_MAX = 4;

/** The parts of a prediction that learning needs. */
export interface Parts {
  mean: number;
  /** Variance by the coefficients, by the task itself, by the run. */
  coefficients: number;
  task: number;
  run: number;
  /** Share of the task's own effect that is already known. */
  known: number;
}

export interface RowError {
  readonly machines: MachineSlots;
  readonly slot: number;
  readonly error: number;
}

/**
 * Within a task: online expectation maximisation, how much of the squared error the run is expected to have caused.
 * Between tasks: by moments, the squared error less what the other parts account for; it starts further from the
 * truth, and expectation maximisation takes long from there. Answers the weight of the observation.
 */
export function learnVariances(state: TypeState, parts: Parts, { machines, slot, error }: RowError): number {
  const { coefficients, task, run, known } = parts;
  const total = coefficients + task + run;
  const far = Math.abs(error) / (HUBER * Math.sqrt(total));
  const ratio = machines.noiseRatio(slot);
  const { moments, statistics } = state;
  // A task that is seen for the first time can show that runs are steadier than thought, not that they are less so.
  const most = known === 0 ? total : HUBER ** 2 * total;
  const byRun = (run / total) ** 2 * Math.min(error ** 2, most) + run * (1 - run / total);
  moments.within += byRun / ratio;
  moments.withinCount += 1;
  machines.learnNoise(slot, byRun / statistics.variances.within);
  if (known === 0) {
    const share = task / total;
    moments.between += share * (Math.min(error ** 2, MOMENT_MAX ** 2 * total) - coefficients - run);
    moments.betweenCount += share;
  }
  return Math.min(1, 1 / far) / ratio;
}
