/** The registry of nodes on PostgreSQL. Servers and nodes make one over a pool of theirs; every method is one or two statements. */
import type { AuditRow } from '../../lifecycle/batch.js';
import { type ClusterNode, type JoinRequest, type NodeBeat, nodeRef } from '../../lifecycle/cluster-node.js';
import type { NodeState, PlacementPolicy } from '../../lifecycle/vocabulary.js';
import type { ClusterView, JoinTokenRow, NodeRegistry } from '../nodes.js';
import { auditEntry } from './commit/audit-columns.js';
import type { Queries } from './sessions/queries.js';
import { BEAT } from './sql/node/beat.js';
import { CORDON, DRAIN, LEAVE, SET_POLICY } from './sql/node/change.js';
import { JOIN } from './sql/node/join.js';
import { ADD_JOIN_TOKEN, SWEEP_JOIN_TOKENS, USE_JOIN_TOKEN } from './sql/node/join-token.js';
import { EXPIRE, NODES, POLICY } from './sql/node/look.js';
import { fromStoredText, toStoredText } from './stored-text.js';

interface StoredNode {
  name: string;
  incarnation: string;
  instance: string;
  state: NodeState;
  cordoned: boolean;
  address: string;
  version: string;
  labels: string[];
  slots: number;
  cores: number;
  memory_bytes: string;
  load_cpu: number;
  load_memory_bytes: string;
  load_running: number;
  lease_ms: number;
  joined_at: Date;
  seen_at: Date;
  changed_at: Date;
}

interface SeenNode extends StoredNode {
  key: string;
  policy: PlacementPolicy | null;
}

type Statement = { readonly name: string; readonly text: string };

export class PostgresNodes implements NodeRegistry {
  readonly #pool: Queries;

  constructor(pool: Queries) {
    this.#pool = pool;
  }

  join(request: JoinRequest): Promise<ClusterNode | undefined> {
    const { name, instance, address, version, labels, capacity, leaseMs, key } = request;
    const { slots, cores, memoryBytes } = capacity;
    return this.#one(JOIN, [
      name,
      instance,
      toStoredText(address),
      version,
      labels,
      slots,
      cores,
      Math.floor(memoryBytes),
      leaseMs,
      key,
    ]);
  }

  beat({ name, incarnation, state, load }: NodeBeat): Promise<ClusterNode | undefined> {
    return this.#one(BEAT, [name, incarnation, state, load.cpu, Math.floor(load.memoryBytes), load.running]);
  }

  async leave(name: string, incarnation: number): Promise<void> {
    await this.#pool.query({ ...LEAVE, values: [name, incarnation] });
  }

  async look(): Promise<ClusterView> {
    await this.#pool.query(EXPIRE);
    const { rows } = await this.#pool.query<SeenNode>(NODES);
    const policy =
      rows[0]?.policy ??
      (await this.#pool.query<{ policy: PlacementPolicy | null }>(POLICY)).rows[0]?.policy ??
      null;
    const nodes = rows.map(nodeFrom);
    return { nodes, policy, keys: new Map(nodes.map((node, at) => [nodeRef(node), rows[at]?.key ?? ''])) };
  }

  drain(name: string, audit?: AuditRow): Promise<ClusterNode | undefined> {
    return this.#one(DRAIN, [name, auditEntry(audit)]);
  }

  cordon(name: string, cordoned: boolean, audit?: AuditRow): Promise<ClusterNode | undefined> {
    return this.#one(CORDON, [name, cordoned, auditEntry(audit)]);
  }

  async setPolicy(policy: PlacementPolicy | null, audit?: AuditRow): Promise<void> {
    await this.#pool.query({ ...SET_POLICY, values: [policy, auditEntry(audit)] });
  }

  async addJoinToken({ hash, createdBy, lifetimeMs }: JoinTokenRow, audit?: AuditRow): Promise<void> {
    await this.#pool.query(SWEEP_JOIN_TOKENS);
    const values = [hash, toStoredText(createdBy), lifetimeMs, auditEntry(audit)];
    await this.#pool.query({ ...ADD_JOIN_TOKEN, values });
  }

  async useJoinToken(hash: string, usedBy: string, audit?: AuditRow): Promise<boolean> {
    const values = [hash, toStoredText(usedBy), auditEntry(audit)];
    const { rowCount } = await this.#pool.query({ ...USE_JOIN_TOKEN, values });
    return rowCount === 1;
  }

  async #one(statement: Statement, values: unknown[]): Promise<ClusterNode | undefined> {
    const { rows } = await this.#pool.query<StoredNode>({ ...statement, values });
    return rows[0] === undefined ? undefined : nodeFrom(rows[0]);
  }
}

function nodeFrom(row: StoredNode): ClusterNode {
  return {
    name: row.name,
    incarnation: Number(row.incarnation),
    instance: row.instance,
    state: row.state,
    cordoned: row.cordoned,
    address: fromStoredText(row.address),
    version: row.version,
    labels: row.labels,
    capacity: { slots: row.slots, cores: row.cores, memoryBytes: Number(row.memory_bytes) },
    load: {
      cpu: row.load_cpu,
      memoryBytes: Number(row.load_memory_bytes),
      running: row.load_running,
    },
    leaseMs: row.lease_ms,
    joinedAt: row.joined_at.getTime(),
    seenAt: row.seen_at.getTime(),
    changedAt: row.changed_at.getTime(),
  };
}
