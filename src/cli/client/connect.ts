/**
 * Which server a command talks to: the one it names, else the one of its state directory, else one on the configured
 * port that takes this directory's token. Called by every verb that needs a server. It never starts one.
 */
import { CliProbeDocument } from '../../generated/graphql/graphql.js';
import { CliError } from '../cli-error.js';
import type { Settings } from '../settings.js';
import { Client } from './client.js';
import { findServerFile, readToken } from './server-file.js';

const PROBE_TIMEOUT_MS = 2000;

/** The token file belongs to a server on this machine: it is never sent anywhere else by itself. */
function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

async function answers(client: Client): Promise<boolean> {
  try {
    await client.request(CliProbeDocument, {}, AbortSignal.timeout(PROBE_TIMEOUT_MS));
    return true;
  } catch {
    return false;
  }
}

async function named(url: string, settings: Settings): Promise<Client> {
  const own = isLoopback(url) ? await readToken(settings.config.stateDir) : undefined;
  return new Client({ url, token: settings.token ?? own });
}

/** Undefined when no server answers; a server that was named is taken at its word. */
export async function findServer(settings: Settings): Promise<Client | undefined> {
  const { config, url } = settings;
  if (url !== undefined) return named(url, settings);
  const token = settings.token ?? (await readToken(config.stateDir));
  const file = await findServerFile(config.stateDir);
  const guesses = file === undefined ? [] : [file.url];
  const scheme = config.server.tlsCert === '' ? 'http' : 'https';
  if (token !== undefined && config.server.port !== 0)
    guesses.push(`${scheme}://127.0.0.1:${config.server.port}`);
  for (const guess of guesses) {
    const client = new Client({ url: guess, token });
    if (await answers(client)) return client;
  }
  return undefined;
}

export async function connect(settings: Settings): Promise<Client> {
  const client = await findServer(settings);
  if (client !== undefined) return client;
  const message = `no server answers for the state directory ${settings.config.stateDir}`;
  throw new CliError(message, {
    code: 'NO_SERVER',
    next: 'start one with `taskmesh serve`, or name one with --url',
  });
}
