/**
 * Gets the TypeScript hooks into a thread. Called by the module executor, to find them, and by module workers, to
 * enable them for `.ts` modules.
 * oxc-transform does the work: 0.04 ms a file and 10 ms to load, where swc's WebAssembly takes 1 ms and 130 ms and
 * sucrase 3 ms and 260 ms (measured here); esbuild needs a process of its own; Node's own stripping begins with 22.18.
 */
import * as nodeModule from 'node:module';
import { pathToFileURL } from 'node:url';
import { ownProgram } from '../../kit/own-program.js';

/** Where the hooks and the transformer are, as URLs that any thread can import. */
export interface TypeScriptHooks {
  readonly hooks: string;
  readonly transformer: string;
}

export const TRANSFORMER = 'oxc-transform';

/** Undefined where the package is not installed. */
export function typeScriptHooks(): TypeScriptHooks | undefined {
  try {
    const path = nodeModule.createRequire(import.meta.url).resolve(TRANSFORMER);
    const hooks = ownProgram('./typescript-hooks', import.meta.url).href;
    return { hooks, transformer: pathToFileURL(path).href };
  } catch {
    return undefined;
  }
}

type RegisterHooks = (hooks: object) => void;

/** After this the calling thread imports `.ts` files. With Node < 22.15 it costs a further thread (60 ms). */
export async function enableTypeScript(hooks: TypeScriptHooks): Promise<void> {
  process.setSourceMapsEnabled(true);
  const registerHooks = (nodeModule as { registerHooks?: RegisterHooks }).registerHooks;
  if (registerHooks === undefined) {
    nodeModule.register(hooks.hooks, { data: { transformer: hooks.transformer } });
    return;
  }
  const loaded = (await import(hooks.hooks)) as typeof import('./typescript-hooks.js');
  await loaded.initialize(hooks);
  registerHooks({ resolve: loaded.resolve, load: loaded.load });
}
