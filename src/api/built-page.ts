/**
 * The dashboard as `npm run build` leaves it in `dist/dashboard`: read once, packed once, served from memory. Called
 * when the pages are mounted; what was not built is undefined.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

export interface Asset {
  readonly type: string;
  readonly bytes: Buffer;
  /** By gzip; undefined where that gains nothing. */
  readonly packed: Buffer | undefined;
}

export interface BuiltPage {
  readonly html: Buffer;
  /** By file name. */
  readonly assets: ReadonlyMap<string, Asset>;
}

/** The same from `src/api` and from `dist/api`. */
const FOLDER = fileURLToPath(new URL('../../dist/dashboard', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

function readAsset(path: string): Asset {
  const bytes = readFileSync(path);
  const extension = extname(path);
  return {
    type: TYPES[extension] ?? 'application/octet-stream',
    bytes,
    packed: extension === '.woff2' ? undefined : gzipSync(bytes, { level: 9 }),
  };
}

export function readBuiltPage(folder = FOLDER): BuiltPage | undefined {
  const page = join(folder, 'index.html');
  if (!existsSync(page)) return undefined;
  const names = readdirSync(join(folder, 'assets'));
  return {
    html: readFileSync(page),
    assets: new Map(names.map((name) => [name, readAsset(join(folder, 'assets', name))])),
  };
}
