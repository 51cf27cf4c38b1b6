/**
 * The schema as text, sorted, for `schema/schema.graphql` and for the route of that name. Called by `scripts/emit-schema.ts`,
 * by the test that proves the committed file fresh, where no resolver runs and nothing is behind the faces, and by the
 * documentation of a running server.
 */
import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';
import { buildApiSchema } from './build-schema.js';
import type { ApiFaces } from './faces.js';

export async function printApiSchema(): Promise<string> {
  return schemaText(await buildApiSchema({} as ApiFaces));
}

export function schemaText(schema: GraphQLSchema): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}
