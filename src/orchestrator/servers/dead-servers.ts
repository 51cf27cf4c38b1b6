/** What becomes of attempts whose server is dead. Called by whoever leads, with every list of servers that it hears. */
import type { Roster } from '../../store/servers.js';
import type { Orchestrator } from '../orchestrator.js';
import type { RelayInbox } from './relay-inbox.js';

/** What servers ran that are off the list is lost, but for what they had reported: that is heard first. */
export async function endDead(
  roster: Pick<Roster, 'servers'>,
  orchestrator: Pick<Orchestrator, 'epoch' | 'foreignNodes' | 'endForeign'>,
  inbox: Pick<RelayInbox, 'lookThrough'>,
): Promise<void> {
  const { epoch } = orchestrator;
  const listed = new Set(roster.servers.map(({ id }) => id));
  const dead = orchestrator.foreignNodes.filter((node) => !listed.has(node));
  if (dead.length === 0) return;
  const isHeard = await inbox.lookThrough();
  if (isHeard && orchestrator.epoch === epoch) for (const node of dead) orchestrator.endForeign(node);
}
