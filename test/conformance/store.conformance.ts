/** The promises of `Store`, for every implementation: one chapter per file, a database of its own per test. */
import { afterEach, beforeEach, describe } from 'vitest';
import type { Relay } from '../../src/store/relay.js';
import type { Servers } from '../../src/store/servers.js';
import type { Store } from '../../src/store/store.js';
import { Leader } from '../support/store/batches.js';
import { commitChapter } from './store-commit.conformance.js';
import { leadershipChapter } from './store-leadership.conformance.js';
import { lookupChapter } from './store-lookup.conformance.js';
import { relayChapter } from './store-relay.conformance.js';
import { recoveryChapter } from './store-recovery.conformance.js';
import { ruleChapter } from './store-rules.conformance.js';
import { serverChapter } from './store-servers.conformance.js';
import { streamChapter } from './store-stream.conformance.js';

export interface StoreWorld {
  /** Another process over the same database. */
  open(): Store;
  /** What servers on this database ask of each other. */
  readonly relay: Relay;
  readonly servers: Servers;
  /** Takes the database's session from a store that leads, as a broken link would. */
  breakSession(store: Store): Promise<void>;
  /** Lets the database's clock go on by this much at least. */
  passTime(ms: number): Promise<void>;
  /** Closes every store that was opened, and the database. */
  close(): Promise<void>;
}

/** What a test holds; `leader` leads on `store`. */
export interface Scene {
  world: StoreWorld;
  store: Store;
  leader: Leader;
}

export function storeConformance(name: string, makeWorld: () => Promise<StoreWorld>): void {
  describe(name, () => {
    const scene = {} as Scene;
    beforeEach(async () => {
      scene.world = await makeWorld();
      scene.store = scene.world.open();
      scene.leader = await Leader.of(scene.store);
    });
    afterEach(() => scene.world.close());
    commitChapter(scene);
    ruleChapter(scene);
    leadershipChapter(scene);
    recoveryChapter(scene);
    lookupChapter(scene);
    streamChapter(scene);
    relayChapter(scene);
    serverChapter(scene);
  });
}
