/**
 * Writes schema/schema.graphql from the decorated classes of `src/api/graphql/`. A test says when it was forgotten.
 * Run it with: node --input-type=module -e "await (await import('vite')).runnerImport('./scripts/emit-schema.ts')"
 */
import { writeFileSync } from 'node:fs';
import { printApiSchema } from '../src/api/graphql/print-schema.js';

writeFileSync(new URL('../schema/schema.graphql', import.meta.url), await printApiSchema());
