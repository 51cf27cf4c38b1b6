/** `taskmesh node`: this machine runs tasks for a cluster until it is told to end. */
import { hostname } from 'node:os';
import { CliCreateJoinTokenDocument, CliJoinClusterDocument } from '../../generated/graphql/graphql.js';
import type { JoinSettings } from '../../layers/nodes.js';
import { Client } from '../client/client.js';
import { connect } from '../client/connect.js';
import { CliError, EXIT } from '../cli-error.js';
import type { RunningNode } from '../host.js';
import type { Settings } from '../settings.js';
import type { Verb } from '../verb.js';

export interface NodeVerbOptions {
  readonly database?: string;
  readonly join?: string;
  readonly backend?: string;
  readonly name?: string;
  readonly labels?: string;
  readonly cores?: string;
  readonly memory?: string;
  readonly concurrency?: number;
}

const JOIN_TOKEN = /^join_/;

function settingsOf(verb: Verb, options: NodeVerbOptions): Settings {
  const { database, backend, name, labels, cores, memory, concurrency } = options;
  const cluster = { backend, nodeName: name, labels, cores, memory };
  const given = Object.entries(cluster).filter(([, value]) => value !== undefined);
  return verb.settings({
    ...(given.length === 0 ? {} : { cluster: Object.fromEntries(given) }),
    ...(database === undefined ? {} : { database: { url: database } }),
    ...(concurrency === undefined ? {} : { execution: { maxParallelTasks: concurrency } }),
  });
}

/** With a one-time token as it is; the owner makes one first. Without --join the server of this directory is asked. */
async function joinAt(settings: Settings, url: string | undefined): Promise<JoinSettings> {
  const given = settings.token;
  const oneTime = given !== undefined && JOIN_TOKEN.test(given) ? given : undefined;
  const at = url === undefined ? settings : { ...settings, url: url.replace(/\/+$/, '') };
  const client =
    oneTime !== undefined && at.url !== undefined
      ? new Client({ url: at.url, token: undefined })
      : await connect(at);
  const token = oneTime ?? (await client.request(CliCreateJoinTokenDocument, {})).createJoinToken.token;
  const node =
    settings.config.cluster.nodeName ||
    hostname()
      .replace(/[^A-Za-z0-9._-]/g, '-')
      .slice(0, 60);
  return (await client.request(CliJoinClusterDocument, { token, node })).joinCluster;
}

async function untilEnded(verb: Verb, node: RunningNode): Promise<number> {
  let signalled = false;
  const stopListening = verb.shell.onInterrupt((signal) => {
    if (signalled) process.exit(signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated);
    signalled = true;
    verb.note('draining (again to stop at once)');
    void node.stop();
  });
  try {
    const error = await node.ended;
    if (error === undefined) return EXIT.ok;
    throw new CliError(`the node ended: ${error.message}`, { code: 'NODE_ENDED', cause: error });
  } finally {
    stopListening();
  }
}

export async function node(verb: Verb, options: NodeVerbOptions): Promise<number> {
  if (options.database !== undefined && options.join !== undefined) {
    throw new CliError('--database and --join exclude each other', {
      exitCode: EXIT.usage,
      code: 'BAD_USAGE',
      next: 'give the database, or the server that tells where it is',
    });
  }
  const settings = settingsOf(verb, options);
  const { config } = settings;
  const asks = options.join !== undefined || config.database.url === '';
  const joined = asks ? await joinAt(settings, options.join) : undefined;
  const running = await verb.host.startNode({
    config,
    joined,
    ready: (name, incarnation) => {
      verb.answer(
        { ready: true, name, incarnation },
        `node ${name} takes work (incarnation ${incarnation})\n`,
      );
    },
  });
  return await untilEnded(verb, running);
}
