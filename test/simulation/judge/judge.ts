/**
 * Judges one simulated history while it happens, from what everybody can see: committed batches, stored rows, starts at
 * the layers, answers to commands, events at subscribers. It shares no code with the core and changes nothing.
 */
import type { CommittedEvent, EventType } from '../../../src/events/catalogue.js';
import type { Batch, BatchKey, EventRow } from '../../../src/lifecycle/batch.js';
import type { MemoryDatabase } from '../../../src/store/memory/memory-database.js';
import { AnswerRules } from './answers.js';
import { AttemptRules } from './attempts.js';
import { type Attempt, Books, isOpen, type Moment, type Task, TERMINAL } from './books.js';
import { CauseRules } from './causes.js';
import { FeedRules, type Wanted } from './feed.js';
import { Historian } from './historian.js';
import { LeadershipRules } from './leadership.js';
import { NodeRules } from './nodes.js';
import { OnceRules } from './once.js';
import { OrderRules } from './order.js';
import { PeerRules } from './peers.js';
import type { Broken, Report } from './promises.js';
import { RowRules } from './rows.js';
import { WorkRules } from './work.js';

export interface Times {
  readonly now: number;
  readonly since: number;
  /** When the epoch was given. */
  readonly epochSince: number;
}

export class Judge {
  readonly books = new Books();
  readonly broken: Broken[] = [];
  readonly history: CommittedEvent[] = [];
  readonly answers: AnswerRules;
  readonly causes: CauseRules;
  readonly leadership: LeadershipRules;
  readonly nodes: NodeRules;
  readonly once: OnceRules;
  readonly peers: PeerRules;
  readonly work: WorkRules;
  readonly #attempts: AttemptRules;
  readonly #feeds: FeedRules[] = [];
  readonly #historian: Historian;
  readonly #order: OrderRules;
  readonly #rows: RowRules;
  readonly #onBroken: (broken: Broken) => void;

  /** `now`: of the world. */
  constructor(database: MemoryDatabase, now: () => number, onBroken: (broken: Broken) => void) {
    const { books, report } = this;
    this.#onBroken = onBroken;
    this.answers = new AnswerRules(report, books);
    this.causes = new CauseRules(report);
    this.leadership = new LeadershipRules(report);
    this.once = new OnceRules(report, database.commands);
    this.work = new WorkRules(report, books, {
      output: (taskId) => database.tasks.get(taskId)?.output,
      lines: (taskId, attempt) =>
        database.logs.filter((row) => row.taskId === taskId && row.attempt === attempt),
    });
    this.nodes = new NodeRules({ report, books, work: this.work, now, jumpedMs: () => this.causes.jumpedMs });
    this.work.isRemote = ({ layer }) => this.peers.hasNodes && layer === 'CLUSTER';
    this.work.isDead = (attempt, server) =>
      this.nodes.isNode(attempt.node)
        ? this.nodes.isDead(attempt.node, server)
        : attempt.node !== server && !this.peers.lives(attempt);
    this.work.onSign = (node) => this.nodes.works(node);
    this.peers = new PeerRules(report, books);
    this.#attempts = new AttemptRules(report, this.work, this.peers);
    this.#order = new OrderRules(report);
    this.#rows = new RowRules({ report, books, database, work: this.work });
    this.#historian = new Historian(books, report, {
      starts: (task, attempt, moment) => {
        this.#order.starts(task, books);
        if (this.peers.hasNodes) this.nodes.starts(attempt, moment);
      },
      leaves: (attempt, to, event, moment) => this.#leaves(attempt, to, event, moment),
      moves: (task, to, event, moment) => {
        this.causes.moves(task, to, event, moment);
        this.#order.moved(task);
      },
      meshEnds: (mesh, to) => this.#order.meshEnds(mesh, to),
    });
  }

  readonly report: Report = (promise, what) => {
    const broken = { promise, what, seq: this.books.lastSeq };
    this.broken.push(broken);
    this.#onBroken(broken);
  };

  /** A batch was applied. `since`: no step that it holds was taken before. */
  applied(key: BatchKey, batch: Batch, at: number, times: Times): void {
    const node = this.leadership.nodeOf(key.epoch);
    this.leadership.applied(key);
    for (const row of batch.events) this.history.push({ ...row, type: row.type as EventType, at });
    this.#historian.read(batch, { index: this.books.batches, ...times, epoch: key.epoch, node });
    this.peers.applied(batch);
    for (const { type, payload } of batch.events)
      if (type === 'LATE_OUTCOME_REFUSED') this.nodes.refusedLate(payload.token as number);
    this.#order.settled(this.books, batch.edges);
    this.#rows.after(batch);
  }

  subscriber(wanted: Wanted): FeedRules {
    const feed = new FeedRules(this.report, this.history, wanted);
    this.#feeds.push(feed);
    return feed;
  }

  /** How many tasks and meshes have not ended. */
  get open(): number {
    let open = 0;
    for (const task of this.books.tasks.values()) if (isOpen(task)) open++;
    for (const mesh of this.books.meshes.values())
      if (mesh.name !== 'default' && !TERMINAL.has(mesh.status)) open++;
    return open;
  }

  /** Nobody who lives waits for an answer, and no subscriber for an event. */
  get hasHeardAll(): boolean {
    return this.answers.areComplete && this.#feeds.every((feed) => feed.isComplete);
  }

  /** The trouble is over, and all had time to end. */
  ended(): void {
    for (const task of this.books.tasks.values())
      if (isOpen(task)) this.report('healed', `${task.name} is still ${task.status}${sourcesOf(task)}`);
    for (const mesh of this.books.meshes.values())
      if (mesh.name !== 'default' && !TERMINAL.has(mesh.status))
        this.report('healed', `mesh ${mesh.name} is still ${mesh.status}`);
    this.answers.again();
    this.work.again();
    this.nodes.again();
    this.#rows.all();
    for (const feed of this.#feeds) feed.ended();
  }

  #leaves(attempt: Attempt, to: string, event: EventRow, moment: Moment): void {
    const { task, outcome } = attempt;
    this.#attempts.leaves(attempt, to, event, moment);
    if (this.peers.hasNodes) this.nodes.leaves(attempt, moment);
    if (to === 'RETRYING') this.causes.retries(task, event, moment);
    if (to === 'CANCELLED') this.causes.cancelled(task);
    if (outcome?.outcome === 'TIMED_OUT') {
      const work = this.work.workOf(attempt);
      const isFar = this.work.isRemote(attempt) || attempt.node !== moment.node;
      if (work !== undefined) this.causes.timedOut(attempt, work, moment.now, isFar);
    }
    this.#order.moved(task);
  }
}

function sourcesOf({ sources }: Task): string {
  const words = [...sources].map(([source, type]) => `${type} ${source.name} ${source.status}`);
  return words.length === 0 ? '' : ` (sources: ${words.join(', ')})`;
}
