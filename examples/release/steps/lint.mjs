/** Two small rules over the project: no tabs, and every file opens by saying what it is for. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { project } from './places.mjs';

let faults = 0;
for (const name of await readdir(project)) {
  const text = await readFile(join(project, name), 'utf8');
  if (text.includes('\t')) console.error(`${name}: holds a tab`, ++faults);
  if (!text.startsWith('/**')) console.error(`${name}: does not say what it is for`, ++faults);
}
console.log(faults === 0 ? 'no faults' : `${faults} faults`);
process.exitCode = faults === 0 ? 0 : 1;
