/** What plants/load.ts makes one module of: `node simulation.mjs WISH` runs the histories of that wish, and ends. */
import { type Histories, runHistories } from './histories.js';

const broken = await runHistories(JSON.parse(process.argv[2] ?? '') as Histories);
// a simulated server may leave its timers behind
process.stdout.write('', () => process.exit(broken === 0 ? 0 : 1));
