/**
 * An advisor whose plans are nonsense: tasks wait for any place or start on any, also where they must not run or nothing has room.
 * Whatever is advised, the promises hold.
 */
import type { SeededRandom } from '../../../src/kit/random.js';
import { QuantileAdvisor } from '../../../src/orchestrator/advice/quantile-advisor.js';
import type {
  MeshOutline,
  MeshPlanner,
  PlanDecision,
  PlanMoment,
  PlannedStart,
  PlannedWait,
} from '../../../src/orchestrator/advisor.js';

const WAITS = 0.3;
const SAYS_NOTHING = 0.2;
const SECONDS_MAX = 3;

export class RandomPlans extends QuantileAdvisor {
  readonly #random: SeededRandom;

  constructor(random: SeededRandom) {
    super();
    this.#random = random;
  }

  plannerOf(outline: MeshOutline): MeshPlanner {
    const nothing = (): void => undefined;
    const decide = (moment: PlanMoment) => this.#decide(outline, moment);
    return { started: nothing, ended: nothing, outdated: nothing, decide };
  }

  #decide({ places }: MeshOutline, { ready }: PlanMoment): PlanDecision {
    const starts: PlannedStart[] = [];
    const waits: PlannedWait[] = [];
    for (const task of ready) {
      const dice = this.#random.next();
      const place = this.#random.int(places.length);
      const [waitSeconds, otherwiseSeconds] = [this.#random.next(), this.#random.next() * SECONDS_MAX];
      if (dice < WAITS) waits.push({ task, place, waitSeconds, otherwiseSeconds });
      else if (dice < 1 - SAYS_NOTHING)
        starts.push({ task, candidates: [{ place, waitSeconds: 0, finishSeconds: 1 }] });
    }
    return { starts, waits, cost: ready.length };
  }
}
