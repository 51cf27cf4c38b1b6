/**
 * Rules of nodes: where work may be placed, whose attempts are lost and when, and what becomes of what nodes report. From the
 * rows of the registry, from what each server was told of them, and from committed batches.
 */
import type { ReportBatch } from '../../../src/layers/cluster/messages.js';
import { type ClusterNode, nodeRef } from '../../../src/lifecycle/cluster-node.js';
import type { ClusterView } from '../../../src/store/nodes.js';
import type { Attempt, Books, Moment, Task } from './books.js';
import { isOpen } from './books.js';
import { NodeLife, type Process } from './node-lives.js';
import type { Report } from './promises.js';
import type { WorkRules } from './work.js';

interface Known {
  readonly node: ClusterNode;
  /** World time of the last sign of life that reached the registry. */
  beatAt: number;
  /** By how much the database's clock had jumped by then. */
  jumpedMs: number;
  /** Since when the registry counts it as lost, replaced or gone. */
  goneAt: number | undefined;
}

/** What a server was told of the registry. */
interface View {
  readonly at: number;
  /** Nodes that may be given work, and all that live. */
  readonly open: ReadonlySet<string>;
  readonly living: ReadonlySet<string>;
}

/** As the documentation gives them. */
const DEMANDS = {
  MICRO: { cores: 0.1, mib: 32 },
  SMALL: { cores: 0.5, mib: 128 },
  MEDIUM: { cores: 1, mib: 512 },
  LARGE: { cores: 2, mib: 2048 },
} as const;
/** Servers look twice a second; the rest is for messages and the commit. */
const NOTICED_MS = 500 + 100;
/** The database counts whole milliseconds. */
const CLOCK_MS = 1;
/** By then every server has looked. */
const SETTLED_MS = 1500;

export class NodeRules {
  /** Nothing hits servers and database: what has a bound is held to it. */
  isSteady = false;
  readonly #report: Report;
  readonly #books: Books;
  readonly #work: WorkRules;
  readonly #now: () => number;
  /** By how much the database's clock has jumped, in all. */
  readonly #jumpedMs: () => number;
  readonly #known = new Map<string, Known>();
  readonly #lives: NodeLife[] = [];
  readonly #views = new Map<string, View[]>();
  /** Outcomes that a server was told while it took their node for living, by `server token`. */
  readonly #heard = new Set<string>();
  /** Tokens of outcomes that were refused as late. */
  readonly #late = new Set<number>();
  /** Of those, the attempts that had not ended yet. */
  readonly #refused = new Set<number>();
  /** Checked in the end. */
  readonly #kept: (() => void)[] = [];

  constructor(parts: {
    report: Report;
    books: Books;
    work: WorkRules;
    now: () => number;
    jumpedMs: () => number;
  }) {
    this.#report = parts.report;
    this.#books = parts.books;
    this.#work = parts.work;
    this.#now = parts.now;
    this.#jumpedMs = parts.jumpedMs;
  }

