import { MemoryConsciousness } from '../../../src/store/memory/memory-consciousness.js';
import { consciousnessConformance } from './consciousness.conformance.js';

consciousnessConformance('what consciousness keeps in memory', () =>
  Promise.resolve({ consciousness: new MemoryConsciousness(), close: () => Promise.resolve() }),
);
