/** One simulated history from a seed: random people, random trouble, then healing, judged all the way. The same seed gives the same history. */
import { createHash } from 'node:crypto';
import { SeededRandom } from '../../src/kit/random.js';
import type { Broken } from './judge/promises.js';
import { NodeFleet } from './world/cluster/node-fleet.js';
import { NodeTroubles } from './world/cluster/node-trouble.js';
import { Fleet } from './world/fleet.js';
import { People } from './world/people/people.js';
import { profileOf } from './world/profile.js';
import { Troubles } from './world/trouble.js';
import { Watcher } from './world/people/watcher.js';
import { World } from './world/world.js';

export interface Verdict {
  readonly seed: number;
  /** The first promise that was broken, or nothing. */
  readonly broken: Broken | undefined;
  readonly events: number;
  readonly simulatedMs: number;
  /** Of the whole history. */
  digest(): string;
}

const HEALING_MS_MAX = 90_000;
const LET_GO_MS = 400;
/** By then what was late when the trouble ended has arrived. */
const LATE_MS_MAX = 4200;
/** A message may wait for the lock of its receiver to run out, and comes again. */
const QUIET_MS = 2500;
/** A question may still hang in the cut network, and feeds find at the second look, a second later, what nobody published. */
const HEARD_MS_MAX = 5500;

class History {
  readonly #world: World;
  readonly #fleet: Fleet;
  readonly #people: People;
  readonly #troubles: Troubles;
  readonly #nodeTroubles: NodeTroubles | undefined;
  #acts = 0;
  #healingSince: number | undefined;
  /** As of so many batches, since when nothing is open. */
  #batches = -1;
  #quietSince: number | undefined;

  constructor(world: World) {
    this.#world = world;
    this.#fleet = new Fleet(world);
    this.#people = new People(world, this.#fleet);
    this.#troubles = new Troubles(world, this.#fleet);
    this.#nodeTroubles = nodeTroublesOf(world);
    new Watcher(world, this.#fleet, { name: 'of all' });
    new Watcher(world, this.#fleet, { name: 'of ends', statuses: ['COMPLETED', 'FAILED', 'CANCELLED'] });
    this.#next(world.random.fork('acts'));
  }

  async run(): Promise<void> {
    const { judge, timeline } = this.#world;
    await timeline.run(() => judge.broken.length > 0 || this.#isHealed());
    if (judge.broken.length === 0) judge.ended();
  }

  #next(random: World['random']): void {
    const { profile, timeline } = this.#world;
    const dice = random.next();
    const ms = random.int(dice < 0.25 ? 15 : dice < 0.75 ? 120 : dice < 0.93 ? 500 : 3000);
    timeline.after(ms, () => {
      if (++this.#acts > profile.acts) return this.#heal();
      this.#nodeTroubles?.maybe();
      const isTrouble = random.next() < profile.troubled;
      if (!isTrouble) this.#people.act();
      // trouble likes to come while a command is on its way
      if (isTrouble) this.#trouble(random);
      else if (random.next() < profile.troubled) timeline.after(random.int(12), () => this.#trouble(random));
      this.#next(random);
    });
  }

  #trouble(random: World['random']): void {
    const { troubles } = this.#world.profile;
    if (troubles.length > 0 && this.#healingSince === undefined) this.#troubles.make(random.pick(troubles));
  }

  #heal(): void {
    const { timeline } = this.#world;
    this.#healingSince = timeline.now();
    this.#troubles.heal();
    this.#nodeTroubles?.heal();
    const letGo = (): void => {
      this.#people.letGo();
      timeline.after(LET_GO_MS, letGo);
    };
    letGo();
  }

  /** Nothing is open, everybody has heard of it or had time to, and what may still come too; or patience ends. */
  #isHealed(): boolean {
    const { timeline, judge } = this.#world;
    if (this.#healingSince === undefined) return false;
    const now = timeline.now();
    if (now > this.#healingSince + HEALING_MS_MAX + judge.causes.jumpedMs) return true;
    const { batches } = judge.books;
    if (batches !== this.#batches) {
      this.#batches = batches;
      this.#quietSince = judge.open > 0 ? undefined : now;
    }
    const quietMs = now - (this.#quietSince ?? now);
    if (quietMs <= QUIET_MS || now <= this.#healingSince + LATE_MS_MAX) return false;
    return quietMs > HEARD_MS_MAX || judge.hasHeardAll;
  }
}

/** Does this seed make a history of that kind? */
export function isOfKind(seed: number, kind: 'nodes' | 'peers'): boolean {
  const { cluster, hasPeers } = profileOf(new SeededRandom(seed).fork('profile'));
  return kind === 'nodes' ? cluster !== undefined : hasPeers;
}

function nodeTroublesOf(world: World): NodeTroubles | undefined {
  const { cluster } = world;
  const profile = world.profile.cluster;
  if (cluster === undefined || profile === undefined) return undefined;
  const fleet = new NodeFleet(world, cluster, profile);
  return new NodeTroubles(world, cluster, { fleet, profile });
}

export async function simulate(seed: number, write?: (line: string) => void): Promise<Verdict> {
  const world = new World(seed, write);
  await new History(world).run();
  const { judge, timeline } = world;
  return {
    seed,
    broken: judge.broken[0],
    events: judge.history.length,
    simulatedMs: timeline.now(),
    digest: () => createHash('sha256').update(JSON.stringify(judge.history)).digest('hex'),
  };
}
