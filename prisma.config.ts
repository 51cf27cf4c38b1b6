/**
 * Where the Prisma CLI finds the schema and the migrations. Read by `prisma generate` (npm scripts) and by whoever runs
 * `prisma migrate` by hand; the program itself does not need it.
 */
import { defineConfig } from 'prisma/config';

// `prisma generate` looks for the schema engine first, which it does not need, and would download it. A path that exists
// ends the search; no engine is ever started.
if (process.argv.includes('generate')) process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= process.execPath;

const url = process.env['DATABASE_URL'];

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  ...(url === undefined ? {} : { datasource: { url } }),
});
