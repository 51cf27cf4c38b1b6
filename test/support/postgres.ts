/** A fresh, migrated database per test file, on the one server of the run (see global-setup.ts). */
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { inject } from 'vitest';
import { administer, TEMPLATE, withDatabase } from './template-database.js';

export interface FreshDatabase {
  readonly url: string;
  /** Ends whoever is still connected. */
  drop(): Promise<void>;
}

/** A copy of the migrated template, or with `migrated: false` an empty database. */
export async function freshDatabase(options: { migrated?: boolean } = {}): Promise<FreshDatabase> {
  const server = await serverUrl();
  const name = `test_${randomBytes(6).toString('hex')}`;
  const template = (options.migrated ?? true) ? TEMPLATE : 'template0';
  await administer(server, `CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`);
  return {
    url: withDatabase(server, name),
    drop: () => administer(server, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

let asked: Promise<string> | undefined;

function serverUrl(): Promise<string> {
  return (asked ??= askDoor(inject('postgresDoorPort')));
}

function askDoor(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1');
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('error', reject);
    socket.on('end', () => {
      const answer = JSON.parse(text) as { url?: string; error?: string };
      if (answer.url === undefined) reject(new Error(`the test server did not start: ${answer.error}`));
      else resolve(answer.url);
    });
  });
}
