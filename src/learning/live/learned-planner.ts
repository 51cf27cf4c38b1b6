/**
 * The plan of one mesh from what has been learned: the planner of `placement/`, asked in the words of the orchestrator. What is
 * expected of a task is looked up when its mesh is ranked and once more when it is ready, as only then the size of its inputs is
 * known. Made by the advisor for each mesh.
 */
import type { LayerName } from '../../lifecycle/vocabulary.js';
import type {
  MeshOutline,
  MeshPlanner,
  PlanCandidate,
  PlanDecision,
  PlanMoment,
  PlanTask,
  TaskFacts,
} from '../../orchestrator/advisor.js';
import { BoundedMap } from '../bounded-map.js';
import type { DriftUse } from '../drift/drift-use.js';
import type { Belief } from '../model.js';
import { hopedMeanSeconds } from '../placement/cheapest-place.js';
import { type Foreign, Planner } from '../placement/planner.js';
import type { Placed } from '../placement/rollout.js';
import type { PlaceView, TaskView } from '../view.js';
import { remainingMean } from '../../kit/statistics/lognormal.js';
import { costOf } from './costs.js';
import type { LearningFold } from './learning-fold.js';
import { viewOfTask } from './views.js';

export interface LearnedPlannerOptions {
  /** That answers for tasks of this kind. */
  readonly fold: (typeKey: string) => LearningFold;
  /** Of one of its tasks. */
  readonly kind: string;
  /** Ms since the epoch, in whole minutes. */
  readonly at: () => number;
  /** By place of the outline. */
  readonly views: readonly PlaceView[];
  /** What of drift counts, whenever places are compared. */
  readonly drift: () => DriftUse;
}

interface Known {
  readonly facts: TaskFacts;
  readonly view: TaskView;
}

/** Of what has never been seen, of any kind. */
const UNKNOWN: Belief = { mean: 0, sd: 1 };
/** Known times are taken for very well known ones. */
const PLANNED_SD = 0.01;
const PLANNED_SECONDS_MIN = 0.001;
/** In microseconds: a look at a ready task while planning, a belief. */
const LOOK_COST = 0.15;
const BELIEF_COST = 2;
const FOREIGN_MAX = 1000;

export class LearnedPlanner implements MeshPlanner {
  readonly #outline: MeshOutline;
  readonly #options: LearnedPlannerOptions;
  readonly #planner: Planner;
  readonly #known: (Known | undefined)[];
  readonly #ready: boolean[];
  readonly #foreign = new BoundedMap<Belief>(FOREIGN_MAX);
  #beliefs = 0;

