/**
 * When batch models are trained, in rows and never in time: asked for when the rows have grown enough, installed at a
 * row that is fixed when they are asked for. A worker may take as long as it takes; the learner does not go past that
 * row without the answer, so that a replay of the observations gives the same models at the same rows.
 */
import { assert } from '../../kit/assert.js';
import type { Json } from '../../kit/json.js';
import type { TrainingRows } from '../batch.js';
import { ROWS_LATE_MAX, ROWS_MAX } from '../features/row-ring.js';

const FIRST = 100;
const GROWTH = 1.15;
/**
 * Below so many rows they have to double: trained at every 15 % more, 1,100 rows took 6.5 s of a processor instead of 1.65 s,
 * beside the work of a server that has just begun, and predicted nothing better.
 */
const ROWS_YOUNG = 1000;
const GROWTH_YOUNG = 2;
/** The answer is due this many rows after the question, at the earliest. */
const LAG_MIN = 20;
const LAG_SHARE = 0.03;

export interface TrainingJob {
  /** `model@rows`, unique in the life of a learner. */
  readonly id: string;
  readonly model: string;
  /** Rows that had been learned when it was asked for. */
  readonly askedAt: number;
  /** The learner waits for the answer before it learns the row after this one. */
  readonly installAt: number;
  readonly rows: TrainingRows;
}

/** What is known of a job without its rows. */
export type TrainingPromise = Omit<TrainingJob, 'rows'>;

export class TrainingSchedule {
  readonly #models: readonly string[];
  #nextAt = FIRST;
  /** Answers of jobs that are not installed yet; undefined: not answered yet, null: cancelled or failed. */
  #open: { readonly job: TrainingPromise; answer: Json | undefined }[] = [];

  constructor(models: readonly string[]) {
    this.#models = models;
  }

  /** Jobs that are to be started now that `total` rows are learned. */
  due(total: number): TrainingPromise[] {
    if (this.#models.length === 0 || total < this.#nextAt) return [];
    const growth = total < ROWS_YOUNG ? GROWTH_YOUNG : GROWTH;
    this.#nextAt = total + Math.min(ROWS_MAX, Math.max(1, Math.ceil(total * (growth - 1))));
    return this.#models.map((model) => this.ask(model, total));
  }

  /** Asked for by a person: as due as any other. */
  ask(model: string, total: number): TrainingPromise {
    const lag = Math.max(LAG_MIN, Math.ceil(LAG_SHARE * total));
    const installAt = total + Math.min(ROWS_LATE_MAX, lag);
    const job = { id: `${model}@${total}`, model, askedAt: total, installAt };
    if (!this.#open.some((one) => one.job.id === job.id)) this.#open.push({ job, answer: undefined });
    return job;
  }

  /** Null for a training that failed or was cancelled: the model stays as it was. */
  answer(id: string, parameters: Json): void {
    const one = this.#open.find(({ job }) => job.id === id);
    assert(one !== undefined && one.answer === undefined, () => `the training ${id} is open`);
    one.answer = parameters;
  }

  unanswered(): readonly TrainingPromise[] {
    return this.#open.filter(({ answer }) => answer === undefined).map(({ job }) => job);
  }

  /** The row after `total` cannot be learned before these are answered. */
  blocking(total: number): readonly TrainingPromise[] {
    return this.unanswered().filter(({ installAt }) => installAt <= total);
  }

  /** Answers whose row has come, in the order of asking; they are then no longer open. */
  take(total: number): { model: string; parameters: Json }[] {
    const ripe = this.#open.filter(({ job }) => job.installAt <= total);
    assert(
      ripe.every(({ answer }) => answer !== undefined),
      'no row is learned past an unanswered training',
    );
    this.#open = this.#open.filter(({ job }) => job.installAt > total);
    return ripe.map(({ job, answer }) => ({ model: job.model, parameters: answer as Json }));
  }

  snapshot(): Json {
    const open = this.#open.map(({ job, answer }) => ({
      job: { ...job },
      answer: answer ?? null,
      answered: answer !== undefined,
    }));
    return { nextAt: this.#nextAt, open };
  }

  restore(state: Json): void {
    const { nextAt, open } = state as unknown as {
      nextAt: number;
      open: { job: TrainingPromise; answer: Json; answered: boolean }[];
    };
    this.#nextAt = nextAt;
    this.#open = open.map(({ job, answer, answered }) => ({ job, answer: answered ? answer : undefined }));
  }
}
