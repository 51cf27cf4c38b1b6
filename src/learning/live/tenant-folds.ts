/**
 * What was learned from the work of each tenant, apart: the kind of a task tells whose it is, and one fold for each tenant learns
 * of its own and answers its own. All have come to the same place in the history. The consumer drives them, the advisor asks.
 *
 * The fold of the default tenant is always there; those of others are made with the first attempt that they learn, and the one
 * that learned nothing for the longest time is forgotten when there are too many.
 */
import { DEFAULT_TENANT, tenantOfKind } from '../../lifecycle/role.js';
import type { LearningFold } from './learning-fold.js';

/** A busy fold takes some ten megabytes. */
const TENANTS_MAX = 32;

export class TenantFolds {
  readonly #make: () => LearningFold;
  readonly #own: LearningFold;
  /** Answers for tenants of which nothing was learned; it never learns. */
  readonly #empty: LearningFold;
  /** Of the other tenants; least recently taught first. */
  readonly #others = new Map<string, LearningFold>();
  readonly #changed = new Set<string>([DEFAULT_TENANT]);
  readonly #forgotten = new Set<string>();
  #seq = 0;

  constructor(make: () => LearningFold) {
    this.#make = make;
    this.#own = make();
    this.#empty = make();
  }

  /** The last event that was learned from, or looked at. */
  get seq(): number {
    return this.#seq;
  }

  set seq(seq: number) {
    this.#seq = seq;
    for (const [, fold] of this.all) fold.seq = seq;
  }

  get observations(): number {
    return this.all.reduce((sum, [, fold]) => sum + fold.observations, 0);
  }

  get all(): [tenant: string, fold: LearningFold][] {
    return [[DEFAULT_TENANT, this.#own], ...this.#others];
  }

  /** That answers for tasks of this kind. */
  of(kind: string): LearningFold {
    return this.ofTenant(tenantOfKind(kind));
  }

  ofTenant(tenant: string): LearningFold {
    return tenant === DEFAULT_TENANT ? this.#own : (this.#others.get(tenant) ?? this.#empty);
  }

  /** That learns of this tenant, from now on. */
  taught(tenant: string): LearningFold {
    this.#changed.add(tenant);
    if (tenant === DEFAULT_TENANT) return this.#own;
    const fold = this.#others.get(tenant) ?? this.#make();
    this.#others.delete(tenant);
    this.#others.set(tenant, fold);
    this.#forgotten.delete(tenant);
    if (this.#others.size >= TENANTS_MAX) this.#forget(this.#others.keys().next().value as string);
    return fold;
  }

  #forget(tenant: string): void {
    this.#others.delete(tenant);
    this.#changed.delete(tenant);
    this.#forgotten.add(tenant);
  }

  /** Since this was last asked: those that have learned, and tenants whose fold is gone. */
  takeNews(): { readonly changed: readonly [string, LearningFold][]; readonly forgotten: readonly string[] } {
    const changed = this.all.filter(([tenant]) => this.#changed.has(tenant));
    const forgotten = [...this.#forgotten];
    this.#changed.clear();
    this.#forgotten.clear();
    return { changed, forgotten };
  }
}
