/** What goes wrong, one thing at a time, and how it ends again. */
import type { SeededRandom } from '../../../src/kit/random.js';
import type { Fleet } from './fleet.js';
import type { Trouble } from './profile.js';
import type { Server } from './server.js';
import type { World } from './world.js';

export class Troubles {
  readonly #world: World;
  readonly #fleet: Fleet;
  readonly #random: SeededRandom;

  constructor(world: World, fleet: Fleet) {
    this.#world = world;
    this.#fleet = fleet;
    this.#random = world.random.fork('trouble');
  }

  make(trouble: Trouble): void {
    // mostly it is the leader that is hit: there it matters
    const server =
      (this.#random.next() < 0.7 ? this.#fleet.leader : undefined) ?? this.#fleet.pick(this.#random);
    if (trouble === 'outage') this.#outage();
    else if (trouble === 'database jump') this.#jumpDatabase();
    else if (trouble === 'loads fail') this.#failLoads();
    else if (server !== undefined) this.#hit(server, trouble);
  }

  /** All is well from now on, at once. */
  heal(): void {
    const { network, database } = this.#world;
    this.#tell(() => 'the trouble is over');
    network.troubled = false;
    network.cut.clear();
    database.heal();
    this.#world.loadsFailUntil = 0;
    for (const { machine } of this.#fleet.servers) {
      machine.wildWall = false;
      machine.resume();
    }
  }

  #hit(server: Server, trouble: Trouble): void {
    const { sessions } = this.#world;
    if (trouble === 'crash') this.#fleet.kill(server);
    else if (trouble === 'stop') this.#fleet.stop(server);
    else if (trouble === 'pause') this.#pause(server);
    else if (trouble === 'partition') this.#cut(server);
    else if (trouble === 'wall jump') server.machine.jump();
    else if (trouble === 'session lost') {
      this.#tell(() => `the database terminates the session of ${server.node}`);
      sessions.closeOf(server, 'terminating connection due to administrator command');
    } else {
      this.#tell(() => `the session of ${server.node} ends in the database, and nobody tells it`);
      sessions.closeOf(server);
    }
  }

  #pause({ node, machine }: Server): void {
    const ms = this.#random.int(this.#random.next() < 0.5 ? 600 : 4000);
    this.#tell(() => `${node} stands still for ${ms} ms`);
    machine.pause();
    this.#world.timeline.after(ms, () => {
      this.#tell(() => `${node} goes on`);
      machine.resume();
    });
  }

  #cut({ node, machine }: Server): void {
    const { network, timeline } = this.#world;
    const ms = 100 + this.#random.int(3000);
    this.#tell(() => `${node} is cut off from the database for ${ms} ms`);
    network.cut.add(machine);
    timeline.after(ms, () => {
      this.#tell(() => `${node} reaches the database again`);
      network.cut.delete(machine);
    });
  }

  #outage(): void {
    const { database, sessions, timeline } = this.#world;
    const ms = this.#random.int(2500);
    this.#tell(() => `the database is away for ${ms} ms`);
    database.shutDown();
    sessions.closeAll('terminating connection due to administrator command');
    timeline.after(ms, () => {
      this.#tell(() => 'the database is back');
      database.startUp();
    });
  }

  #jumpDatabase(): void {
    const ms = Math.round((this.#random.next() * 2 - 1) * (this.#random.next() < 0.5 ? 200 : 5000));
    this.#tell(() => `the clock of the database jumps by ${ms} ms`);
    this.#world.judge.causes.jumpedMs += Math.abs(ms);
    this.#world.database.setClock(ms);
  }

  #failLoads(): void {
    const ms = 500 + this.#random.int(2500);
    this.#tell(() => `snapshots are hard to read for ${ms} ms`);
    this.#world.loadsFailUntil = this.#world.timeline.now() + ms;
  }

  #tell(what: () => string): void {
    this.#world.story.tell('trouble', what);
  }
}
