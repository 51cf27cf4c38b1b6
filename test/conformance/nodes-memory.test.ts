import { MemoryNodes } from '../../src/store/memory/memory-nodes.js';
import { nodesConformance } from './nodes.conformance.js';

nodesConformance('the in-memory registry of nodes', () => {
  let now = 1_760_000_000_000;
  return Promise.resolve({
    registry: new MemoryNodes(() => now),
    passTime: (ms) => {
      now += ms;
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  });
});
