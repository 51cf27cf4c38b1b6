/**
 * What the API asks of the cluster beside attempts: who is a node, what becomes of nodes, and letting new ones in.
 * Implemented by `orchestrator/cluster/node-desk.ts`.
 */
import type { ClusterNode } from '../lifecycle/cluster-node.js';
import type { Person } from '../lifecycle/person.js';
import type { NodeState, PlacementPolicy } from '../lifecycle/vocabulary.js';

/** A node is there, is gone, or is otherwise than before. */
export interface NodeChange {
  /** As it is now; as it was, when it is gone. */
  readonly node: ClusterNode;
  /** Null: it was not there. */
  readonly from: NodeState | null;
  /** Null: it has left. */
  readonly to: NodeState | null;
}

export interface NodeList {
  /** By name. */
  readonly nodes: readonly ClusterNode[];
  readonly policy: PlacementPolicy;
}

export interface JoinToken {
  readonly token: string;
  readonly lifetimeSeconds: number;
}

/** The PEM files of a link with TLS, as texts; null where there is none. */
export interface TlsTexts {
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
}

/** All that a node must know. The addresses hold credentials. */
export interface JoinSettings {
  readonly database: string;
  readonly databaseTls: TlsTexts | null;
  /** Where messages travel; the same as `database`, or a Redis. */
  readonly backend: string;
  /** Null also where it is the database. */
  readonly backendTls: TlsTexts | null;
  readonly schema: string;
  readonly leaseMs: number;
}

/** Refuses with RefusedError: FORBIDDEN, NOT_FOUND, INVALID_INPUT, UNAVAILABLE. */
export interface Nodes {
  list(): Promise<NodeList>;
  /** From now on, until `signal` aborts. Who reads slowly is told the latest of each node, not each step. */
  changes(signal: AbortSignal): AsyncIterable<readonly NodeChange[]>;
  drain(caller: Person, name: string): Promise<ClusterNode>;
  cordon(caller: Person, name: string, cordoned: boolean): Promise<ClusterNode>;
  /** From the next start on, on every server. Null: as configured. */
  setPolicy(caller: Person, policy: PlacementPolicy | null): Promise<PlacementPolicy>;
  createJoinToken(caller: Person, lifetimeSeconds: number): Promise<JoinToken>;
  /** The token lets one node in, once. */
  join(caller: Person, token: string, node: string): Promise<JoinSettings>;
}
