/**
 * Whether alarms of drift on the running server were true: an alarm moves the predictions of a machine by a factor, and what is
 * predicted and comes there afterwards says whether it should have. Called with scored predictions and the alarms of learning.
 */
import type { ScoredError } from './drift-drill.js';

/** What learning changed: run times of the machine are taken to be multiplied by this from then on. */
export interface RaisedAlarm {
  readonly seq: number;
  readonly atMs: number;
  readonly machine: string;
  readonly factor: number;
}

export interface ReviewedError extends ScoredError {
  /** When the prediction was made. */
  readonly atMs: number;
}

export interface AlarmReview {
  readonly observations: number;
  readonly falseAlarms: number;
}

/** Predictions behind an alarm by which it is judged. */
const JUDGED_BY = 20;
/** A review is told after so many observations, or at once when an alarm was false. */
const TOLD_EVERY = 500;
const ALARMS_MAX = 1000;

interface Judged {
  readonly alarm: RaisedAlarm;
  count: number;
  /** Sums of absolute errors of the logarithm, as predicted and as it would have been without the alarm. */
  withIt: number;
  without: number;
}

export class AlarmReviewer {
  readonly #open = new Map<string, Judged>();
  /** Up to this event alarms were taken in; undefined: those that there are at first were raised before anything was watched. */
  #seq: number | undefined;
  #observations = 0;

  /** All newer alarms, in any order. */
  raised(alarms: readonly RaisedAlarm[]): void {
    const last = Math.max(this.#seq ?? 0, ...alarms.map(({ seq }) => seq));
    const news = this.#seq === undefined ? [] : alarms.filter(({ seq }) => seq > (this.#seq as number));
    this.#seq = last;
    for (const alarm of news) {
      if (this.#open.size >= ALARMS_MAX) return;
      this.#open.set(`${alarm.seq} ${alarm.machine}`, { alarm, count: 0, withIt: 0, without: 0 });
    }
  }

  /** Null: nothing to tell yet. */
  observe({ machine, error, atMs }: ReviewedError): AlarmReview | null {
    this.#observations++;
    let falseAlarms = 0;
    for (const [key, judged] of this.#open) {
      const { alarm } = judged;
      if (alarm.machine !== machine || atMs <= alarm.atMs) continue;
      judged.count++;
      judged.withIt += Math.abs(error);
      judged.without += Math.abs(error + Math.log(alarm.factor));
      if (judged.count < JUDGED_BY) continue;
      this.#open.delete(key);
      if (judged.without < judged.withIt) falseAlarms++;
    }
    if (falseAlarms === 0 && this.#observations < TOLD_EVERY) return null;
    const observations = this.#observations;
    this.#observations = 0;
    return { observations, falseAlarms };
  }
}
