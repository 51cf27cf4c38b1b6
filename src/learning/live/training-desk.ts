/**
 * Between the fold and the training thread: starts what the fold asks for, hands back answers where the fold stands still,
 * and remembers how each training went. What a person asked for, and what gave nothing, is an input of the fold: after a
 * restart it is repeated from what is recorded. Called by the consumer.
 */
import type { Clock } from '../../kit/clock.js';
import type { Json, JsonObject } from '../../kit/json.js';
import type { AuditRow } from '../../lifecycle/batch.js';
import { DEFAULT_TENANT } from '../../lifecycle/role.js';
import { type NewTrainingRun, ownedBy, type TrainingRun } from '../../store/learning.js';
import type { TrainingOptions, TrainingProgress } from '../batch.js';
import type { TrainingNews } from '../learning.js';
import type { LearnedTarget, LearningFold, TargetJob } from './learning-fold.js';
import type { Trainer, Training, TrainingEnd } from './trainer.js';

export interface TrainingDeskOptions {
  /** Whose work is learned from; absent: the default tenant's. */
  readonly tenant?: string;
  readonly trainer: Trainer;
  readonly clock: Clock;
  readonly options: TrainingOptions;
  readonly progressed: (news: TrainingNews) => void;
  readonly ended: (run: NewTrainingRun) => void;
}

interface Open {
  readonly job: Omit<TargetJob, 'rows'>;
  readonly training: Training | undefined;
  readonly startedAt: number;
  readonly wall: Date;
  readonly asked: Asked;
  readonly curve: number[];
  /** Every so many steps one loss is kept. */
  stride: number;
  last: TrainingProgress;
  end: TrainingEnd | undefined;
}

interface Asked {
  readonly by: string | null;
  /** Of those who asked for it and who cancelled it, recorded with how it went. */
  audits?: readonly AuditRow[];
  readonly options: TrainingOptions;
}

/** A training that a person asked for at that row of the fold. */
interface Repeat extends Pick<TargetJob, 'target' | 'id' | 'model'> {
  readonly rows: number;
  readonly asked: Asked;
}

/** What people asked for under this lead and is not recorded: as it ended, or to be begun again. */
export interface Owed {
  readonly runs: readonly NewTrainingRun[];
  readonly repeats: readonly Repeat[];
}

const NOTHING_OWED: Owed = { runs: [], repeats: [] };
const CURVE_MAX = 200;
const NO_PROGRESS: TrainingProgress = { step: 0, steps: 0, loss: Number.NaN };

export class TrainingDesk {
  readonly #options: TrainingDeskOptions;
  readonly #open = new Map<string, Open>();
  /** How trainings went under leaders before, by `target id`. */
  #before = new Map<string, TrainingRun>();
  readonly #asked = new Map<string, Asked>();
  /** What people asked for before; taken out when the fold comes to its row. */
  #repeats: Repeat[] = [];
  #runs: NewTrainingRun[] = [];
  #fold: LearningFold | undefined;
  #changed: () => void = () => undefined;

  constructor(options: TrainingDeskOptions) {
    this.#options = options;
  }

  get #whose(): { readonly tenant?: string } {
    return ownedBy(this.#options.tenant ?? DEFAULT_TENANT);
  }

  /** A fold at its checkpoint, all trainings that are recorded, and what the desk before left under this lead. */
  begin(
    fold: LearningFold,
    recorded: readonly TrainingRun[],
    changed: () => void,
    owed: Owed = NOTHING_OWED,
  ): void {
    this.#fold = fold;
    this.#changed = changed;
    this.#runs = [...owed.runs];
    this.#before = new Map([...recorded, ...owed.runs].map((run) => [keyOf(run), run]));
    this.#repeats = [...[...this.#before.values()].flatMap(repeatsOf), ...owed.repeats];
    // a fold that waits for one at its checkpoint does not come to its row again
    for (const one of owed.repeats) this.#asked.set(keyOf(one), one.asked);
    this.start();
  }

