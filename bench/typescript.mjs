/**
 * Lets Node import the bench's TypeScript, by the product's own hooks out of `dist/`. Given to every process of the bench
 * by `--import`; the hooks are done when everything is loaded, so that they cost a measurement nothing.
 */
import { createRequire, register } from 'node:module';
import { pathToFileURL } from 'node:url';

const transformer = pathToFileURL(createRequire(import.meta.url).resolve('oxc-transform')).href;
register('../dist/work/programs/typescript-hooks.js', { parentURL: import.meta.url, data: { transformer } });