  constructor(outline: MeshOutline, options: LearnedPlannerOptions) {
    this.#outline = outline;
    this.#options = options;
    this.#known = outline.tasks.map(() => undefined);
    this.#ready = outline.tasks.map(() => false);
    this.#planner = new Planner(graphOf(outline), this.#machines(), {
      storageLayer: outline.places[0]?.layer ?? 'LOCAL',
      belief: (task, place, into) => this.#belief(task, place, into),
      secondsOf: (task, place) => this.#secondsOf(task, place),
      classOf: (task) => (outline.tasks[task] as PlanTask).priority,
    });
  }

  started(task: number, layer: LayerName): void {
    const place = this.#outline.places.findIndex((one) => one.layer === layer);
    if (place >= 0) this.#planner.started(task, place);
  }

  ended(task: number): void {
    this.#planner.completed(task);
  }

  outdated(): void {
    this.#planner.outdated();
  }

  decide({ nowSeconds, ready, running, foreign }: PlanMoment): PlanDecision {
    const [looks, beliefs] = [this.#planner.looks, this.#beliefs];
    for (const task of ready) this.#lookAgain(task);
    const { starts, holds } = this.#planner.decide(
      nowSeconds,
      ready,
      running.map(({ task, place, elapsedSeconds }) => ({
        task,
        machine: place,
        startedAt: nowSeconds - elapsedSeconds,
        setupSeconds: this.#overheadAt(place),
      })),
      foreign.map((one) => this.#endOf(one, nowSeconds)),
    );
    return {
      starts: starts.map((start) => ({ task: start.task, candidates: candidatesOf(start) })),
      waits: holds.map(({ machine, ...hold }) => ({ ...hold, place: machine })),
      cost: LOOK_COST * (this.#planner.looks - looks) + BELIEF_COST * (this.#beliefs - beliefs),
    };
  }

  /** The first time that it is ready: what it waited for has ended, and what that brought is known. */
  #lookAgain(task: number): void {
    if (this.#ready[task] === true) return;
    this.#ready[task] = true;
    this.#known[task] = undefined;
    this.#planner.measure(task);
  }

  #endOf({ token, facts, place, elapsedSeconds }: PlanMoment['foreign'][number], now: number): Foreign {
    const belief = this.#foreign.touch(`${token}`, () => {
      const into = { ...UNKNOWN };
      this.#beliefOf(this.#know(facts()), place, into);
      return into;
    });
    return { machine: place, endsAt: now + remainingMean(belief, elapsedSeconds - this.#overheadAt(place)) };
  }

  #machines() {
    return this.#outline.places.map(({ layer, slots }, place) => ({
      name: `${place}`,
      layer,
      slots,
      overheadSeconds: this.#options.fold(this.#options.kind).overheadSeconds(layer),
    }));
  }

  #overheadAt(place: number): number {
    return this.#planner.graph.overheads[place] as number;
  }

  #belief(task: number, place: number, into: Belief): void {
    const known = this.#knownOf(task);
    if (known === null) Object.assign(into, UNKNOWN);
    else this.#beliefOf(known, place, into);
  }

  #beliefOf({ facts, view }: Known, place: number, into: Belief): void {
    this.#beliefs++;
    const { learners } = this.#options.fold(facts.typeKey).parts;
    if (facts.plannedSeconds !== null) {
      into.mean = Math.log(Math.max(PLANNED_SECONDS_MIN, facts.plannedSeconds));
      into.sd = PLANNED_SD;
    } else if (!learners.RUN_TIME.placeBelief(view, this.#options.views[place] as PlaceView, into))
      Object.assign(into, UNKNOWN);
  }

  #know(facts: TaskFacts): Known {
    return { facts, view: viewOfTask(facts, this.#options.at()) };
  }

  /** Null: it has ended. */
  #knownOf(task: number): Known | null {
    const { facts } = this.#outline.tasks[task] as PlanTask;
    return facts === null ? null : (this.#known[task] ??= this.#know(facts()));
  }

  /** Without the overhead. What needs no place passes at once: it neither waits for one nor costs a start. */
  #secondsOf(task: number, place: number): number {
    const known = this.#knownOf(task);
    if (known === null || (this.#outline.tasks[task] as PlanTask).allowed[place] !== true) return Infinity;
    const { facts, view } = known;
    if (facts.spec.work === null) return -this.#overheadAt(place);
    if (facts.plannedSeconds !== null) return facts.plannedSeconds;
    this.#beliefs++;
    const about = { view, spec: facts.spec, expected: hopedMeanSeconds, drift: this.#options.drift() };
    const cost = costOf(this.#options.fold(facts.typeKey), about, this.#options.views[place] as PlaceView);
    return cost === null ? Math.exp(UNKNOWN.mean) : cost.finish - cost.overhead;
  }
}

/** An edge is a file of its own: its weight is paid by each task that takes it. */
function graphOf({ tasks }: MeshOutline) {
  return tasks.map(({ children, inputs }, at) => ({
    children,
    inputs: inputs.map(({ task, seconds }) => ({ file: `${task} ${at}`, seconds, producer: task })),
  }));
}

function candidatesOf({ machine, waits, takes }: Placed): PlanCandidate[] {
  const all = [...waits].map((waitSeconds, place) => ({
    place,
    waitSeconds,
    finishSeconds: waitSeconds + (takes[place] as number),
  }));
  const others = all.filter(({ place, waitSeconds }) => place !== machine && waitSeconds < Infinity);
  return [
    all[machine] as PlanCandidate,
    ...others.sort((a, b) => a.finishSeconds - b.finishSeconds || a.place - b.place),
  ];
}
