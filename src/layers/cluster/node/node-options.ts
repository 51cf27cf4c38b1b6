/** What a node agent is made of, and what it tells of itself. The composition root hands it over. */
import type { Clock } from '../../../kit/clock.js';
import type { ClusterNode, JoinRequest, NodeBeat, NodeLoad } from '../../../lifecycle/cluster-node.js';
import type { ExecutorLayer } from '../../executor-layer.js';
import type { QueueBackend } from '../queue-backend.js';

/** The registry as a node sees it: `NodeRegistry` of the store. */
export interface Membership {
  join(request: JoinRequest): Promise<ClusterNode | undefined>;
  beat(beat: NodeBeat): Promise<ClusterNode | undefined>;
  leave(name: string, incarnation: number): Promise<void>;
}

export type NodeEvent =
  | { readonly kind: 'ready'; readonly name: string; readonly incarnation: number }
  | { readonly kind: 'draining'; readonly running: number }
  | { readonly kind: 'dead'; readonly incarnation: number; readonly reason: string }
  | {
      readonly kind: 'trouble';
      /** Which of the two that a node needs. */
      readonly of: 'registry' | 'queue';
      readonly error: Error;
    };

export interface NodeAgentOptions {
  readonly request: JoinRequest;
  readonly registry: Membership;
  readonly backend: QueueBackend;
  /** A fresh layer for each incarnation: the last one's attempts are ended with it. */
  readonly openLayer: () => ExecutorLayer;
  readonly clock: Clock;
  /** How busy the machine is, for heartbeats. */
  readonly load: (running: number) => NodeLoad;
  /** How long what runs may go on when the node drains. */
  readonly drainMs: number;
  readonly told: (event: NodeEvent) => void;
}
