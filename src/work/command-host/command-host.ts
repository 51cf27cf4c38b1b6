/**
 * The program of the command host: a small process beside the server that starts, watches and kills commands for it.
 * Started by the hosted command executor with the first command. It outlives a killed server just long enough to end
 * every command, and ignores the signals of a terminal or service manager, which address the server.
 */
import { SystemClock } from '../../kit/clock.js';
import { HostSession } from './host-session.js';
import type { ToHost } from './messages.js';

process.title = 'taskmesh-commands';

const session = new HostSession(new SystemClock({ timersHoldProcess: true }), (message) => {
  // The callback swallows EPIPE: a server that is gone is announced by `disconnect`.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
});

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => undefined);
process.on('message', (message) => session.receive(message as ToHost));
process.on('disconnect', () => void session.abandon().then(() => process.exit(0)));
