#!/usr/bin/env node
/** The program: builds the world around a command and runs it. Heavy parts are loaded only by the verbs that need a server. */
import { createRequire } from 'node:module';
import type { Config } from './config.js';
import type { Host, NodeStart, RunningNode, RunningServer, StartOptions } from './cli/host.js';
import { runCli } from './cli/run-cli.js';
import { processShell } from './cli/shell.js';

// graphql-js checks every value twice outside production.
process.env.NODE_ENV ??= 'production';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

const host: Host = {
  version,
  async start({ config, guest }: StartOptions): Promise<RunningServer> {
    const { startApp } = await import('./app.js');
    const { createLogger } = await import('./logging.js');
    const log = createLogger(config, guest);
    return await startApp({ config, version, log, env: process.env, cwd: process.cwd(), guest });
  },
  async startNode({ config, joined, ready }: NodeStart): Promise<RunningNode> {
    const { startNode } = await import('./app/node.js');
    const { createLogger } = await import('./logging.js');
    const log = createLogger(config, false);
    return await startNode({
      config,
      version,
      log,
      env: process.env,
      cwd: process.cwd(),
      guest: false,
      joined,
      told: (event) => {
        if (event.kind === 'ready') ready(event.name, event.incarnation);
        log.info(event, `the node is ${event.kind}`);
      },
    });
  },
  async migrate(config: Config): Promise<readonly string[]> {
    const { migrateDatabase } = await import('./app.js');
    return await migrateDatabase(config);
  },
};

/** What a link that went silent may still hold open when all has been said. */
const LINGER_MS = 1_000;

process.exitCode = await runCli(host, processShell(), process.argv.slice(2));
// Does not keep the process: it ends by itself when nothing is open.
setTimeout(() => process.exit(), LINGER_MS).unref();
