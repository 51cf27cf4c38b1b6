/** Joins the sources into one file, as a module or as a script, and answers where it lies and how large it is. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { out, project, version } from './places.mjs';

const target = process.argv[2];
const names = (await readdir(project)).filter((name) => !name.includes('.check.')).sort();
const sources = await Promise.all(names.map((name) => readFile(join(project, name), 'utf8')));
const joined = sources.join('\n');
const text = target === 'module' ? joined : `(() => {\n${joined.replace(/^export /gm, '')}})();\n`;
const file = join(out, target === 'module' ? 'tools.mjs' : 'tools.js');
await writeFile(file, `/* tools ${version} */\n${text}`);
console.log(JSON.stringify({ file, bytes: Buffer.byteLength(text) }));
