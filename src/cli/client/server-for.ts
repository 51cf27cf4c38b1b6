/**
 * A server to run a mesh on: the one that answers, else one in this process for as long as the command lives. Called
 * by `run` and `rerun`. The server in this process writes `server.json` too, so that `status`, `logs` and `watch` in
 * another terminal find it.
 */
import { CliError } from '../cli-error.js';
import type { Settings } from '../settings.js';
import type { Verb } from '../verb.js';
import { Client } from './client.js';
import { findServer } from './connect.js';
import { removeServerFile, writeServerFile } from './server-file.js';

export interface Connection {
  readonly client: Client;
  readonly inProcess: boolean;
  close(): Promise<void>;
}

async function startGuest({ host }: Verb, { config }: Settings): Promise<Connection> {
  const server = await host.start({ config, guest: true });
  const client = new Client({ url: server.url, token: server.token });
  await writeServerFile(config.stateDir, server.url);
  const close = async (): Promise<void> => {
    await client.close();
    await removeServerFile(config.stateDir);
    await server.stop();
  };
  return { client, inProcess: true, close };
}

export async function serverFor(verb: Verb, settings: Settings): Promise<Connection> {
  const client = await findServer(settings);
  if (client !== undefined) return { client, inProcess: false, close: () => client.close() };
  try {
    return await startGuest(verb, settings);
  } catch (error) {
    if (error instanceof CliError) throw error;
    const next = 'stop what else uses this state directory, or try another with --state-dir';
    const message = `no server answers, and none could be started: ${error instanceof Error ? error.message : String(error)}`;
    throw new CliError(message, { code: 'START_FAILED', next, cause: error });
  }
}
