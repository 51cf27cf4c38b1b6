/** The release note, from what `prepare` found. Inputs of a command lie as JSON in the file TASKMESH_INPUTS names. */
import { readFile } from 'node:fs/promises';

const { prepare } = JSON.parse(await readFile(process.env.TASKMESH_INPUTS, 'utf8'));
console.log(
  JSON.stringify(`# tools ${prepare.version}\n\n${prepare.sources.map((name) => `- ${name}`).join('\n')}\n`),
);
