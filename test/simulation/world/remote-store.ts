/** The store as one process sees it over the network: the in-memory one, behind calls that may fail, and the real way to the lead. */
import { RefusedError } from '../../../src/lifecycle/refusal.js';
import type { BatchKey } from '../../../src/lifecycle/batch.js';
import { MemoryStore } from '../../../src/store/memory/memory-store.js';
import { lead } from '../../../src/store/postgres/leadership/lead.js';
import type { CommitResult, Lease, Snapshot, Store } from '../../../src/store/store.js';
import { LeaderClient } from './leader-client.js';
import type { Machine } from './machine.js';
import { LinkError } from './network.js';
import type { Owner } from './sessions.js';
import type { World } from './world.js';

export const LEASE_MS = 1000;

interface Sending {
  readonly machine: Machine;
  readonly owner: Owner;
  readonly key: BatchKey;
  readonly execute: () => Promise<CommitResult>;
}

type Lookup = Exclude<keyof Store, 'lead' | 'load' | 'commit' | 'close'>;

export function remoteStore(world: World, machine: Machine, owner: Owner): Store {
  const memory = new MemoryStore(world.database);
  const { network, sessions } = world;
  const look =
    <K extends Lookup>(name: K) =>
    (...asked: Parameters<Store[K]>): ReturnType<Store[K]> => {
      const method = memory[name] as (...asked: unknown[]) => Promise<unknown>;
      const answer = network.call(machine, () => method.apply(memory, asked)).catch(unavailable);
      return answer as ReturnType<Store[K]>;
    };
  return {
    lead: (signal: AbortSignal, following?: () => void): Promise<Lease> => {
      const client = new LeaderClient({ machine, network, sessions, owner }, LEASE_MS);
      const options = { url: '', clock: machine, holder: owner.node, leaseMs: LEASE_MS, following };
      return lead(options, signal, client.asClient());
    },
    load: (epoch): Promise<Snapshot> => {
      if (world.loadFails()) return Promise.reject(new LinkError('the snapshot could not be read'));
      return network.call(machine, () => memory.load(epoch));
    },
    commit: (key, batch) => commit(world, { machine, owner, key, execute: () => memory.commit(key, batch) }),
    findTasks: look('findTasks'),
    findMesh: look('findMesh'),
    findCommand: look('findCommand'),
    meshDefinition: look('meshDefinition'),
    inputsOf: look('inputsOf'),
    durations: look('durations'),
    eventsAfter: look('eventsAfter'),
    appendLogs: look('appendLogs'),
    logsAfter: look('logsAfter'),
    lastLines: look('lastLines'),
    close: () => Promise.resolve(),
  };
}

async function commit(world: World, { machine, owner, key, execute }: Sending): Promise<CommitResult> {
  world.sent(key);
  try {
    return await world.network.call(machine, execute, 'commit');
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    world.mayLoseSession(owner);
    return { kind: 'unknown', reason: error.message };
  }
}

/** As the real store says where the database could not be asked. */
function unavailable(error: Error): never {
  if (!(error instanceof LinkError)) throw error;
  throw new RefusedError({ code: 'UNAVAILABLE', message: error.message });
}
