/** The template that every fresh test database is a copy of. Apart from postgres.ts, because global setup runs outside of tests. */
import pg from 'pg';

export const TEMPLATE = 'taskmesh_template';

/** Called once, before anyone copies it. Answers its url; the caller migrates it. */
export async function makeTemplate(server: string): Promise<string> {
  await administer(server, `CREATE DATABASE ${TEMPLATE} TEMPLATE template0`);
  return withDatabase(server, TEMPLATE);
}

export function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

export async function administer(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
