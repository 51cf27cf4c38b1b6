/**
 * Writes schema/schema.graphql from the decorated classes of `src/api/graphql/`, and docs/access.md from the table of access. A test says when it was forgotten.
 * Run it with: node --input-type=module -e "await (await import('vite')).runnerImport('./scripts/emit-schema.ts')"
 */
import { writeFileSync } from 'node:fs';
import { accessPage } from '../src/api/access/table.js';
import { printApiSchema } from '../src/api/graphql/print-schema.js';

writeFileSync(new URL('../docs/access.md', import.meta.url), accessPage());
writeFileSync(new URL('../schema/schema.graphql', import.meta.url), await printApiSchema());
