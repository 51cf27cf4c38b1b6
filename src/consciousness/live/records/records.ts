/**
 * The one way in which consciousness writes: behind the fence of the epoch, and with every write where it stands (level, vetoes,
 * breakers), so that both are never apart. Those who keep a part of the standing name it here once.
 */
import type { Json } from '../../../kit/json.js';
import type { ConsciousnessStore, ConsciousnessWrite } from '../../../store/consciousness.js';
import { CarriedOut } from './carried-out.js';

export type Standing = { readonly [part: string]: Json };

export class Records {
  readonly #store: Pick<ConsciousnessStore, 'write'>;
  readonly #parts = new Map<string, () => Json>();
  readonly #wrote: () => void;
  #epoch: number | undefined;
  /** Insights that were raised, whoever led. */
  insights = 0;
  readonly carriedOut = new CarriedOut();

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
  async write(rows: ConsciousnessWrite): Promise<boolean> {
    const epoch = this.#epoch;
    if (epoch === undefined) return false;
    this.insights += rows.insights?.length ?? 0;
    const standing = JSON.stringify(this.standing());
    const isWritten = await this.#store.write(epoch, { ...rows, standing });
    if (isWritten) this.#wrote();
    else if (this.#epoch === epoch) this.#epoch = undefined;
    return isWritten;
  }

  standing(): Standing {
    return Object.fromEntries([...this.#parts].map(([part, snapshot]) => [part, snapshot()]));
  }
}
