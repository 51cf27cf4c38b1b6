/**
 * Writes schema/openapi.json from the REST table and schema/schema.graphql, and docs/access.md from the table of access. A test says when it was forgotten. Run it
 * after scripts/emit-schema.ts: node --input-type=module -e "await (await import('vite')).runnerImport('./scripts/emit-openapi.ts')"
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import { accessPage } from '../src/api/access/table.js';
import { openApi } from '../src/api/rest/openapi/document.js';

const root = new URL('../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const { version } = JSON.parse(read('package.json')) as { version: string };

const document = openApi(buildSchema(read('schema/schema.graphql')), version);
writeFileSync(new URL('docs/access.md', root), accessPage());
writeFileSync(new URL('schema/openapi.json', root), `${JSON.stringify(document, null, 2)}\n`);
