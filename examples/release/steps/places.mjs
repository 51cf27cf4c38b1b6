/** Where the steps of the release example read and write. */
import { fileURLToPath } from 'node:url';

export const project = fileURLToPath(new URL('../project/', import.meta.url));
export const out = fileURLToPath(new URL('../../../.taskmesh/examples/release/', import.meta.url));
export const version = '1.4.0';
