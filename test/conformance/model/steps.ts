/**
 * The commands of fast-check: what may happen next, with numbers that are resolved to meshes and tasks when their turn
 * comes. Each says what it is about to do in the model's story, does it to both and compares.
 */
import fc from 'fast-check';
import { agree, answerFaults, type Both, Disagreement } from './agreement.js';
import type { Ending, Expected, Model } from './model.js';
import { hasEnded } from './model-state.js';
import { inWords, type Request } from './request.js';
import type { Answer, System } from './system.js';

export type Step = fc.AsyncCommand<Model, System>;

/** A request that is made when its turn comes. Undefined: there is nothing to ask it of; the step is left out. */
export interface Plan {
  readonly text: string;
  readonly request: (model: Model) => Request | undefined;
}

/** `times`: sent more than once at the same moment; only what has an idempotency key may be. */
export class RequestStep implements Step {
  readonly #plan: Plan;
  readonly #times: number;

  constructor(plan: Plan, times = 1) {
    this.#plan = plan;
    this.#times = times;
  }

  check(model: Model): boolean {
    return this.#plan.request(model) !== undefined;
  }

  async run(model: Model, system: System): Promise<void> {
    const request = this.#plan.request(model) as Request;
    const line = model.story.push(inWords(request)) - 1;
    const answer = await told(model, () => system.ask(request, this.#times));
    const expected = model.ask(request);
    if (answer.refused !== null) model.story[line] += ` (refused: ${answer.refused})`;
    const faults = answerFaults(expected, answer);
    if (faults.length > 0) throw new Disagreement(model, faults);
    await agree(model, system, bothMade(expected, answer));
  }

  toString(): string {
    return this.#plan.text;
  }
}

function bothMade(expected: Expected, answer: Answer): Both | undefined {
  if (answer.refused !== null || expected.refused !== null) return undefined;
  return { expected: expected.made, actual: answer.made };
}

/** What happens without being asked for. */
class Happening implements Step {
  readonly #text: string;
  readonly #act: (model: Model, system: System) => Promise<void>;
  readonly check: (model: Model) => boolean;

  constructor(
    text: string,
    act: (model: Model, system: System) => Promise<void>,
    check: (model: Model) => boolean = () => true,
  ) {
    this.#text = text;
    this.#act = act;
    this.check = check;
  }

  async run(model: Model, system: System): Promise<void> {
    model.story.push(this.#text);
    await told(model, () => this.#act(model, system));
    await agree(model, system);
  }

  toString(): string {
    return this.#text;
  }
}

export class AttemptEnds implements Step {
  readonly #which: number;
  readonly #ending: Ending;

  constructor(which: number, ending: Ending) {
    this.#which = which;
    this.#ending = ending;
  }

  check(model: Model): boolean {
    return busy(model).length > 0;
  }

  async run(model: Model, system: System): Promise<void> {
    const tasks = busy(model);
    const task = tasks[this.#which % tasks.length] as (typeof tasks)[number];
    model.story.push(`the attempt of ${task.name} ends: ${this.#ending}`);
    await told(model, () => system.endAttempt(task.name, this.#ending));
    model.attemptEnds(task, this.#ending);
    await agree(model, system);
  }

  toString(): string {
    return `attemptEnds(${this.#which}, ${this.#ending})`;
  }
}

function busy({ state }: Model) {
  return [...state.tasks.values()].filter((task) => task.busy);
}

/** What the system throws is told with the story before it. */
export async function told<T>(model: Model, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw new Disagreement(model, [error instanceof Error ? String(error.stack) : String(error)]);
  }
}

export function asked(plans: fc.Arbitrary<Plan>, times = 1): fc.Arbitrary<Step> {
  return plans.map((plan): Step => new RequestStep(plan, times));
}

const endings = fc.constantFrom<Ending>('completed', 'completed', 'completed', 'failed', 'failed', 'crashed');

export const attemptEnds = fc
  .tuple(fc.nat(9), endings)
  .map(([which, ending]): Step => new AttemptEnds(which, ending));

export const timePasses: Step = new Happening('two hours pass', async (model, system) => {
  await system.passTime();
  model.timePasses();
});

export const restarts: Step = new Happening(
  'the process is killed and another starts',
  async (model, system) => {
    await system.restart();
    model.restart();
  },
);

/**
 * Not while an attempt is being stopped: the leadership that follows does not know which place it takes and starts nothing
 * until it has ended, which the model would call idle. `take-over.test.ts` has that case.
 */
export const sessionBreaks: Step = new Happening(
  'the session breaks and the same process leads again',
  (_model, system) => system.loseSession(),
  (model) => !busy(model).some(hasEnded),
);
