/**
 * Makes a program of the simulation, with a bug in it or without, and runs it. The real source is rewritten on its way there, so
 * that the product needs no switch for tests; a bug whose place is not found any more fails loudly instead of testing nothing.
 */
import { spawn, type StdioOptions } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';
import type { Histories } from '../histories.js';
import type { Edit, Plant } from './plant.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PROGRAM = fileURLToPath(new URL('../program.ts', import.meta.url));

interface Ended {
  readonly code: number;
  /** Empty where it was not read. */
  readonly said: string;
}

/**
 * In a process of its own, because what a bug leaves behind must not outlive it. Without a plant: the sound product. The
 * program is one file, which starts with a fifth of the work of reading the source (0.4 s of processor instead of 2.1 s).
 */
export async function runApart(wish: Histories, stdio: 'inherit' | 'pipe'): Promise<Ended> {
  const directory = await mkdtemp(join(tmpdir(), 'taskmesh-simulation-'));
  try {
    return await run(await writeProgram(directory, wish.plant), wish, stdio);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function run(program: string, wish: Histories, stdio: StdioOptions): Promise<Ended> {
  const child = spawn(process.execPath, [program, JSON.stringify(wish)], { stdio });
  let said = '';
  child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, said }));
  });
}

/** Answers its path. */
export async function writeProgram(directory: string, plant?: Plant): Promise<string> {
  const missing = new Set<Edit>(plant?.edits);
  await build({
    configFile: false,
    root: ROOT,
    logLevel: 'silent',
    publicDir: false,
    ssr: { noExternal: true },
    build: {
      ssr: PROGRAM,
      outDir: directory,
      emptyOutDir: false,
      minify: false,
      rolldownOptions: { output: { entryFileNames: 'simulation.mjs', codeSplitting: false } },
    },
    plugins: plant === undefined ? [] : [planting(plant, missing)],
  });
  const [edit] = missing;
  if (edit !== undefined)
    throw new Error(`plant "${plant?.name}": ${edit.file} is no part of the simulation`);
  return join(directory, 'simulation.mjs');
}

function planting(plant: Plant, missing: Set<Edit>): Plugin {
  return {
    name: 'plant',
    enforce: 'pre',
    transform(code, id) {
      let text = code;
      for (const edit of plant.edits) {
        if (!id.endsWith(`/src/${edit.file}`)) continue;
        const [before, after, ...others] = text.split(edit.find);
        if (after === undefined || others.length > 0)
          throw new Error(`plant "${plant.name}": ${edit.file} does not hold exactly once: ${edit.find}`);
        text = `${before}${edit.write}${after}`;
        missing.delete(edit);
      }
      return text === code ? undefined : text;
    },
  };
}
