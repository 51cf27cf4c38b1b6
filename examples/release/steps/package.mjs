/** Puts note and checksums together into the manifest of the release; its output goes through TASKMESH_OUTPUT. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { out } from './places.mjs';

const { checksums, notes } = JSON.parse(await readFile(process.env.TASKMESH_INPUTS, 'utf8'));
const manifest = { notes, files: checksums.files, builtBy: process.env.TASKMESH_TASK_KEY };
const file = join(out, 'release.json');
await writeFile(file, `${JSON.stringify(manifest, null, 2)}\n`);
await writeFile(
  process.env.TASKMESH_OUTPUT,
  JSON.stringify({ file, files: Object.keys(checksums.files).length }),
);
console.log(`wrote ${file}`);
