/** SHA-256 of the files named on its command line, in the form that `sha256sum -c` reads. */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { out } from './places.mjs';

const files = {};
for (const path of process.argv.slice(2)) {
  files[basename(path)] = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}
const lines = Object.entries(files).map(([name, digest]) => `${digest}  ${name}\n`);
await writeFile(join(out, 'SHA256SUMS'), lines.join(''));
console.log(JSON.stringify({ files }));
