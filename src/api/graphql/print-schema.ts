/**
 * The schema as text, sorted, for `schema/schema.graphql`. Called by `scripts/emit-schema.ts` and by the test that
 * proves the committed file fresh. No resolver runs, so there is nothing behind the faces.
 */
import { lexicographicSortSchema, printSchema } from 'graphql';
import { buildApiSchema } from './build-schema.js';
import type { ApiFaces } from './faces.js';

export async function printApiSchema(): Promise<string> {
  const schema = await buildApiSchema({} as ApiFaces);
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}
