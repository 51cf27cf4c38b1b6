/**
 * Two requests at the same moment: whatever order they took, the answers and the state must be those of one after the
 * other. The model tries both orders, and for each every moment between the two in which attempts may have started.
 */
import type fc from 'fast-check';
import { answerFaults, differences, Disagreement, newStarts } from './agreement.js';
import type { Model } from './model.js';
import { hasEnded } from './model-state.js';
import { inWords, type Request } from './request.js';
import { pairs } from './requests.js';
import { type Plan, type Step, told } from './steps.js';
import type { Answer, Seen, System } from './system.js';

interface Asked {
  readonly request: Request;
  readonly answer: Answer;
}

export class Together implements Step {
  readonly #plans: readonly Plan[];

  constructor(plans: readonly Plan[]) {
    this.#plans = plans;
  }

  check(model: Model): boolean {
    return this.#plans.every(({ request }) => makesNoMesh(model, request(model)));
  }

  async run(model: Model, system: System): Promise<void> {
    const requests = this.#plans.map((plan) => plan.request(model) as Request);
    const line = model.story.push(`at once: ${requests.map(inWords).join(' | ')}`) - 1;
    const answers = await told(model, () => Promise.all(requests.map((request) => system.ask(request))));
    model.story[line] += ` (${answers.map(({ refused }) => refused ?? 'done').join(' | ')})`;
    const pair = requests.map((request, index) => ({ request, answer: answers[index] as Answer }));
    const seen = await system.look();
    const ways = [pair, pair.toReversed()].flatMap((order) => waysOf(model, system, seen, order));
    const right = ways.find(({ faults }) => faults.length === 0);
    if (right === undefined) throw new Disagreement(model, ways.toSorted(fewestFaults)[0]?.faults ?? []);
    model.state = right.model.state;
    model.kept = right.model.kept;
  }

  toString(): string {
    return `together(${this.#plans.map(({ text }) => text).join(', ')})`;
  }
}

interface Way {
  readonly model: Model;
  readonly faults: readonly string[];
}

/**
 * Every way to deal the new starts out to three moments: after the first request, after the second, and after the end of
 * attempts that were cancelled before they came to the layer.
 */
function waysOf(model: Model, system: System, seen: Seen, order: readonly Asked[]): Way[] {
  const starts = newStarts(model, system, seen);
  const names = system.names(seen.rows);
  const atLayer = new Set(seen.atLayer.map(({ taskId }) => names.get(taskId)));
  const moments = Array.from({ length: starts.length + 1 }, (_, moment) => moment);
  const cuts = moments.flatMap((one) =>
    moments.filter((two) => two >= one).map((two) => [one, two] as const),
  );
  return cuts.map(([one, two]) => {
    const tried = model.copy();
    const [first, second] = order as [Asked, Asked];
    const faults = [
      ...faultsOf(model, tried, first),
      ...tried.start(starts.slice(0, one)),
      ...faultsOf(model, tried, second),
      ...tried.start(starts.slice(one, two)),
    ];
    tried.neverBegan(starts.slice(0, one).filter((name) => !atLayer.has(name)));
    faults.push(...tried.start(starts.slice(two)), ...differences(tried, system, seen));
    return {
      model: tried,
      faults: faults.map((fault) => `in the order of ${inWords(first.request)}: ${fault}`),
    };
  });
}

/** Which reason is named may depend on how far the other one had come; whether there is one may not. */
function faultsOf(before: Model, model: Model, { request, answer }: Asked): string[] {
  if (answer.refused === 'CONFLICT' && cameTooLate(before, model, request)) return [];
  const expected = model.ask(request);
  const bothRefused = answer.refused !== null && expected.refused !== null;
  return bothRefused ? [] : answerFaults(expected, answer);
}

/** Asked of an open task that has ended meanwhile: asked anew it would mean something else (a rerun, a note on what was). */
function cameTooLate(before: Model, model: Model, request: Request): boolean {
  if (!('task' in request)) return false;
  return !hasEnded(before.state.task(request.task)) && hasEnded(model.state.task(request.task));
}

function fewestFaults(a: Way, b: Way): number {
  return a.faults.length - b.faults.length;
}

/** Names of meshes are given in the order of their making, which is not known here. */
function makesNoMesh(model: Model, request: Request | undefined): boolean {
  if (request === undefined) return false;
  if (request.kind !== 'executeTask' && request.kind !== 'retryTask') return true;
  return !hasEnded(model.state.task(request.task));
}

export const together: fc.Arbitrary<Step> = pairs.map((plans) => new Together(plans));
