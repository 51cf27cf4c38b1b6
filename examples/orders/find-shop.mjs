/** Says where the shop listens: `start.mjs` wrote its port down. Its output is the input of every HTTP task. */
import { readFile } from 'node:fs/promises';

console.log(await readFile(new URL('../../.taskmesh/examples/orders/shop.json', import.meta.url), 'utf8'));