  /** Nothing is trained any more. If the leadership is over, nobody waits for what is owed; else the next desk has to have it. */
  end(): Owed {
    const open = [...this.#open.values()].filter(({ end, asked }) => end === undefined && asked.by !== null);
    const begun = open.map(({ job: { target, id, model, askedAt }, asked }) => {
      return { target, id, model, rows: askedAt, asked };
    });
    const owed = {
      runs: this.#runs.filter(({ requestedBy, audits = [] }) => requestedBy !== null || audits.length > 0),
      repeats: [...begun, ...this.#repeats.filter(({ asked: { audits } }) => audits !== undefined)],
    };
    this.#fold = undefined;
    for (const { training } of this.#open.values()) training?.cancel();
    this.#open.clear();
    this.#asked.clear();
    return owed;
  }

  /** Asked for now, at this row of the fold. Undefined: the same training runs already. */
  ask(target: LearnedTarget, model: string, asked: Asked): TrainingNews | undefined {
    const fold = this.#fold;
    if (fold === undefined) return undefined;
    const { id } = fold.parts.learners[target].askTraining(model);
    if (this.#open.has(`${target} ${id}`)) return undefined;
    this.#asked.set(`${target} ${id}`, asked);
    this.start();
    const open = this.#open.get(`${target} ${id}`);
    return open === undefined ? undefined : this.#newsOf(open);
  }

  /** False: there is none of this id that runs. */
  cancel(key: string, audit?: AuditRow): boolean {
    const open = this.#open.get(key);
    if (open?.training === undefined || open.end !== undefined) return false;
    if (audit !== undefined) open.asked.audits = [...(open.asked.audits ?? []), audit];
    open.training.cancel();
    return true;
  }

  running(): TrainingNews[] {
    return [...this.#open.values()].filter(({ end }) => end === undefined).map((open) => this.#newsOf(open));
  }

  /** Starts what the fold has asked for since, and asks what a person had asked for at this row before. */
  start(): void {
    const fold = this.#fold;
    if (fold === undefined) return;
    this.#repeatAsked(fold);
    if (fold.openTrainings().every((key) => this.#open.has(key))) return;
    for (const job of fold.trainings()) if (!this.#open.has(keyOf(job))) this.#startOne(job);
  }

  #repeatAsked(fold: LearningFold): void {
    const isDue = ({ target, rows }: Repeat) => fold.parts.learners[target].observations === rows;
    const due = this.#repeats.filter(isDue);
    if (due.length === 0) return;
    for (const one of due) {
      this.#asked.set(keyOf(one), one.asked);
      fold.parts.learners[one.target].askTraining(one.model);
    }
    this.#repeats = this.#repeats.filter((one) => !isDue(one));
  }

  #startOne({ rows, ...job }: TargetJob): void {
    const { trainer, clock, options } = this.#options;
    const key = keyOf(job);
    const asked = this.#asked.get(key) ?? { by: null, options };
    const before = this.#before.get(key);
    const fixed = before !== undefined && before.outcome !== 'TRAINED' ? ENDS[before.outcome] : undefined;
    const training =
      fixed === undefined
        ? trainer.train({ model: job.model, rows, options: asked.options }, (progress) =>
            this.#progress(key, progress),
          )
        : undefined;
    this.#open.set(key, {
      job,
      training,
      startedAt: clock.monotonic(),
      wall: new Date(clock.wall()),
      asked,
      curve: [],
      stride: 1,
      last: NO_PROGRESS,
      end: fixed,
    });
    void training?.end.then((end) => {
      const open = this.#open.get(key);
      if (open === undefined || open.training !== training) return;
      open.end = end;
      this.#record(key, open, end);
      this.#changed();
    });
  }

  #progress(key: string, progress: TrainingProgress): void {
    const open = this.#open.get(key);
    if (open === undefined) return;
    open.last = progress;
    if (progress.step % open.stride === 0 && Number.isFinite(progress.loss)) open.curve.push(progress.loss);
    if (open.curve.length > CURVE_MAX) {
      open.stride *= 2;
      open.curve.splice(0, open.curve.length, ...open.curve.filter((_, at) => at % 2 === 1));
    }
    this.#options.progressed(this.#newsOf(open));
  }

  /**
   * Hands over the answers that the fold cannot go on without. Not earlier: what is known would depend on how long a training
   * took. Called right before something is learned.
   */
  settle(): void {
    const fold = this.#fold;
    if (fold === undefined) return;
    for (const key of fold.blocking()) {
      const open = this.#open.get(key);
      if (open?.end === undefined) continue;
      this.#open.delete(key);
      this.#asked.delete(key);
      const parameters: Json | null = open.end.kind === 'trained' ? open.end.parameters : null;
      fold.answer(open.job, parameters);
    }
  }

  #record(key: string, open: Open, end: TrainingEnd): void {
    // recorded before; what a person asks for once more is told all the same
    if (this.#before.has(key) && open.asked.audits === undefined) return;
    const run = this.#runOf(open, end);
    this.#runs.push(run);
    this.#options.ended(run);
  }

  /** Ended and not written yet. */
  ended(): readonly NewTrainingRun[] {
    return [...this.#runs];
  }

  recorded(runs: readonly TrainingRun[]): void {
    const done = new Set(runs);
    this.#runs = this.#runs.filter((run) => !done.has(run));
  }

  #runOf({ job, wall, startedAt, last, curve, asked }: Open, end: TrainingEnd): NewTrainingRun {
    return {
      ...this.#whose,
      target: job.target,
      id: job.id,
      model: job.model,
      requestedBy: asked.by,
      audits: asked.audits ?? [],
      options: { ...asked.options } as unknown as JsonObject,
      rows: job.askedAt,
      seq: this.#fold?.seq ?? 0,
      startedAt: wall,
      seconds: (this.#options.clock.monotonic() - startedAt) / 1000,
      outcome: end.kind === 'trained' ? 'TRAINED' : end.kind === 'cancelled' ? 'CANCELLED' : 'FAILED',
      reason: end.kind === 'failed' ? end.reason : null,
      steps: last.step,
      loss: Number.isFinite(last.loss) ? last.loss : null,
      curve,
    };
  }

  #newsOf({ job, wall, startedAt, last, asked }: Open): TrainingNews {
    const seconds = (this.#options.clock.monotonic() - startedAt) / 1000;
    return {
      ...last,
      ...this.#whose,
      target: job.target,
      id: job.id,
      model: job.model,
      requestedBy: asked.by,
      rows: job.askedAt,
      startedAt: wall,
      seconds,
      etaSeconds: last.step === 0 ? null : (seconds / last.step) * (last.steps - last.step),
    };
  }
}

const ENDS = {
  FAILED: { kind: 'failed', reason: 'as before' },
  CANCELLED: { kind: 'cancelled' },
} as const;

function repeatsOf({ target, id, model, rows, requestedBy, options }: TrainingRun): Repeat[] {
  const what = { target: target as LearnedTarget, id, model, rows };
  if (requestedBy === null) return [];
  return [{ ...what, asked: { by: requestedBy, options: options as unknown as TrainingOptions } }];
}

export function keyOf({ target, id }: { readonly target: string; readonly id: string }): string {
  return `${target} ${id}`;
}
