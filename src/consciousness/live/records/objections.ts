/**
 * What is learned from a veto: the same kind of decision about the same subject is only thought, and not done, until it would
 * have paid so often that the objection does not hold any more: three times after the first veto, three times as many after each
 * further one. A good rating takes one off, a bad one counts as a veto. A value; JSON.
 */
import type { Json } from '../../../kit/json.js';
import { BoundedMap } from '../../../learning/bounded-map.js';

const OBJECTIONS_MAX = 1000;
const OWED_FIRST = 3;
const OWED_MAX = 81;

export interface Objection {
  readonly kind: string;
  readonly subject: string;
  readonly vetoes: number;
  /** Times that it has to have paid in shadow before it is done again; 0: the objection is met. */
  readonly owed: number;
  readonly by: string;
  readonly why: string;
  readonly atMs: number;
}

export class Objections {
  readonly #objections = new BoundedMap<Objection>(OBJECTIONS_MAX);

  /** Those that stand. */
  get all(): Objection[] {
    return [...this.#objections.values()].filter(({ owed }) => owed > 0);
  }

  against(kind: string, subject: string): Objection | undefined {
    const objection = this.#objections.get(`${kind}\n${subject}`);
    return objection !== undefined && objection.owed > 0 ? objection : undefined;
  }

  raise({
    kind,
    subject,
    by,
    why,
    atMs,
  }: Pick<Objection, 'kind' | 'subject' | 'by' | 'why' | 'atMs'>): Objection {
    const vetoes = (this.#objections.get(`${kind}\n${subject}`)?.vetoes ?? 0) + 1;
    const owed = Math.min(OWED_MAX, OWED_FIRST ** vetoes);
    const objection = { kind, subject, vetoes, owed, by, why, atMs };
    this.#objections.set(`${kind}\n${subject}`, objection);
    return objection;
  }

  /** It would have paid, or a person found it good. True: with this the objection is met. */
  answer(kind: string, subject: string): boolean {
    const objection = this.against(kind, subject);
    if (objection === undefined) return false;
    this.#objections.set(`${kind}\n${subject}`, { ...objection, owed: objection.owed - 1 });
    return objection.owed === 1;
  }

  copy(): Objections {
    const copy = new Objections();
    copy.restore(this.snapshot());
    return copy;
  }

  snapshot(): Json {
    return [...this.#objections.entries()].map(([key, objection]) => [key, { ...objection }]);
  }

  restore(state: Json): void {
    this.#objections.clear();
    for (const [key, objection] of state as unknown as [string, Objection][])
      this.#objections.set(key, objection);
  }
}
