/** A client that subscribes to events: it reads, sometimes slowly, and comes back to another server where the first is gone. */
import type { SeededRandom } from '../../../../src/kit/random.js';
import type { FeedRules, Wanted } from '../../judge/feed.js';
import type { Fleet } from '../fleet.js';
import type { Server } from '../server.js';
import type { World } from '../world.js';

const RETRY_MS = 100;

export class Watcher {
  readonly #world: World;
  readonly #fleet: Fleet;
  readonly #wanted: Wanted;
  readonly #rules: FeedRules;
  readonly #random: SeededRandom;
  #server: Server | undefined;
  #leave = new AbortController();

  constructor(world: World, fleet: Fleet, wanted: Wanted) {
    this.#world = world;
    this.#fleet = fleet;
    this.#wanted = wanted;
    this.#rules = world.judge.subscriber(wanted);
    this.#random = world.random.fork(`watcher ${wanted.name}`);
    this.#look();
  }

  /** Sees to it that it is connected to a server that is there. */
  #look(): void {
    const server = this.#server;
    const isHere = server !== undefined && !server.machine.isDead && this.#fleet.servers.includes(server);
    if (!isHere || this.#random.next() < 0.01) this.#connect(this.#fleet.pick(this.#random));
    this.#world.timeline.after(RETRY_MS, () => this.#look());
  }

  #connect(server: Server | undefined): void {
    this.#leave.abort();
    this.#leave = new AbortController();
    this.#server = server;
    if (server === undefined) return;
    const { signal } = this.#leave;
    server.machine.receive(() => void this.#follow(server, signal));
  }

  async #follow(server: Server, signal: AbortSignal): Promise<void> {
    const { meshId, statuses } = this.#wanted;
    const filter = { ...(meshId && { meshId }), ...(statuses && { statuses }) };
    const isSlow = this.#random.next() < 0.2;
    for await (const events of server.feed.events(filter, this.#rules.cursor, signal)) {
      if (signal.aborted) return;
      this.#rules.sees(events);
      if (isSlow)
        await new Promise<void>((resolve) => server.machine.setTimer(this.#random.int(800), resolve));
    }
  }
}
