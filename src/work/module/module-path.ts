/**
 * From the path in a task to the file that runs: inside the configured root, links followed, or why not. Called by
 * the module executor for every attempt, so that a changed file or link is seen at once.
 */
import { realpath, stat } from 'node:fs/promises';
import { extname, isAbsolute, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface ModuleFile {
  readonly ok: true;
  readonly url: string;
  readonly isTypeScript: boolean;
  /** Changes when the file does: a thread that loaded an earlier version is not used for a later one. */
  readonly version: string;
}

export interface ModulePathFault {
  readonly ok: false;
  readonly code: 'MODULE_OUTSIDE_ROOT' | 'MODULE_NOT_FOUND' | 'MODULE_UNSUPPORTED';
  readonly message: string;
}

const JAVASCRIPT = ['.js', '.mjs', '.cjs'];
const TYPESCRIPT = ['.ts', '.mts'];

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function outside(path: string): ModulePathFault {
  return {
    ok: false,
    code: 'MODULE_OUTSIDE_ROOT',
    message: `The module ${path} is outside the module root, links followed. Move it inside, or change the root in the configuration.`,
  };
}

async function realPathOf(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch {
    return undefined;
  }
}

export async function findModule(root: string, path: string): Promise<ModuleFile | ModulePathFault> {
  const wanted = resolve(root, path);
  if (!isInside(resolve(root), wanted)) return outside(path);
  const [realRoot, file] = await Promise.all([realPathOf(root), realPathOf(wanted)]);
  if (realRoot === undefined || file === undefined) {
    return {
      ok: false,
      code: 'MODULE_NOT_FOUND',
      message: `There is no module ${path} in the module root ${root}.`,
    };
  }
  if (!isInside(realRoot, file)) return outside(path);
  const found = await stat(file);
  const extension = extname(file);
  if (!found.isFile() || ![...JAVASCRIPT, ...TYPESCRIPT].includes(extension)) {
    const known = [...JAVASCRIPT, ...TYPESCRIPT].join(', ');
    return {
      ok: false,
      code: 'MODULE_UNSUPPORTED',
      message: `The module ${path} is not a file of type ${known}.`,
    };
  }
  return {
    ok: true,
    url: pathToFileURL(file).href,
    isTypeScript: TYPESCRIPT.includes(extension),
    version: `${file}\0${found.ino}\0${found.mtimeMs}\0${found.size}`,
  };
}
