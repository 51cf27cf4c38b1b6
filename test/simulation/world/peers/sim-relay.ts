/** What servers of a world share beside the store: requests, the list of servers, hints. In the database, and reached over the network. */
import type { Relay } from '../../../../src/store/relay.js';
import type { Hint, Hints } from '../../../../src/store/hints.js';
import { MemoryRelay } from '../../../../src/store/memory/memory-relay.js';
import { MemoryServers } from '../../../../src/store/memory/memory-servers.js';
import type { Servers } from '../../../../src/store/servers.js';
import type { SeededRandom } from '../../../../src/kit/random.js';
import type { Machine } from '../machine.js';
import type { World } from '../world.js';

const HINTS_LOST = 0.2;

export class SimRelay {
  readonly #world: World;
  readonly #random: SeededRandom;
  readonly #relay: MemoryRelay;
  readonly #servers: MemoryServers;
  readonly #listeners = new Map<Machine, Map<Hint, Set<() => void>>>();

  constructor(world: World) {
    const { database, judge } = world;
    this.#world = world;
    this.#random = world.random.fork('hints');
    this.#relay = new MemoryRelay(database);
    this.#servers = new MemoryServers(database, () =>
      database.epoch === 0 ? null : judge.leadership.nodeOf(database.epoch),
    );
  }

  relayFor(machine: Machine): Relay {
    const { network } = this.#world;
    const relay = this.#relay;
    const call = <T>(execute: () => Promise<T>): Promise<T> => network.call(machine, execute);
    return {
      send: async (rows) => {
        await call(() => relay.send(rows));
        this.give('requests');
      },
      open: (recipient, but) => call(() => relay.open(recipient, but)),
      answers: (ids) => call(() => relay.answers(ids)),
      answer: (ids) => call(() => relay.answer(ids)),
      discard: (ids) => call(() => relay.discard(ids)),
    };
  }

  serversFor(machine: Machine): Servers {
    const { network, judge } = this.#world;
    const servers = this.#servers;
    const call = <T>(execute: () => Promise<T>): Promise<T> => network.call(machine, execute);
    return {
      join: (server, beat) =>
        call(async () => {
          await servers.join(server, beat);
          judge.peers.listed(server.id);
        }),
      beat: (id, beat) => call(() => servers.beat(id, beat)),
      roster: () => call(() => servers.roster()),
      evict: (silentMs) =>
        call(async () => {
          const evicted = await servers.evict(silentMs);
          for (const id of evicted) judge.peers.gone(id);
          return evicted;
        }),
      leave: (id) =>
        call(async () => {
          await servers.leave(id);
          judge.peers.gone(id);
        }),
    };
  }

  hintsFor(machine: Machine): Hints {
    const listeners = new Map<Hint, Set<() => void>>();
    this.#listeners.set(machine, listeners);
    return {
      on: (hint, listener) => {
        const set = listeners.get(hint) ?? new Set();
        listeners.set(hint, set);
        set.add(listener);
        return () => set.delete(listener);
      },
      give: (hint) => this.give(hint),
    };
  }

  /** One may be lost. */
  give(hint: Hint): void {
    for (const [machine, listeners] of this.#listeners) {
      if (machine.isDead) this.#listeners.delete(machine);
      else if (this.#random.next() >= HINTS_LOST)
        this.#world.network.notify(machine, () => {
          for (const listener of listeners.get(hint) ?? []) listener();
        });
    }
  }
}
