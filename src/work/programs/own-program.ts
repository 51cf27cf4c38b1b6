/**
 * How a program of ours (a worker thread, a child process) is started: the compiled file beside its caller, or, when
 * the caller itself runs from TypeScript source (the tests), the source file through the hooks that load users' `.ts`
 * modules. Called by the executors that start programs.
 */
import { fileURLToPath } from 'node:url';
import { TRANSFORMER, type TypeScriptHooks, typeScriptHooks } from './typescript.js';

export interface OwnProgram {
  readonly path: string;
  /** To be imported first, by `--import` or by a worker's bootstrap; undefined when the file is JavaScript. */
  readonly preload: string | undefined;
}

function preload({ hooks, transformer }: TypeScriptHooks): string {
  const text =
    `import { register } from 'node:module'; process.setSourceMapsEnabled(true);` +
    `register(${JSON.stringify(hooks)}, { data: ${JSON.stringify({ transformer })} });`;
  return `data:text/javascript,${encodeURIComponent(text)}`;
}

/** `name` without extension, relative to `from`, the caller's `import.meta.url`. */
export async function ownProgram(name: string, from: string): Promise<OwnProgram> {
  if (!from.endsWith('.ts')) return { path: fileURLToPath(new URL(`${name}.js`, from)), preload: undefined };
  const hooks = await typeScriptHooks();
  if (hooks === undefined)
    throw new Error(`${name}.ts runs from source only with the package ${TRANSFORMER} installed`);
  return { path: fileURLToPath(new URL(`${name}.ts`, from)), preload: preload(hooks) };
}
