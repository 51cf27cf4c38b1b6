/** Everything that outlives a process: time, chance, the database, the network, the judge. */
import type { BatchKey } from '../../../src/lifecycle/batch.js';
import { SeededRandom } from '../../../src/kit/random.js';
import { Judge } from '../judge/judge.js';
import { PROMISES } from '../judge/promises.js';
import { Cluster } from './cluster/cluster.js';
import { SimDatabase } from './database.js';
import { Network } from './network.js';
import { SimRelay } from './peers/sim-relay.js';
import { type Profile, profileOf } from './profile.js';
import { type Owner, Sessions } from './sessions.js';
import { Story } from './story.js';
import { tellBatch } from '../judge/tell-batch.js';
import { Timeline } from './timeline.js';

export class World {
  readonly timeline = new Timeline();
  readonly random: SeededRandom;
  readonly profile: Profile;
  readonly story: Story;
  readonly database = new SimDatabase(this.timeline);
  readonly judge: Judge;
  readonly sessions: Sessions;
  readonly network: Network;
  /** Undefined: no nodes. */
  readonly cluster: Cluster | undefined;
  /** Undefined: servers know nothing of each other. */
  readonly relay: SimRelay | undefined;
  /** World time until which snapshots are hard to read. */
  loadsFailUntil = 0;
  readonly #chance: SeededRandom;
  /** When each batch was first sent, by `epoch:seq`. */
  readonly #sentAt = new Map<string, number>();

  constructor(seed: number, write?: (line: string) => void) {
    const { timeline, database } = this;
    this.random = new SeededRandom(seed);
    this.profile = profileOf(this.random.fork('profile'));
    this.#chance = this.random.fork('chance');
    this.story = new Story(timeline, write);
    this.judge = new Judge(
      database,
      () => timeline.now(),
      ({ promise, what, seq }) =>
        this.story.tell('JUDGE', () => `BROKEN after event ${seq}: ${PROMISES[promise]}. ${what}`),
    );
    this.sessions = new Sessions(timeline, database, this.judge.leadership);
    this.network = new Network({
      timeline,
      random: this.random.fork('network'),
      profile: this.profile,
      end: database,
    });
    const { cluster, hasPeers, isSteady } = this.profile;
    Object.assign(this.judge.peers, { hasPeers, hasNodes: cluster !== undefined, isSteady });
    this.judge.nodes.isSteady = isSteady;
    this.cluster = cluster === undefined ? undefined : new Cluster(this, cluster);
    this.relay = hasPeers ? new SimRelay(this) : undefined;
    database.onApplied = (key, batch, at) => {
      const epochSince = this.sessions.epochGivenAt.get(key.epoch) ?? 0;
      this.judge.applied(key, batch, at, { now: timeline.now(), since: this.#since(key), epochSince });
      if (batch.relayAnswers.length > 0) this.relay?.give('answers');
      tellBatch(this.story, this.judge, key, batch);
    };
  }

  sent({ epoch, seq }: BatchKey): void {
    const key = `${epoch}:${seq}`;
    if (!this.#sentAt.has(key)) this.#sentAt.set(key, this.timeline.now());
  }

  loadFails(): boolean {
    return this.timeline.now() < this.loadsFailUntil && this.#chance.next() < 0.7;
  }

  /** A commit was not answered: perhaps it is not the only connection that broke. */
  mayLoseSession(owner: Owner): void {
    if (!this.network.troubled || this.#chance.next() > this.profile.together) return;
    this.story.tell('trouble', () => `${owner.node} loses its session as well`);
    const reason = 'terminating connection due to administrator command';
    this.timeline.after(this.#chance.int(40), () => this.sessions.closeOf(owner, reason));
  }

  /** A batch holds what happened after the one before was sent, the first of an epoch what happened after that was given. */
  #since({ epoch, seq }: BatchKey): number {
    return this.#sentAt.get(`${epoch}:${seq - 1}`) ?? this.sessions.epochGivenAt.get(epoch) ?? 0;
  }
}
