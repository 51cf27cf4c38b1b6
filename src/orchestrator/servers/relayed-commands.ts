/** Every command, handed to whichever server leads: durable before it is taken up, answered by the commit that states it. */
import type { Commands } from '../commands.js';
import { commandBody, everyCommand } from './relay-body.js';
import type { RelayOutbox } from './relay-outbox.js';

export function relayedCommands(outbox: Pick<RelayOutbox, 'ask'>): Commands {
  return everyCommand(
    (name) =>
      (...args) =>
        outbox.ask(commandBody(name, args)),
  );
}
