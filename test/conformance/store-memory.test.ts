import { MemoryDatabase } from '../../src/store/memory/memory-database.js';
import { MemoryRelay } from '../../src/store/memory/memory-relay.js';
import { MemoryServers } from '../../src/store/memory/memory-servers.js';
import { MemoryStore } from '../../src/store/memory/memory-store.js';
import { storeConformance } from './store.conformance.js';

storeConformance('the in-memory store', () => {
  let now = 1_760_000_000_000;
  const database = new MemoryDatabase({ now: () => now });
  return Promise.resolve({
    relay: new MemoryRelay(database),
    servers: new MemoryServers(database),
    open: () => new MemoryStore(database),
    breakSession: (store) => Promise.resolve((store as MemoryStore).breakSession('the session broke')),
    passTime: (ms) => {
      now += ms;
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  });
});
