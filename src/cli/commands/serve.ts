/** `taskmesh serve`: a server in this process until it is told to end. */
import { removeServerFile, writeServerFile } from '../client/server-file.js';
import { findServerFile } from '../client/server-file.js';
import { CliError, EXIT } from '../cli-error.js';
import type { RunningServer } from '../host.js';
import { table } from '../output/table.js';
import type { Verb } from '../verb.js';

function addresses({ url, metricsUrl, tokenPath }: RunningServer): Record<string, string> {
  const metrics: Record<string, string> = metricsUrl === undefined ? {} : { metrics: metricsUrl };
  return {
    dashboard: `${url}/`,
    graphql: `${url}/graphql`,
    graphiql: `${url}/graphiql`,
    docs: `${url}/docs`,
    ...metrics,
    token: tokenPath,
  };
}

const labels: Readonly<Record<string, string>> = {
  dashboard: 'Dashboard',
  graphql: 'GraphQL',
  graphiql: 'GraphiQL',
  docs: 'REST docs',
  metrics: 'Prometheus',
  token: 'Token file',
};

/** Resolves with the exit code when the server has ended, by itself or by a signal; a second signal does not wait. */
async function untilEnded(verb: Verb, server: RunningServer): Promise<number> {
  let signalled = false;
  const stopListening = verb.shell.onInterrupt((signal) => {
    if (signalled) process.exit(signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated);
    signalled = true;
    verb.note('stopping (again to stop at once)');
    void server.stop();
  });
  try {
    const error = await server.ended;
    if (error === undefined) return EXIT.ok;
    throw new CliError(`the server ended: ${error.message}`, {
      code: 'SERVER_ENDED',
      next: 'start it again; nothing it had acknowledged is lost',
      cause: error,
    });
  } finally {
    stopListening();
  }
}

async function refuseSecond(stateDir: string): Promise<void> {
  const other = await findServerFile(stateDir);
  if (other === undefined || other.pid === process.pid) return;
  const message = `a server runs in this state directory already: ${other.url} (process ${other.pid})`;
  throw new CliError(message, { code: 'ALREADY_RUNNING', next: 'use that one, or give another --state-dir' });
}

export interface ServeOptions {
  readonly insecureIKnow?: boolean;
}

export async function serve(verb: Verb, { insecureIKnow = false }: ServeOptions): Promise<number> {
  const { config } = verb.settings(insecureIKnow ? { server: { insecure: true } } : {});
  await refuseSecond(config.stateDir);
  const began = performance.now();
  const server = await verb.host.start({ config, guest: false });
  await writeServerFile(config.stateDir, server.url);
  const seconds = (performance.now() - began) / 1000;
  const places = addresses(server);
  verb.answer({ ready: true, url: server.url, ...places }, () => {
    const rows = Object.entries(places).map(([name, place]) => [`  ${labels[name]}`, place]);
    return `Task Mesh ${verb.host.version} is ready after ${seconds.toFixed(1)} s\n${table(rows)}`;
  });
  try {
    return await untilEnded(verb, server);
  } finally {
    await removeServerFile(config.stateDir);
  }
}
