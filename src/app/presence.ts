/** Wires the list of servers: what this one says of itself with every beat, and what it does with what it hears. */
import type { Json } from '../kit/json.js';
import { layerReport } from '../layers/layer.js';
import type { Layer, LayerReport } from '../layers/layer.js';
import type { LayerName } from '../lifecycle/vocabulary.js';
import type { Dispatcher } from '../orchestrator/dispatcher.js';
import type { Orchestrator } from '../orchestrator/orchestrator.js';
import { endDead } from '../orchestrator/servers/dead-servers.js';
import { Presence } from '../orchestrator/servers/presence.js';
import type { RelayInbox } from '../orchestrator/servers/relay-inbox.js';
import type { ServerBeat, ServerState } from '../store/servers.js';
import type { CoreParts, SelfReport } from './core-parts.js';

/** As long as the lease of the leader. */
const LEASE_MS = 5000;

interface PresenceParts extends CoreParts {
  readonly orchestrator: Orchestrator;
  readonly dispatcher: Dispatcher;
  readonly inbox: RelayInbox;
}

export function openPresence(parts: PresenceParts): Presence {
  const { options, clock, database, layers, metrics, self, orchestrator, dispatcher, inbox } = parts;
  const presence = new Presence({
    servers: database.servers,
    clock,
    identity: database.identity,
    now: () => beatOf(self, orchestrator, layers),
    leaseMs: LEASE_MS,
    evicted: () => {
      options.log.warn('this server was taken for dead; what it runs is ended');
      dispatcher.abortOwn('SHUTDOWN');
    },
    heard: (roster) => {
      orchestrator.heard();
      void endDead(roster, orchestrator, inbox);
    },
  });
  metrics.relay.serversFrom(() => countByState(presence));
  metrics.relay.epochFrom(() => presence.roster?.epoch ?? 0);
  return presence;
}

function beatOf(
  self: SelfReport,
  { epoch = null }: { readonly epoch: number | undefined | null },
  layers: ReadonlyMap<LayerName, Layer>,
): ServerBeat {
  const state: ServerState = self.draining ? 'DRAINING' : epoch === null ? 'FOLLOWING' : 'LEADING';
  const reports = [...layers.values()].map(layerReport);
  return { url: self.url, state, epoch, eventSeq: self.eventSeq(), layers: reports as unknown as Json };
}

function countByState({ living }: Presence): Record<string, number> {
  const counts: Record<string, number> = { leading: 0, following: 0, draining: 0 };
  for (const { state } of living) counts[state.toLowerCase()] = (counts[state.toLowerCase()] ?? 0) + 1;
  return counts;
}

/** Where attempts run: here while this server leads or nobody is known to, else on the leader, as of its last beat. */
export function layerReports(
  presence: Presence,
  orchestrator: Orchestrator,
  layers: ReadonlyMap<LayerName, Layer>,
): readonly LayerReport[] {
  const leader = orchestrator.epoch === undefined ? presence.leader : undefined;
  return (leader?.layers as readonly LayerReport[] | undefined) ?? [...layers.values()].map(layerReport);
}
