/**
 * The one way in which consciousness writes: behind the fence of the epoch, and with every write where it stands (level, vetoes,
 * breakers), so that both are never apart. Those who keep a part of the standing name it here once. One write at a time, in the
 * order in which they were asked for: the standing of a later one is never overtaken by that of an earlier one. What is asked for
 * counts from the commit on (`change`); what has happened already goes with whatever is written next, whoever asks (`settle`),
 * so the standing never tells of a veto whose row and entry of the audit are not there.
 */
import type { Json } from '../../../kit/json.js';
import type { AuditRow } from '../../../lifecycle/batch.js';
import type { ConsciousnessStore, ConsciousnessWrite } from '../../../store/consciousness.js';
import { RefusedError } from '../../../lifecycle/refusal.js';
import { type Carried, CarriedOut } from './carried-out.js';

export type Standing = { readonly [part: string]: Json };

export interface Change {
  readonly rows: ConsciousnessWrite;
  /** A part of the standing as it is with the change. */
  readonly part?: readonly [name: string, value: Json];
  /** Of other servers, carried out with it. */
  readonly requests?: readonly Carried[];
  readonly committed?: () => void;
}

/** A person asks for a change. */
export interface Asking {
  /** By way of another server. */
  readonly requestId?: string | undefined;
  /** Written with what is changed. */
  readonly audit?: AuditRow | undefined;
}

/** What came of a decision, with who asked for it, or of an experiment. */
type Settled = Pick<ConsciousnessWrite, 'patterns' | 'decisions' | 'insights' | 'audits'>;

const OWED_MAX = 1000;

export class Records {
  readonly #store: Pick<ConsciousnessStore, 'write'>;
  readonly #parts = new Map<string, () => Json>();
  readonly #wrote: () => void;
  #epoch: number | undefined;
  /** Insights that were raised, whoever led. */
  insights = 0;
  readonly carriedOut = new CarriedOut();
  #writing: Promise<unknown> = Promise.resolve();
  /** Has happened, and is not written yet. */
  readonly #owed: Settled[] = [];

  /** `wrote`: there may be news for those who follow. */
  constructor(store: Pick<ConsciousnessStore, 'write'>, wrote: () => void) {
    this.#store = store;
    this.#wrote = wrote;
  }

  get isLeading(): boolean {
    return this.#epoch !== undefined;
  }

  lead(epoch: number): void {
    this.#epoch = epoch;
  }

  end(): void {
    this.#epoch = undefined;
    this.#owed.length = 0;
  }

  keep(part: string, snapshot: () => Json): void {
    this.#parts.set(part, snapshot);
  }

  /** False: another leads, and this server writes nothing any more. Throws while the store does not answer; nothing changed then. */
  write(rows: ConsciousnessWrite): Promise<boolean> {
    return this.change(() => ({ rows }));
  }

  /** Makes the change when all that was asked for before is written; null: there is nothing to write. Else as `write`. */
  change(make: () => Change | null): Promise<boolean> {
    return this.#inTurn(async () => {
      const change = make();
      return change === null ? this.isLeading : await this.#write(change);
    });
  }

  /** As `write`, but where the store does not answer it goes with the next write or `flush`. To be called in the moment in which it happens. */
  settle(settled: Settled, { requestId }: Pick<Asking, 'requestId'> = {}): Promise<boolean> {
    this.#owe([settled]);
    this.carriedOut.note({ requestId });
    return this.flush();
  }

  /** Writes what has happened and is not written yet. Throws as `write`. */
  flush(): Promise<boolean> {
    return this.#inTurn(async () =>
      this.#owed.length === 0 ? this.isLeading : await this.#write({ rows: {} }),
    );
  }

  #owe(settled: readonly Settled[]): void {
    this.#owed.push(...settled);
    if (this.#owed.length > OWED_MAX) this.#owed.splice(0, this.#owed.length - OWED_MAX);
  }

  #inTurn(write: () => Promise<boolean>): Promise<boolean> {
    const written = this.#writing.then(write);
    this.#writing = written.catch(() => undefined);
    return written;
  }

  async #write({ rows, part, requests = [], committed }: Change): Promise<boolean> {
    const epoch = this.#epoch;
    if (epoch === undefined) return false;
    const owed = this.#owed.splice(0);
    const all = [...owed, rows];
    const insights = all.flatMap((one) => one.insights ?? []);
    const standing: Standing = {
      ...Object.fromEntries([...this.#parts].map(([name, snapshot]) => [name, snapshot()])),
      ...{ insights: this.insights + insights.length, carriedOut: this.carriedOut.snapshot(requests) },
      ...(part && { [part[0]]: part[1] }),
    };
    const write = {
      ...{ ...rows, insights, standing: JSON.stringify(standing) },
      patterns: all.flatMap((one) => one.patterns ?? []),
      decisions: all.flatMap((one) => one.decisions ?? []),
      audits: all.flatMap((one) => one.audits ?? []),
    };
    let isWritten: boolean;
    try {
      isWritten = await this.#store.write(epoch, write);
    } catch (error) {
      this.#owe([...owed, ...this.#owed.splice(0)]);
      throw error;
    }
    if (isWritten) {
      this.insights += insights.length;
      for (const one of requests) this.carriedOut.note(one);
      committed?.();
      this.#wrote();
    } else if (this.#epoch === epoch) this.end();
    return isWritten;
  }
}

export function leadsNoLonger(): RefusedError {
  const message = 'this server leads no longer; send it again';
  return new RefusedError({ code: 'UNAVAILABLE', message });
}
