/**
 * The layer of many machines: an attempt goes through BullMQ to the node that the core has chosen, and what it says comes
 * back the same way. Made by the composition root, told of nodes by whoever watches the registry. An incarnation that dies
 * takes its attempts with it: they settle as lost, and what it still says of them is late.
 *
 * States: closed (no node was ever seen: BullMQ is not even loaded) → open → closed. Leading or following is beside that.
 */
import type { Clock } from '../../kit/clock.js';
import type { StopSignal } from '../../kit/stop.js';
import { type ClusterNode, nodeRef, takesWork } from '../../lifecycle/cluster-node.js';
import type { AttemptKey, Outcome } from '../../lifecycle/task.js';
import type { PlacementPolicy } from '../../lifecycle/vocabulary.js';
import type { Work } from '../../lifecycle/work.js';
import type { AbortReason, AttemptSink, AttemptStart } from '../../work/attempt.js';
import { crashed, ranFor, stopped } from '../../work/outcome.js';
import type { Capacity, Layer, LayerStatistics, NodesListener, RemoteSide } from '../layer.js';
import type { Report } from './messages.js';
import { NodeLine } from './node-line.js';
import type { QueueBackend } from './queue-backend.js';
import { type OnRefused, ReportDesk } from './report-desk.js';

export interface ClusterLayerOptions {
  readonly clock: Clock;
  /** `lost` is called whenever what was sent may be gone. */
  readonly openBackend: (lost: () => void) => Promise<QueueBackend>;
  /** As configured; what was switched at run time goes before it. */
  readonly policy: PlacementPolicy;
  readonly onError: (error: Error) => void;
  /** A report that does not count. */
  readonly onRefused: OnRefused;
}

/** Nodes that are gone may still say something for a while; beyond this many, that of the first counts as forged. */
const KEYS_MAX = 2_000;

interface Waiting {
  readonly attempt: AttemptStart;
  readonly signal: StopSignal;
  readonly sink: AttemptSink;
  readonly startedAt: number;
  settle(outcome: Outcome): void;
}

interface Early {
  readonly ref: string;
  readonly key: AttemptKey;
  readonly outcome: Outcome;
}

export class ClusterLayer implements Layer, RemoteSide {
  readonly name = 'CLUSTER' as const;
  readonly node = 'cluster';
  readonly #options: ClusterLayerOptions;
  readonly #desk: ReportDesk;
  /** All that are not lost, by what attempts call them. */
  readonly #nodes = new Map<string, ClusterNode>();
  /** By what attempts call them, those that are gone too. */
  readonly #keys = new Map<string, string>();
  readonly #lines = new Map<string, NodeLine>();
  readonly #waiting = new Map<number, Waiting>();
  /** Outcomes of attempts whose start is still on its way here: under a new lead, what ended meanwhile is told first. */
  readonly #early = new Map<number, Early>();
  #policy: PlacementPolicy;
  #backend: QueueBackend | undefined;
  #listener: NodesListener | undefined;
  /** Whether this process still leads. */
  #asked: Promise<void> | undefined;
  #started = 0;
  #completed = 0;
  #failed = 0;

