/**
 * Commands by the short way where this server leads, through the relay where another does or nobody: the doors cannot tell.
 * What the leader refuses because it has just ceased to lead goes through the relay too: nothing of it was committed.
 */
import { RefusedError } from '../../lifecycle/refusal.js';
import type { Commands } from '../commands.js';
import { NOT_LEADING, type Orchestrator } from '../orchestrator.js';
import { everyCommand } from './relay-body.js';

type Command = (...args: readonly unknown[]) => Promise<unknown>;

export function routeCommands(
  orchestrator: Pick<Orchestrator, 'epoch'>,
  { own, relayed }: { readonly own: Commands; readonly relayed: Commands },
): Commands {
  return everyCommand((name) => async (...args) => {
    const relay = relayed[name] as Command;
    if (orchestrator.epoch === undefined) return await relay(...args);
    try {
      return await (own[name] as Command).apply(own, args as unknown[]);
    } catch (error) {
      if (!(error instanceof RefusedError) || error.refusal !== NOT_LEADING) throw error;
      return await relay(...args);
    }
  });
}
