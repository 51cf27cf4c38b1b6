/**
 * Makes JavaScript of the programs that run inside measured processes, so that nothing but the product is loaded there:
 * no hooks, no bundler. Their imports of `dist/` and of packages lead to the repository.
 */
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'oxc-transform';

const BENCH = fileURLToPath(new URL('..', import.meta.url));
const ROOT = dirname(BENCH);

/** Answers the folder of the programs: `server.js`, `graph-measure.js`. */
export function compilePrograms(directory: string): string {
  const made = join(directory, basename(BENCH));
  for (const folder of ['.', 'product']) {
    mkdirSync(join(made, folder), { recursive: true });
    const sources = readdirSync(join(BENCH, folder)).filter((name) => name.endsWith('.ts'));
    for (const name of sources)
      compile(join(BENCH, folder, name), join(made, folder, name.replace(/ts$/, 'js')));
  }
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
  for (const linked of ['dist', 'node_modules']) symlinkSync(join(ROOT, linked), join(directory, linked));
  symlinkSync(join(BENCH, 'peers'), join(made, 'peers'));
  return join(made, 'product');
}

function compile(from: string, to: string): void {
  const { code, errors } = transformSync(from, readFileSync(from, 'utf8'));
  if (errors[0] !== undefined) throw new Error(`${from}: ${errors[0].message}`);
  writeFileSync(to, code);
}
