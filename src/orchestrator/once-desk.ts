/**
 * Idempotency: the same key with the same request is carried out once and answered the same ever after, across restarts;
 * the same key with another request is refused. The key is committed with what the command made.
 */
import type { Store } from '../store/store.js';
import { keyOfTenant } from '../lifecycle/role.js';
import { type Caller, type Idempotency, tenantOf } from './commands.js';
import type { Ground, Orchestrator } from './orchestrator.js';
import { refuse } from './permissions.js';

export interface Made {
  readonly meshId: string;
  readonly taskId: string | null;
}

type Recorder = (made: Made) => Ground;

interface Underway {
  readonly requestHash: string;
  readonly made: Promise<Made>;
}

/** Tenants choose their keys apart; what is told to the caller is the key as it was given. */
export interface TenantOnce extends Idempotency {
  readonly storedKey: string;
}

export function ofTenant(caller: Caller, once: Idempotency | undefined): TenantOnce | undefined {
  return once && { ...once, storedKey: keyOfTenant(tenantOf(caller), once.key) };
}

export class OnceDesk {
  readonly #store: Pick<Store, 'findCommand'>;
  readonly #orchestrator: Pick<Orchestrator, 'epoch'>;
  /** Commands under way, so that two at the same moment are one. */
  readonly #underway = new Map<string, Underway>();

  constructor(store: Pick<Store, 'findCommand'>, orchestrator: Pick<Orchestrator, 'epoch'>) {
    this.#store = store;
    this.#orchestrator = orchestrator;
  }

  async carryOut(
    kind: string,
    once: TenantOnce | undefined,
    act: (record: Recorder) => Promise<Made>,
  ): Promise<Made> {
    const { epoch } = this.#orchestrator;
    if (once === undefined) return await act(() => ({ epoch }));
    const { key, storedKey, requestHash } = once;
    const other = () => this.#underway.get(storedKey);
    for (let same = other(); same !== undefined; same = other()) {
      if (same.requestHash === requestHash) return await same.made;
      await this.#assertRefused(key, same);
    }
    const made = this.#carryOutOnce(kind, once, act);
    this.#underway.set(storedKey, { requestHash, made });
    try {
      return await made;
    } finally {
      this.#underway.delete(storedKey);
    }
  }

  /** A key belongs to a request that was carried out; one that comes to nothing leaves it to others. */
  async #assertRefused(key: string, { made }: Underway): Promise<void> {
    const wasMade = await made.then(
      () => true,
      () => false,
    );
    if (wasMade) refuseConflict(key);
  }

  async #carryOutOnce(
    kind: string,
    { key, storedKey, requestHash }: TenantOnce,
    act: (record: Recorder) => Promise<Made>,
  ): Promise<Made> {
    const { epoch } = this.#orchestrator;
    const known = await this.#store.findCommand(storedKey);
    if (known === undefined)
      return await act((made) => ({ epoch, command: { key: storedKey, kind, requestHash, ...made } }));
    if (known.requestHash !== requestHash) refuseConflict(key);
    return { meshId: known.meshId as string, taskId: known.taskId };
  }
}

function refuseConflict(key: string): never {
  refuse(
    'IDEMPOTENCY_CONFLICT',
    `idempotencyKey "${key}" was used for a different request; use a new key for a new request`,
  );
}
