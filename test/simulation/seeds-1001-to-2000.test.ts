/** The second half of the seeds, in a file of its own so that two processors share them. */
import { keepsItsPromises } from './seeds.js';

keepsItsPromises(1001, 2000);
