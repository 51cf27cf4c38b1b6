/**
 * Between processes and the database: a request takes a while, and so does its answer. Either may be lost, be slow, or
 * find its sender gone; a request may arrive after its sender has given up and asked again.
 */
import type { SeededRandom } from '../../../src/kit/random.js';
import type { Machine } from './machine.js';
import type { Profile } from './profile.js';
import type { Timeline } from './timeline.js';

/** The sender knows nothing of what became of its request. */
export class LinkError extends Error {
  constructor(why: string) {
    super(`link: ${why}`);
  }
}

/** The far end: each start of it is another; undefined while it is away. */
export interface FarEnd {
  readonly incarnation: number | undefined;
}

type Fate = 'delivered' | 'request lost' | 'answer lost' | 'late';

interface Call<T> {
  readonly machine: Machine;
  readonly execute: () => Promise<T>;
  readonly fate: Fate;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
  over: boolean;
}

export class Network {
  /** Processes that hear nothing of the database, and it nothing of them. */
  readonly cut = new Set<Machine>();
  /** While true, messages are lost and late as the profile says. */
  troubled = true;
  readonly #timeline: Timeline;
  readonly #random: SeededRandom;
  readonly #profile: Profile;
  readonly #end: FarEnd;

  constructor(parts: { timeline: Timeline; random: SeededRandom; profile: Profile; end: FarEnd }) {
    this.#timeline = parts.timeline;
    this.#random = parts.random;
    this.#profile = parts.profile;
    this.#end = parts.end;
  }

  /** Rejects with `LinkError` where the link is to blame, else settles as `execute` does. */
  call<T>(machine: Machine, execute: () => Promise<T>, kind: 'commit' | 'other' = 'other'): Promise<T> {
    return new Promise((resolve, reject) => {
      const call: Call<T> = { machine, execute, fate: this.#fate(kind), resolve, reject, over: false };
      if (call.fate === 'request lost') return this.#giveUp(call, 'the request was lost');
      if (call.fate === 'late') this.#giveUp(call, 'no answer came');
      const underWayMs = call.fate === 'late' ? 50 + this.#random.int(4000) : this.#lag();
      this.#timeline.after(underWayMs, () => this.#arrive(call));
    });
  }

  /** One way, to a process: dropped while it is cut off. */
  notify(machine: Machine, happen: () => void, dropped: () => void = () => {}): void {
    this.#timeline.after(this.#lag(), () => {
      if (!this.cut.has(machine)) machine.receive(happen);
      else dropped();
    });
  }

  /** Could it ask for something at this moment, and be answered? */
  reaches(machine: Machine): boolean {
    return machine.isRunning && !this.cut.has(machine) && this.#end.incarnation !== undefined;
  }

  #arrive<T>(call: Call<T>): void {
    const { incarnation } = this.#end;
    if (this.cut.has(call.machine)) return this.#giveUp(call, 'the network is cut');
    if (incarnation === undefined)
      return this.#settle(call, () => call.reject(new LinkError('connection refused')));
    const answer = (act: () => void): void => {
      if (call.fate === 'answer lost') return this.#giveUp(call, 'the answer was lost');
      this.#timeline.after(this.#lag(), () => {
        if (this.cut.has(call.machine)) this.#giveUp(call, 'the network is cut');
        else if (incarnation !== this.#end.incarnation)
          this.#settle(call, () => call.reject(new LinkError('connection reset')));
        else this.#settle(call, act);
      });
    };
    void call.execute().then(
      (value) => answer(() => call.resolve(value)),
      (error: Error) => answer(() => call.reject(error)),
    );
  }

  /** A broken connection is noticed soon, a silent one (as all are in a cut network) when patience ends. */
  #giveUp<T>(call: Call<T>, why: string): void {
    const isCut = this.cut.has(call.machine);
    const isSilent = isCut || this.#random.next() < 0.4;
    const noticedMs = isSilent ? (isCut ? 1500 : 300) + this.#random.int(1200) : this.#random.int(60);
    this.#timeline.after(noticedMs, () => this.#settle(call, () => call.reject(new LinkError(why))));
  }

  #settle<T>(call: Call<T>, act: () => void): void {
    if (call.over) return;
    call.over = true;
    call.machine.receive(act);
  }

  #fate(kind: 'commit' | 'other'): Fate {
    if (!this.troubled) return 'delivered';
    const { lost, late, ambiguous } = this.#profile;
    const dice = this.#random.next();
    const [lostShare, lateShare] = kind === 'commit' ? [ambiguous * 0.7, ambiguous] : [lost, lost + late];
    if (dice < lostShare) return this.#random.next() < 0.5 ? 'request lost' : 'answer lost';
    return dice < lateShare ? 'late' : 'delivered';
  }

  #lag(): number {
    if (this.troubled && this.#random.next() < this.#profile.slow) return this.#random.int(1500);
    return 0.2 + this.#random.next() * 3;
  }
}
