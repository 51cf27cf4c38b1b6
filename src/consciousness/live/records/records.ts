/**
 * The one way in which consciousness writes: behind the fence of the epoch, and with every write where it stands (level, vetoes,
 * breakers), so that both are never apart. Those who keep a part of the standing name it here once. One write at a time, in the
 * order in which they were asked for: the standing of a later one is never overtaken by that of an earlier one.
 */
import type { Json } from '../../../kit/json.js';
import type { AuditRow } from '../../../lifecycle/batch.js';
import type { ConsciousnessStore, ConsciousnessWrite } from '../../../store/consciousness.js';
import { CarriedOut } from './carried-out.js';

export type Standing = { readonly [part: string]: Json };

/** A part of the standing that changes with the write, and counts from the commit on. */
export interface Change {
  readonly rows: ConsciousnessWrite;
  readonly part: string;
  readonly value: Json;
  readonly committed: () => void;
}

/** A person asks for a change. */
export interface Asking {
  /** By way of another server. */
  readonly requestId?: string | undefined;
  /** Written with what is changed. */
  readonly audit?: AuditRow | undefined;
}

export class Records {
  readonly #store: Pick<ConsciousnessStore, 'write'>;
  readonly #parts = new Map<string, () => Json>();
  readonly #wrote: () => void;
  #epoch: number | undefined;
  /** Insights that were raised, whoever led. */
  insights = 0;
  readonly carriedOut = new CarriedOut();
  #writing: Promise<unknown> = Promise.resolve();

  /** `wrote`: there may be news for those who follow. */
  constructor(store: Pick<ConsciousnessStore, 'write'>, wrote: () => void) {
    this.#store = store;
    this.#wrote = wrote;
    this.keep('insights', () => this.insights);
    this.keep('carriedOut', () => this.carriedOut.snapshot());
  }

  get isLeading(): boolean {
    return this.#epoch !== undefined;
  }

  lead(epoch: number): void {
    this.#epoch = epoch;
  }

  end(): void {
    this.#epoch = undefined;
  }

  keep(part: string, snapshot: () => Json): void {
    this.#parts.set(part, snapshot);
  }

  /** False: another leads, and this server writes nothing any more. */
  write(rows: ConsciousnessWrite): Promise<boolean> {
    this.insights += rows.insights?.length ?? 0;
    return this.#inTurn(() => this.#write(rows, this.standing()));
  }

  /** Makes the change when all that was asked for before is written; null: there is nothing to write. False as for `write`. */
  change(make: () => Change | null): Promise<boolean> {
    return this.#inTurn(async () => {
      const change = make();
      if (change === null) return this.isLeading;
      const { rows, part, value, committed } = change;
      this.insights += rows.insights?.length ?? 0;
      const isWritten = await this.#write(rows, { ...this.standing(), [part]: value });
      if (isWritten) committed();
      return isWritten;
    });
  }

  #inTurn(write: () => Promise<boolean>): Promise<boolean> {
    const written = this.#writing.then(write);
    this.#writing = written.catch(() => undefined);
    return written;
  }

  async #write(rows: ConsciousnessWrite, standing: Standing): Promise<boolean> {
    const epoch = this.#epoch;
    if (epoch === undefined) return false;
    const isWritten = await this.#store.write(epoch, { ...rows, standing: JSON.stringify(standing) });
    if (isWritten) this.#wrote();
    else if (this.#epoch === epoch) this.#epoch = undefined;
    return isWritten;
  }

  standing(): Standing {
    return Object.fromEntries([...this.#parts].map(([part, snapshot]) => [part, snapshot()]));
  }
}