  constructor(options: ClusterLayerOptions) {
    this.#options = options;
    this.#policy = options.policy;
    this.#desk = new ReportDesk(options.clock, {
      said: (node, report) => this.#said(node, report),
      ended: (node, key, outcome) => this.#ended(node, key, outcome),
      linesStored: () => this.#listener?.linesStored() ?? Promise.resolve(),
      leads: () => this.#leads(),
      keyOf: (node) => this.#keys.get(node),
      refused: options.onRefused,
    });
  }

  get remote(): RemoteSide {
    return this;
  }

  capacity(): Capacity {
    const sum = { slots: 0, cores: 0, memoryBytes: 0 };
    for (const node of this.#nodes.values()) {
      if (!takesWork(node)) continue;
      sum.slots += node.capacity.slots;
      sum.cores += node.capacity.cores;
      sum.memoryBytes += node.capacity.memoryBytes;
    }
    return sum;
  }

  refusal(work: Work): string | undefined {
    if (!('circuit' in work)) return undefined;
    return 'the cluster runs command, http, module and wait work; circuits run on layer QUANTUM_SIM';
  }

  statistics(): LayerStatistics {
    const { size } = this.#waiting;
    return { running: size, started: this.#started, completed: this.#completed, failed: this.#failed };
  }

  start(attempt: AttemptStart, signal: StopSignal, sink: AttemptSink): Promise<Outcome> {
    this.#started++;
    const { token } = attempt;
    const early = this.#early.get(token);
    this.#early.delete(token);
    if (early?.ref === attempt.node && isOf(early.key, attempt)) {
      this.#count(early.outcome);
      return Promise.resolve(early.outcome);
    }
    if (signal.aborted) return Promise.resolve(stopped(signal.reason, ranFor(0)));
    return new Promise((resolve) => {
      const cancel = (): void => this.#cancel(attempt, signal.reason as AbortReason);
      const settle = (outcome: Outcome): void => {
        signal.removeEventListener('abort', cancel);
        this.#waiting.delete(token);
        this.#lines.get(attempt.node)?.tokens.delete(token);
        this.#count(outcome);
        resolve(outcome);
      };
      this.#waiting.set(token, { attempt, signal, sink, startedAt: this.#options.clock.monotonic(), settle });
      const line = this.#lineTo(attempt.node);
      if (line === undefined) {
        settle(lost(attempt.node, 0));
        return;
      }
      line.start(attempt);
      signal.addEventListener('abort', cancel, { once: true });
    });
  }

  /** The registry as it was just read. Rejects when the backend cannot be opened; the nodes then count from the next look on. */
  async look({ nodes, policy, keys }: NodesSeen): Promise<void> {
    this.#remember(keys);
    const living = nodes.filter((node) => node.state !== 'LOST' && hasKey(keys, node));
    if (living.length > 0) await this.open();
    const before = [...this.#nodes.keys()];
    this.#nodes.clear();
    for (const node of living) this.#nodes.set(nodeRef(node), node);
    this.#policy = policy ?? this.#options.policy;
    this.#listener?.nodesChanged(this.name, living, this.#policy);
    for (const ref of before) if (!this.#nodes.has(ref)) this.#lose(ref);
  }

  nodes(): readonly ClusterNode[] {
    return [...this.#nodes.values()];
  }

  policy(): PlacementPolicy {
    return this.#policy;
  }

  reaches(ref: string): boolean {
    return this.#nodes.has(ref);
  }

  lead(listener: NodesListener): void {
    this.#listener = listener;
    if (this.#backend !== undefined) this.#desk.open(this.#backend);
    listener.nodesChanged(this.name, this.nodes(), this.#policy);
  }

  follow(): void {
    this.#listener = undefined;
    this.#early.clear();
    void this.#desk.close();
  }

  recorded(token: number): void {
    this.#early.delete(token);
    this.#desk.recorded(token);
  }

  letGo(token: number): void {
    const waiting = this.#waiting.get(token);
    if (waiting === undefined) return;
    this.#waiting.delete(token);
    this.#lines.get(waiting.attempt.node)?.tokens.delete(token);
  }

  async close(): Promise<void> {
    this.#listener = undefined;
    await this.#desk.close();
    await Promise.all([...this.#lines.values()].map((line) => line.close()));
    await this.#backend?.close();
  }

  /** Without waiting for the first node, to find out at once whether it can be opened. */
  async open(): Promise<void> {
    if (this.#backend !== undefined) return;
    this.#backend = await this.#options.openBackend(() => this.#sendAgain());
    if (this.#listener !== undefined) this.#desk.open(this.#backend);
  }

  /** A node knows what it has begun and does it no second time; of what has ended it tells again. */
  #sendAgain(): void {
    for (const { attempt, signal } of this.#waiting.values()) {
      this.#lines.get(attempt.node)?.start(attempt);
      if (signal.aborted) this.#cancel(attempt, signal.reason as AbortReason);
    }
  }

  #lineTo(ref: string): NodeLine | undefined {
    const known = this.#lines.get(ref);
    const node = this.#nodes.get(ref);
    const backend = this.#backend;
    if (known !== undefined || node === undefined || backend === undefined) return known;
    const { clock, onError } = this.#options;
    const queue = (name: string) => backend.queue(name);
    const line = new NodeLine({ ref, key: this.#keys.get(ref) ?? '' }, { queue, clock, onError });
    this.#lines.set(ref, line);
    return line;
  }

  /** The incarnation is dead, or has left. */
  #lose(ref: string): void {
    const line = this.#lines.get(ref);
    this.#lines.delete(ref);
    this.#desk.forget(ref);
    const now = this.#options.clock.monotonic();
    for (const token of line?.tokens ?? []) {
      const waiting = this.#waiting.get(token);
      waiting?.settle(lost(ref, now - waiting.startedAt));
    }
    void line?.bury().catch(this.#options.onError);
  }

  #cancel(attempt: AttemptStart, reason: AbortReason): void {
    const { taskId, token } = attempt;
    this.#lines.get(attempt.node)?.cancel({ taskId, attempt: attempt.attempt, token }, reason);
  }

  #said(ref: string, report: Exclude<Report, { kind: 'outcome' }>): void {
    const waiting = this.#waiting.get(report.kind === 'log' ? report.key.token : report.token);
    if (waiting !== undefined && (waiting.attempt.node !== ref || !isAbout(waiting.attempt, report))) {
      this.#options.onRefused('NOT_ITS_ATTEMPT', ref);
      return;
    }
    const sink = waiting?.sink;
    if (report.kind === 'progress') sink?.progress(report.fraction, report.message);
    else if (report.kind === 'alive') sink?.heartbeat();
    else if (sink === undefined) this.#listener?.lateLine(report.key, report.line);
    else sink.log(report.line);
  }

  #remember(keys: ReadonlyMap<string, string>): void {
    for (const [ref, key] of keys) this.#keys.set(ref, key);
    for (const ref of this.#keys.keys()) {
      if (this.#keys.size <= KEYS_MAX) return;
      if (!keys.has(ref)) this.#keys.delete(ref);
    }
  }

  /**
   * Of a living incarnation nobody waits for, and nobody will: it was told before, and is in the history already. Of one that is not
   * known it is late, unless another leads and knows that node.
   */
  #ended(ref: string, key: AttemptKey, outcome: Outcome): boolean {
    const waiting = this.#waiting.get(key.token);
    if (waiting !== undefined && waiting.attempt.node === ref && isOf(key, waiting.attempt)) {
      waiting.settle(outcome);
      return true;
    }
    if (this.#listener === undefined) return false;
    const listener = this.#listener;
    if (!this.#nodes.has(ref)) void this.#leads().then(() => listener.late(key, outcome));
    else if (waiting === undefined && this.#listener.runs(key.token))
      this.#early.set(key.token, { ref, key, outcome });
    else {
      this.#options.onRefused(waiting === undefined ? 'ENDED' : 'NOT_ITS_ATTEMPT', ref);
      return false;
    }
    return true;
  }

  /** Asked once for all that comes up in one turn of the event loop: after a take-over that may be thousands of outcomes. */
  #leads(): Promise<void> {
    this.#asked ??= new Promise((resolve) => {
      process.nextTick(() => {
        this.#asked = undefined;
        void this.#listener?.stillLeads().then((leads) => leads && resolve());
      });
    });
    return this.#asked;
  }

  #count(outcome: Outcome): void {
    if (outcome.kind === 'COMPLETED') this.#completed++;
    else if (outcome.kind !== 'CANCELLED') this.#failed++;
  }
}

/** What the registry knows of nodes: see `ClusterView` of the store. */
export interface NodesSeen {
  readonly nodes: readonly ClusterNode[];
  readonly policy: PlacementPolicy | null;
  readonly keys: ReadonlyMap<string, string>;
}

/** A node of an earlier version has none: nobody could tell what it says from what others say. */
function hasKey(keys: ReadonlyMap<string, string>, node: ClusterNode): boolean {
  return (keys.get(nodeRef(node)) ?? '') !== '';
}

function isOf(key: AttemptKey, { taskId, attempt, token }: AttemptKey): boolean {
  return key.token === token && key.taskId === taskId && key.attempt === attempt;
}

function isAbout(attempt: AttemptKey, report: Exclude<Report, { kind: 'outcome' }>): boolean {
  return report.kind === 'log' ? isOf(report.key, attempt) : report.token === attempt.token;
}

function lost(ref: string, ranMs: number): Outcome {
  return crashed(
    'LOST',
    `node ${ref} was lost: it did not renew its lease, or was started anew`,
    ranFor(ranMs),
  );
}
