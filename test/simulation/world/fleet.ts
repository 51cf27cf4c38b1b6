/** The processes of a history, and the supervisor that starts another one where one has ended. */
import type { SeededRandom } from '../../../src/kit/random.js';
import { Server } from './server.js';
import type { World } from './world.js';

export class Fleet {
  readonly #world: World;
  readonly #random: SeededRandom;
  readonly #servers = new Set<Server>();
  #started = 0;

  constructor(world: World) {
    this.#world = world;
    this.#random = world.random.fork('fleet');
    for (let i = 0; i < world.profile.servers; i++) this.#start();
  }

  /** Those that have not ended, paused ones too. */
  get servers(): readonly Server[] {
    return [...this.#servers];
  }

  pick(random: SeededRandom): Server | undefined {
    return this.#servers.size === 0 ? undefined : random.pick(this.servers);
  }

  /** Who holds the lease, as the database sees it. */
  get leader(): Server | undefined {
    return this.servers.find((server) => server === this.#world.sessions.holder);
  }

  kill(server: Server): void {
    this.#world.story.tell('trouble', () => `kill -9 of ${server.node}`);
    server.kill();
    // the kernel closes its connections, unless the machine is gone as well
    const { sessions, timeline } = this.#world;
    if (this.#random.next() < 0.7) timeline.after(this.#random.int(5), () => sessions.closeOf(server));
    this.#replace(server);
  }

  stop(server: Server): void {
    this.#world.story.tell('trouble', () => `SIGTERM of ${server.node}`);
    this.#servers.delete(server);
    void server.stop().then(() => {
      this.#world.story.tell(server.node, () => 'has stopped');
      this.#world.sessions.closeOf(server);
    });
    this.#world.timeline.after(this.#random.int(1500), () => this.#start());
  }

  #replace(server: Server): void {
    this.#servers.delete(server);
    const afterMs = this.#random.next() < 0.5 ? this.#random.int(100) : this.#random.int(2000);
    this.#world.timeline.after(afterMs, () => this.#start());
  }

  #start(): void {
    const server = new Server(this.#world, ++this.#started);
    this.#world.story.tell(server.node, () => 'starts');
    this.#servers.add(server);
  }
}
