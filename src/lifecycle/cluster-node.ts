/**
 * A node of the cluster as a value: what it said of itself when it joined, and how it was when last heard of. The registry
 * of the store keeps it, nodes send it, the orchestrator places by it.
 */
import type { Demand } from './demand.js';
import type { NodeState } from './vocabulary.js';

export interface NodeLoad {
  /** Share of its cores that is busy, 0 to 1, whatever keeps them so. */
  readonly cpu: number;
  readonly memoryBytes: number;
  /** Attempts that it runs. */
  readonly running: number;
}

/** What a node says of itself, for all to see. */
export interface NodePortrait {
  readonly name: string;
  /** The same for the same state directory on the same machine: only then a name that is in use may be taken over. */
  readonly instance: string;
  /** `host:pid`. */
  readonly address: string;
  readonly version: string;
  readonly labels: readonly string[];
  readonly capacity: Demand;
  /** How long it may be silent. */
  readonly leaseMs: number;
}

/** What it says when it joins. `key`: a secret of its process, with which it seals what it reports. */
export interface JoinRequest extends NodePortrait {
  readonly key: string;
}

export interface ClusterNode extends NodePortrait {
  /** Unique over the life of the database; a node that joins again has a higher one. */
  readonly incarnation: number;
  readonly state: NodeState;
  /** It gets no new work, and keeps what it runs. Outlives its incarnations. */
  readonly cordoned: boolean;
  readonly load: NodeLoad;
  /** Times are ms since the epoch by the database's clock. */
  readonly joinedAt: number;
  readonly seenAt: number;
  /** When its state last changed. */
  readonly changedAt: number;
}

/** A sign of life. */
export interface NodeBeat {
  readonly name: string;
  readonly incarnation: number;
  /** What it now is by itself: READY when it takes work, DRAINING when it takes none any more. */
  readonly state: 'JOINING' | 'READY' | 'DRAINING';
  readonly load: NodeLoad;
}

/** How attempts name the process that runs them: `name:incarnation`. */
export function nodeRef({ name, incarnation }: Pick<ClusterNode, 'name' | 'incarnation'>): string {
  return `${name}:${incarnation}`;
}

const NODE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
const LABEL = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}(=[A-Za-z0-9._/-]{1,63})?$/;

export function isNodeName(text: string): boolean {
  return NODE_NAME.test(text);
}

/** `gpu`, or `region=eu`. */
export function isNodeLabel(text: string): boolean {
  return LABEL.test(text);
}

/** May it be given work? */
export function takesWork({ state, cordoned }: Pick<ClusterNode, 'state' | 'cordoned'>): boolean {
  return state === 'READY' && !cordoned;
}
