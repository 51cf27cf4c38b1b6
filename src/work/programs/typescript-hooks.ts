/**
 * Module hooks that let Node import TypeScript: they remove types, and turn enums and parameter properties into
 * JavaScript, with a source map so that stack traces name the author's lines. Loaded into worker threads that run a
 * `.ts` module. Imports nothing of ours and is valid for both of Node's hook interfaces: `register` (a thread of its
 * own) and the newer `registerHooks` (in the same thread).
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The part of oxc-transform that is used. */
type Transform = (
  path: string,
  source: string,
  options: { sourcemap: boolean },
) => { code: string; map?: object; errors: { message: string; codeframe?: string | null }[] };

interface ResolveContext {
  readonly parentURL?: string;
}

interface Loaded {
  readonly format: string;
  readonly source: string;
  readonly shortCircuit: true;
}

const TYPESCRIPT = /\.m?ts(?:[?#]|$)/;
let transform: Transform | undefined;

export async function initialize(options: { readonly transformer: string }): Promise<void> {
  ({ transformSync: transform } = (await import(options.transformer)) as { transformSync: Transform });
}

/** TypeScript's own convention is to import `./x.js` where the file is `x.ts`. */
export function resolve<Next>(
  specifier: string,
  context: ResolveContext,
  next: (specifier: string, context: ResolveContext) => Next,
): Next {
  const parent = context.parentURL;
  if (parent === undefined || !TYPESCRIPT.test(parent) || !/^\.\.?\/.*\.m?js$/.test(specifier)) {
    return next(specifier, context);
  }
  const written = new URL(specifier, parent);
  const source = new URL(specifier.replace(/js$/, 'ts'), parent);
  const useSource = !existsSync(written) && existsSync(source);
  return next(useSource ? source.href : specifier, context);
}

export function load<Next>(
  url: string,
  context: object,
  next: (url: string, context: object) => Next,
): Loaded | Next {
  if (!url.startsWith('file:') || !TYPESCRIPT.test(url)) return next(url, context);
  return { format: 'module', source: toJavaScript(fileURLToPath(url)), shortCircuit: true };
}

function toJavaScript(path: string): string {
  if (transform === undefined) throw new Error('the TypeScript hooks were not initialized');
  const { code, map, errors } = transform(path, readFileSync(path, 'utf8'), { sourcemap: true });
  const error = errors[0];
  if (error) throw new SyntaxError(`${path}: ${error.message}\n${error.codeframe ?? ''}`);
  const encoded = Buffer.from(JSON.stringify(map ?? {})).toString('base64');
  return `${code}\n//# sourceMappingURL=data:application/json;base64,${encoded}`;
}
