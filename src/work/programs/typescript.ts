/**
 * Gets the TypeScript hooks into a thread. Called by module workers for `.ts` modules, and by `own-program.ts`.
 * oxc-transform does the work: 0.04 ms a file and 10 ms to load, where swc's WebAssembly takes 1 ms and 130 ms and
 * sucrase 3 ms and 260 ms (measured here); esbuild needs a process of its own; Node's own stripping begins with 22.18.
 */
import { readFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { pathToFileURL } from 'node:url';

/** Where the hooks and the transformer are, as URLs that any thread can import. */
export interface TypeScriptHooks {
  readonly hooks: string;
  readonly transformer: string;
}

export const TRANSFORMER = 'oxc-transform';

/** Undefined where the package is not installed. */
export async function typeScriptHooks(): Promise<TypeScriptHooks | undefined> {
  const path = transformerPath();
  if (path === undefined) return undefined;
  const transformer = pathToFileURL(path).href;
  return { hooks: await hooksUrl(transformer), transformer };
}

function transformerPath(): string | undefined {
  try {
    return nodeModule.createRequire(import.meta.url).resolve(TRANSFORMER);
  } catch {
    return undefined;
  }
}

/** Compiled, the hooks are a file; from source they are TypeScript themselves and have to become text first. */
async function hooksUrl(transformer: string): Promise<string> {
  if (!import.meta.url.endsWith('.ts')) return new URL('./typescript-hooks.js', import.meta.url).href;
  const source = new URL('./typescript-hooks.ts', import.meta.url);
  const { transformSync } = (await import(/* @vite-ignore */ transformer)) as {
    transformSync(path: string, text: string): { code: string };
  };
  const { code } = transformSync(source.pathname, readFileSync(source, 'utf8'));
  return `data:text/javascript,${encodeURIComponent(code)}`;
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
