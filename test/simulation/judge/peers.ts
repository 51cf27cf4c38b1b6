/** Rules of servers that know each other: whom they may take for dead, and what becomes of what they hand to each other. */
import type { Batch, RelayAnswer } from '../../../src/lifecycle/batch.js';
import type { Attempt, Books, Mesh } from './books.js';
import type { Report } from './promises.js';

/** How submissions without a key call their meshes: each its own. */
export const ONCE = 'once-';
/** A new lead after an orderly stop, as the documentation gives it, and the commit that shows it. */
/** After a stop that nobody followed at once. */
const ALONE_MS = 5000;
const HANDED_OVER_MS = 2000 + 100;

export class PeerRules {
  /** Undefined: servers know nothing of each other, and what another ran is lost at once. */
  hasPeers = false;
  /** Nodes are judged by their own rules. */
  hasNodes = false;
  /** Nothing hits servers and database but orderly stops. */
  isSteady = false;
  readonly #report: Report;
  readonly #books: Books;
  readonly #living = new Set<string>();
  /** Batches that were committed when a server was last taken off the list: what it ran then is lost, also when it comes back. */
  readonly #buried = new Map<string, number>();
  readonly #answered = new Set<string>();
  /** Meshes of submissions that carry no key, by their own names: how many there may be. */
  readonly #made = new Map<string, Mesh>();
  /** A server that knew of nobody to lead has stopped. */
  #excusedUntil = 0;
  #handover: { readonly at: number; readonly node: string } | undefined;

  constructor(report: Report, books: Books) {
    this.#report = report;
    this.#books = books;
  }

  /** It is on the list of servers: until it is taken off, or ends, it lives. */
  listed(node: string): void {
    this.#living.add(node);
  }

  gone(node: string): void {
    this.#living.delete(node);
    this.#buried.set(node, this.#books.batches);
  }

  /** And has lived since it began that attempt. */
  lives({ node, started }: Attempt): boolean {
    return this.hasPeers && this.#living.has(node) && started.index >= (this.#buried.get(node) ?? 0);
  }

  applied({ relayAnswers, meshes }: Batch): void {
    for (const { id, answer } of relayAnswers) {
      if (this.#answered.has(id)) this.#report('relayed', `request ${id} is answered twice`);
      this.#answered.add(id);
      this.#holdOneCommit(answer);
    }
    for (const { id, name, parentMeshId } of meshes) {
      if (parentMeshId !== null || !name.startsWith(ONCE)) continue;
      const mesh = this.#books.meshes.get(id) as Mesh;
      const other = this.#made.get(name);
      if (other !== undefined)
        this.#report('relayed', `one command has made mesh ${other.name} and mesh ${mesh.name}`);
      this.#made.set(name, mesh);
    }
  }

  /** Between two commits the leader may die, and the next would carry the command out again. */
  #holdOneCommit(answer: RelayAnswer): void {
    if (!('value' in answer)) return;
    const { meshId, taskIds = [] } = (answer.value ?? {}) as { meshId?: string; taskIds?: readonly string[] };
    const mesh = this.#books.meshes.get(meshId ?? '');
    const isOnce = mesh?.row.parentMeshId === null && mesh.row.name.startsWith(ONCE);
    const tasks = taskIds.map((id) => this.#books.tasks.get(id));
    for (const made of [isOnce ? mesh : undefined, ...tasks])
      if (made !== undefined && made.moves[0]?.moment.index !== this.#books.batches - 1)
        this.#report('relayed', `${made.name} is made by one commit, and the command is answered by another`);
  }

  /** That server was told to stop. `leaves`: it leads, and another is there that can. */
  stops(node: string, leaves: boolean, now: number): void {
    this.#handover = leaves && this.isSteady ? { node, at: now } : undefined;
    if (!leaves) this.#excusedUntil = now + ALONE_MS;
  }

  leads(node: string, now: number): void {
    const handover = this.#handover;
    if (handover === undefined || handover.node === node) return;
    this.#handover = undefined;
    const tookMs = now - handover.at;
    if (tookMs > HANDED_OVER_MS)
      this.#report(
        'handover',
        `${node} leads ${Math.round(tookMs)} ms after ${handover.node} was told to stop`,
      );
  }

  refused(
    what: string,
    { code, message }: { readonly code: string; readonly message: string },
    now: number,
  ): void {
    if (now >= this.#excusedUntil && this.isSteady && this.hasPeers && code === 'UNAVAILABLE')
      this.#report('handover', `${what}: refused, and nothing is wrong but an orderly stop: ${message}`);
  }
}