  lives(process: Process): NodeLife {
    const life = new NodeLife(process, { report: this.#report, work: this.#work, now: this.#now });
    this.#lives.push(life);
    return life;
  }

  joined(node: ClusterNode): void {
    const now = this.#now();
    for (const known of this.#known.values()) if (known.node.name === node.name) known.goneAt ??= now;
    this.#known.set(nodeRef(node), { node, beatAt: now, jumpedMs: this.#jumpedMs(), goneAt: undefined });
  }

  beat(node: ClusterNode): void {
    const known = this.#known.get(nodeRef(node));
    if (known !== undefined) Object.assign(known, { beatAt: this.#now(), jumpedMs: this.#jumpedMs() });
  }

  left(ref: string): void {
    const known = this.#known.get(ref);
    if (known === undefined || known.goneAt !== undefined) return;
    known.goneAt = this.#now();
    const running = this.#work.runs(ref);
    if (running > 0) this.#report('incarnations', `${ref} leaves while ${running} of its attempts run`);
  }

  /** The registry as it answers a look: a node is lost there when it was silent for longer than its lease, and only then. */
  looks({ nodes }: ClusterView): void {
    for (const node of nodes) {
      const ref = nodeRef(node);
      const known = this.#known.get(ref);
      if (known === undefined || known.goneAt !== undefined) continue;
      const overMs = this.#now() - known.beatAt - node.leaseMs;
      const uncertainMs = CLOCK_MS + this.#jumpedMs() - known.jumpedMs;
      if (node.state === 'LOST') this.#lost(ref, known, overMs + uncertainMs);
      else if (overMs > uncertainMs)
        this.#report('moved', `${ref} counts as living ${Math.round(overMs)} ms after its lease`);
    }
  }

  #lost(ref: string, known: Known, overMs: number): void {
    known.goneAt = this.#now();
    if (overMs < 0)
      this.#report(
        'incarnations',
        `${ref} is counted as lost ${Math.round(-overMs)} ms before its lease ends`,
      );
    const believer = this.#lives.some((life) => life.believes(ref));
    if (believer && this.#jumpedMs() === 0)
      this.#report('incarnations', `${ref} is counted as lost while it runs and believes that it lives`);
  }

  /** That server was told of the registry. */
  looked(server: string, { nodes }: ClusterView): void {
    const open = nodes.filter(({ state, cordoned }) => state === 'READY' && !cordoned);
    const living = nodes.filter(({ state }) => state !== 'LOST');
    const view = { at: this.#now(), open: new Set(open.map(nodeRef)), living: new Set(living.map(nodeRef)) };
    const views = this.#views.get(server) ?? [];
    this.#views.set(server, views);
    views.push(view);
  }

  starts({ task, node, layer, number }: Attempt, moment: Moment): void {
    if (layer !== 'CLUSTER') return;
    const name = `attempt ${number} of ${task.name}`;
    const known = this.#known.get(node);
    if (known === undefined) return this.#report('nodes', `${name} starts on ${node}, which never was`);
    if (!this.#viewsIn(moment).some(({ open }) => open.has(node)))
      this.#report(
        'nodes',
        `${name} starts on ${node}, which was not open to work as ${moment.node} knew it`,
      );
    const missing = (task.spec.nodeSelector ?? []).filter((label) => !known.node.labels.includes(label));
    if (missing.length > 0)
      this.#report('nodes', `${name} starts on ${node}, which lacks the labels ${missing.join(', ')}`);
    this.#holdRoom(task, known);
  }

  leaves(attempt: Attempt, moment: Moment): void {
    const { node, layer, outcome, task, number } = attempt;
    if (layer !== 'CLUSTER' || outcome === undefined) return;
    const name = `attempt ${number} of ${task.name}`;
    const isRefused = this.#refused.has(attempt.token) && !this.#heard.has(`${moment.node} ${attempt.token}`);
    if (isRefused && outcome.failure?.code !== 'LOST' && outcome.outcome !== 'CANCELLED')
      this.#report('late', `the outcome of ${name} was refused, and then it is ${outcome.outcome}`);
    if (outcome.failure?.code === 'LOST') this.#holdLost(attempt, moment);
    else if (outcome.outcome !== 'CANCELLED' && !this.#isHeardInTime(attempt, moment))
      this.#report(
        'outcome',
        `${name} is ${outcome.outcome} by ${node}, which ${moment.node} knew to be dead`,
      );
  }

  isNode(ref: string): boolean {
    return this.#known.has(ref);
  }

  isDead(ref: string, server: string): boolean {
    return this.#views.get(server)?.at(-1)?.living.has(ref) === false;
  }

  /** A batch of reports is given to that server, which may have to put it in order first. */
  hears(server: string, node: string, { reports }: ReportBatch): void {
    if (this.#views.get(server)?.at(-1)?.living.has(node) !== true) return;
    for (const report of reports)
      if (report.kind === 'outcome') this.#heard.add(`${server} ${report.key.token}`);
  }

  /** A batch of reports is with the leader for good. */
  taken(node: string, { reports }: ReportBatch): void {
    for (const report of reports) {
      if (report.kind !== 'outcome') continue;
      const attempt = this.#books.attempts.get(report.key.token);
      if (attempt === undefined || attempt.node !== node) continue;
      const name = `attempt ${attempt.number} of ${attempt.task.name}`;
      if (attempt.outcome === undefined && !this.#late.has(attempt.token))
        this.#report('outcome', `the leader is done with the outcome of ${name}, and it is not recorded`);
      else if (this.isSteady && this.#mustBeLate(attempt))
        this.#kept.push(() => {
          if (!this.#late.has(attempt.token))
            this.#report('late', `what ${node} told of ${name} after that was lost is not recorded as late`);
        });
    }
  }

  /** Once more, when all had time to come. */
  again(): void {
    for (const check of this.#kept) check();
  }

  refusedLate(token: number): void {
    this.#late.add(token);
    const attempt = this.#books.attempts.get(token);
    if (attempt !== undefined && attempt.outcome === undefined) this.#refused.add(token);
  }

  /** Work that runs on a node begins, or shows a sign of life. */
  works(ref: string): void {
    for (const life of this.#lives) life.holdAlive(ref);
  }

  #isHeardInTime({ node, token }: Attempt, moment: Moment): boolean {
    if (this.#heard.has(`${moment.node} ${token}`)) return true;
    return this.#viewsIn(moment).some(({ living }) => living.has(node));
  }

  #mustBeLate({ node, outcome, task }: Attempt): boolean {
    if (outcome?.failure?.code !== 'LOST' || !isOpen(task)) return false;
    const now = this.#now();
    return [...this.#views.values()].every((views) =>
      since(views, now - SETTLED_MS).every(({ living }) => !living.has(node)),
    );
  }

  #holdLost({ node, task, number, started }: Attempt, { now, epochSince }: Moment): void {
    const known = this.#known.get(node);
    const name = `attempt ${number} of ${task.name}`;
    if (known?.goneAt === undefined) return this.#report('lost', `${name} is lost, and ${node} lives`);
    if (!this.isSteady) return;
    const diedAt = Math.min(known.goneAt, known.beatAt + known.node.leaseMs);
    const lateMs = now - Math.max(diedAt, started.now, epochSince) - NOTICED_MS;
    if (lateMs > 0)
      this.#report(
        'moved',
        `${name} is lost with ${node} ${Math.round(lateMs)} ms later than it may be noticed`,
      );
  }

  #holdRoom(starting: Task, { node }: Known): void {
    const { slots, cores, memoryBytes } = node.capacity;
    const used = { slots: 1, ...demandOn(starting, cores) };
    const ref = nodeRef(node);
    for (const { node: where, outcome, task } of this.#books.open.values()) {
      if (where !== ref || outcome !== undefined) continue;
      const demand = demandOn(task, cores);
      used.slots++;
      used.cores += demand.cores;
      used.mib += demand.mib;
    }
    if (used.slots > slots || used.cores > cores + 1e-6 || used.mib * 2 ** 20 > memoryBytes)
      this.#report('places', `${starting.name} starts on ${ref}, which then holds ${JSON.stringify(used)}`);
  }

  /** What the leader may have known when it took the steps of a batch. */
  #viewsIn({ node, since: from }: Moment): readonly View[] {
    return since(this.#views.get(node) ?? [], from);
  }
}

/** The one that held then, and all since. */
function since(views: readonly View[], from: number): readonly View[] {
  let first = views.length;
  while (first > 0 && (views[first - 1] as View).at >= from) first--;
  return views.slice(Math.max(0, first - 1));
}

function demandOn({ spec }: Task, cores: number): { cores: number; mib: number } {
  const demand = DEMANDS[spec.taskType];
  return { cores: Math.min(demand.cores, cores), mib: demand.mib };
}
