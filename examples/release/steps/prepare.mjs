/** Empties the output folder and lists the sources; the list is the output of the task. */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { out, project, version } from './places.mjs';

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const sources = (await readdir(project)).filter((name) => !name.includes('.check.')).sort();
console.log(`releasing ${version} from ${sources.length} sources`);
console.log(JSON.stringify({ version, sources }));
