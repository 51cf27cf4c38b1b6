/**
 * The registry of the cluster's nodes: who is there, in which incarnation, with what, and when last heard of. `postgres/`
 * and `memory/` implement it and pass one conformance suite. All times are the database's, so that the clocks of machines
 * do not matter. Nodes join and beat, servers look, people drain and cordon.
 */
import type { AuditRow } from '../lifecycle/batch.js';
import type { ClusterNode, JoinRequest, NodeBeat } from '../lifecycle/cluster-node.js';
import type { PlacementPolicy } from '../lifecycle/vocabulary.js';

export interface ClusterView {
  /** By name. */
  readonly nodes: readonly ClusterNode[];
  /** As it was switched at run time; null: as configured. */
  readonly policy: PlacementPolicy | null;
  /** What each incarnation seals its messages with, by its `nodeRef`; of those that are LOST too. For the cluster layer alone. */
  readonly keys: ReadonlyMap<string, string>;
}

/** What a one-time token lets a node in for; only its hash is kept. */
export interface JoinTokenRow {
  readonly hash: string;
  readonly createdBy: string;
  readonly lifetimeMs: number;
}

export interface NodeRegistry {
  /**
   * A new incarnation, JOINING. Undefined when a living node of another instance has the name. What the last incarnation of
   * the same instance ran is lost from this moment on.
   */
  join(request: JoinRequest): Promise<ClusterNode | undefined>;
  /** Undefined: this incarnation is dead. A node that was told to drain stays DRAINING whatever it says. */
  beat(beat: NodeBeat): Promise<ClusterNode | undefined>;
  /** The node is gone for good, with nothing left to do. */
  leave(name: string, incarnation: number): Promise<void>;
  /** Declares LOST whoever was silent longer than its lease, forgets who has been LOST for a day, and answers the rest. */
  look(): Promise<ClusterView>;
  /**
   * Undefined: there is no such node. A LOST node stays LOST. Here and below, `audit` tells of a person who asked, and is written
   * by the transaction that makes the change.
   */
  drain(name: string, audit?: AuditRow): Promise<ClusterNode | undefined>;
  cordon(name: string, cordoned: boolean, audit?: AuditRow): Promise<ClusterNode | undefined>;
  /** Null: as configured. */
  setPolicy(policy: PlacementPolicy | null, audit?: AuditRow): Promise<void>;
  addJoinToken(token: JoinTokenRow, audit?: AuditRow): Promise<void>;
  /** True once for each token, while it lasts. */
  useJoinToken(hash: string, usedBy: string, audit?: AuditRow): Promise<boolean>;
}
