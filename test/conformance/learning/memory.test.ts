import { MemoryDatabase } from '../../../src/store/memory/memory-database.js';
import { MemoryLearning } from '../../../src/store/memory/memory-learning.js';
import { MemoryStore } from '../../../src/store/memory/memory-store.js';
import { learningConformance } from './learning.conformance.js';

learningConformance('what learning keeps in memory', () => {
  const database = new MemoryDatabase({ now: () => 1_760_000_000_000 });
  return Promise.resolve({
    store: new MemoryStore(database),
    learning: new MemoryLearning(database),
    close: () => Promise.resolve(),
  });
});
