/**
 * Stands where BullMQ stands: queues whose jobs are in the database, given to workers under a lock. Jobs are taken in any
 * order, a job whose lock runs out is given out again, one that has an id is added once, and ended jobs are kept or not.
 */
import type { Timer } from '../../../../src/kit/clock.js';
import type { SeededRandom } from '../../../../src/kit/random.js';
import type { Packed } from '../../../../src/layers/cluster/seal.js';
import type { Job as NewJob } from '../../../../src/layers/cluster/sender.js';
import type { Machine } from '../machine.js';
import type { Network } from '../network.js';
import type { ClusterProfile } from '../profile.js';
import type { Timeline } from '../timeline.js';

export interface Job {
  readonly id: string;
  readonly name: string;
  readonly data: Packed;
  /** How many ended ones stay after it: BullMQ's `removeOnComplete`. */
  readonly keep: number;
  state: 'waiting' | 'active' | 'done';
  /** Of whoever has it; another with each time that it is given out. */
  lock: number;
  lockedUntil: number;
  stalled: Timer | undefined;
}

/** A worker as the broker sees it. */
export interface Taker {
  readonly machine: Machine;
  readonly isOpen: boolean;
  /** Jobs that it could take now. */
  readonly room: number;
  expect(): void;
  receive(job: Job, lock: number): void;
  missed(): void;
}

interface Jobs {
  readonly name: string;
  readonly byId: Map<string, Job>;
  waiting: Job[];
  done: Job[];
  readonly takers: Set<Taker>;
  again: Timer | undefined;
}

/** As of workers of the product, in the scale of the other times here. */
export const LOCK_MS = 1200;
const AGAIN_MS = 400;

export class Broker {
  /** While true, messages are lost, doubled and overtaken as the profile says. */
  troubled = true;
  /** The data of what a receiver said it is done with. */
  onDone: (queue: string, job: Job) => void = () => {};
  readonly #timeline: Timeline;
  readonly #random: SeededRandom;
  readonly #profile: ClusterProfile;
  readonly #network: Network;
  readonly #queues = new Map<string, Jobs>();
  #ids = 0;
  #locks = 0;

  constructor(parts: {
    timeline: Timeline;
    random: SeededRandom;
    profile: ClusterProfile;
    network: Network;
  }) {
    this.#timeline = parts.timeline;
    this.#random = parts.random;
    this.#profile = parts.profile;
    this.#network = parts.network;
  }

  add(name: string, added: readonly NewJob[]): void {
    const jobs = this.#jobs(name);
    for (const { name: kind, data, opts } of added) {
      const id = opts?.jobId ?? `own ${++this.#ids}`;
      if (jobs.byId.has(id)) continue;
      const kept = opts?.removeOnComplete;
      const keep = typeof kept === 'object' ? (kept as { count: number }).count : 0;
      const fresh = { state: 'waiting' as const, lock: 0, lockedUntil: 0, stalled: undefined };
      const job: Job = { id, name: kind, data, keep, ...fresh };
      jobs.byId.set(id, job);
      jobs.waiting.push(job);
    }
    this.#giveOut(jobs);
  }

  obliterate(name: string): void {
    const jobs = this.#jobs(name);
    for (const { stalled } of jobs.byId.values()) stalled?.cancel();
    jobs.byId.clear();
    jobs.waiting = [];
    jobs.done = [];
  }

  attach(name: string, taker: Taker): void {
    const jobs = this.#jobs(name);
    jobs.takers.add(taker);
    this.#giveOut(jobs);
  }

  detach(name: string, taker: Taker): void {
    this.#jobs(name).takers.delete(taker);
  }

  /** False: somebody else has the job by now, or nobody knows it any more. */
  renew({ id, lock }: { id: string; lock: number }, name: string): void {
    const job = this.#jobs(name).byId.get(id);
    if (job?.lock === lock) job.lockedUntil = this.#timeline.now() + LOCK_MS;
  }

  complete(name: string, { id, lock }: { id: string; lock: number }): void {
    const jobs = this.#jobs(name);
    const job = jobs.byId.get(id);
    if (job === undefined || job.lock !== lock || job.state !== 'active') return;
    job.state = 'done';
    job.stalled?.cancel();
    jobs.done.push(job);
    while (jobs.done.length > job.keep) jobs.byId.delete((jobs.done.shift() as Job).id);
    this.onDone(name, job);
    this.#giveOut(jobs);
  }

  /** A worker has room again. */
  roomFor(name: string): void {
    this.#giveOut(this.#jobs(name));
  }

  #giveOut(jobs: Jobs): void {
    while (jobs.waiting.length > 0) {
      const taker = this.#takerOf(jobs);
      if (taker === undefined) return this.#lookAgain(jobs);
      const at = this.#happens(this.#profile.overtaken) ? this.#random.int(jobs.waiting.length) : 0;
      const [job] = jobs.waiting.splice(at, 1);
      this.#give(jobs, job as Job, taker);
    }
  }

  #takerOf(jobs: Jobs): Taker | undefined {
    for (const taker of jobs.takers) {
      if (taker.machine.isDead || !taker.isOpen) jobs.takers.delete(taker);
      else if (taker.room > 0 && this.#network.reaches(taker.machine)) return taker;
    }
    return undefined;
  }

  /** Workers ask by themselves now and then. */
  #lookAgain(jobs: Jobs): void {
    if (jobs.takers.size === 0) return;
    jobs.again ??= this.#timeline.after(AGAIN_MS, () => {
      jobs.again = undefined;
      this.#giveOut(jobs);
    });
  }

  #give(jobs: Jobs, job: Job, taker: Taker): void {
    const lock = ++this.#locks;
    job.state = 'active';
    job.lock = lock;
    const now = this.#timeline.now();
    // as when a lock runs out although its worker lives, because the process stood still for a moment
    const isDoubled = this.#happens(this.#profile.doubled);
    job.lockedUntil = now + LOCK_MS;
    this.#watch(jobs, job, isDoubled ? this.#random.int(LOCK_MS) : LOCK_MS, isDoubled);
    taker.expect();
    if (this.#happens(this.#profile.lost)) return taker.missed();
    const lateMs = this.#happens(this.#profile.overtaken) ? this.#random.int(500) : 0;
    this.#timeline.after(lateMs, () => {
      if (!this.#network.reaches(taker.machine)) return taker.missed();
      this.#network.notify(
        taker.machine,
        () => taker.receive(job, lock),
        () => taker.missed(),
      );
    });
  }

  #watch(jobs: Jobs, job: Job, ms: number, isDoubled = false): void {
    job.stalled = this.#timeline.after(ms, () => {
      const leftMs = job.lockedUntil - this.#timeline.now();
      if (leftMs > 0 && !isDoubled) return this.#watch(jobs, job, leftMs);
      job.state = 'waiting';
      job.lock = 0;
      jobs.waiting.push(job);
      this.#giveOut(jobs);
    });
  }

  #jobs(name: string): Jobs {
    let jobs = this.#queues.get(name);
    if (jobs === undefined) {
      jobs = { name, byId: new Map(), waiting: [], done: [], takers: new Set(), again: undefined };
      this.#queues.set(name, jobs);
    }
    return jobs;
  }

  #happens(chance: number): boolean {
    return this.troubled && chance > 0 && this.#random.next() < chance;
  }
}
