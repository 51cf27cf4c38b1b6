/**
 * All metrics of one process: the registry, its families, and the two ways to read them (Prometheus text, one JSON
 * value). The composition root makes one and hands the families to those who have something to tell; nothing here asks
 * the database or decides anything.
 */
import { Registry } from 'prom-client';
import type { CommittedEvent } from '../events/catalogue.js';
import type { Clock } from '../kit/clock.js';
import type { JsonObject } from '../kit/json.js';
import { AttemptWatch } from './attempt-watch.js';
import { AlertMetrics } from './family/alert.js';
import { AttemptMetrics } from './family/attempt.js';
import { type Commit, CommitMetrics } from './family/commit.js';
import { EventMetrics } from './family/event.js';
import { ConsciousnessMetrics } from './family/consciousness.js';
import { GraphqlMetrics } from './family/graphql.js';
import { addMachine } from './family/machine.js';
import { HttpMetrics } from './family/http.js';
import { addNodeDefaults, type Instance, ProcessMetrics } from './family/process.js';
import { LearningMetrics } from './family/learning.js';
import { NodeMetrics } from './family/node.js';
import { OverloadMetrics } from './family/overload.js';
import { QueueMetrics } from './family/queue.js';
import { RelayMetrics } from './family/relay.js';
import { type SeriesFamily, seriesOf } from './series.js';
import { type Family, snapshotOf } from './snapshot.js';
import { ScheduleMetrics } from './family/schedule.js';
import { SubscriptionMetrics } from './family/subscription.js';
import { TaskMetrics } from './family/task.js';

export interface MetricsOptions {
  readonly clock: Clock;
  readonly instance: Instance;
  /** Every status a task can have, as the API spells them. */
  readonly statuses: readonly string[];
  /** Memory, CPU, event loop and garbage collection of this process; off in tests that make many registries. */
  readonly nodeDefaults?: boolean;
  /** On the disk that is watched; without one nothing is told of the machine. */
  readonly stateDir?: string;
}

const SHARED_MS = 250;

export class Metrics {
  readonly #registry = new Registry();
  readonly #clock: Clock;
  readonly #attempts: AttemptWatch;
  #shared: Promise<JsonObject> | undefined;
  #sharedAt = Number.NEGATIVE_INFINITY;
  readonly tasks: TaskMetrics;
  readonly queue: QueueMetrics;
  readonly commits: CommitMetrics;
  readonly events: EventMetrics;
  readonly subscriptions: SubscriptionMetrics;
  readonly http: HttpMetrics;
  readonly graphql: GraphqlMetrics;
  readonly process: ProcessMetrics;
  readonly relay: RelayMetrics;
  readonly learning: LearningMetrics;
  readonly consciousness: ConsciousnessMetrics;
  readonly alerts: AlertMetrics;
  readonly schedules: ScheduleMetrics;
  readonly overload: OverloadMetrics;
  readonly nodes: NodeMetrics;

  constructor({ clock, instance, statuses, nodeDefaults = true, stateDir }: MetricsOptions) {
    const registry = this.#registry;
    this.#clock = clock;
    this.tasks = new TaskMetrics(registry, statuses);
    this.queue = new QueueMetrics(registry);
    this.#attempts = new AttemptWatch(new AttemptMetrics(registry));
    this.commits = new CommitMetrics(registry);
    this.events = new EventMetrics(registry, () => clock.wall());
    this.subscriptions = new SubscriptionMetrics(registry);
    this.http = new HttpMetrics(registry);
    this.graphql = new GraphqlMetrics(registry);
    this.process = new ProcessMetrics(registry, instance);
    this.relay = new RelayMetrics(registry);
    this.learning = new LearningMetrics(registry);
    this.consciousness = new ConsciousnessMetrics(registry);
    this.alerts = new AlertMetrics(registry);
    this.schedules = new ScheduleMetrics(registry);
    this.overload = new OverloadMetrics(registry);
    this.nodes = new NodeMetrics(registry);
    if (nodeDefaults) addNodeDefaults(registry);
    if (stateDir !== undefined) addMachine(registry, stateDir);
  }

  /** A batch the store has applied. */
  committed(commit: Commit): void {
    this.commits.applied(commit);
  }

  /** Committed events in the order of `seq`, each once: the bus's listener. */
  record(events: readonly CommittedEvent[]): void {
    this.events.record(events);
    for (const event of events) {
      this.tasks.record(event);
      this.#attempts.record(event);
    }
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Prometheus text exposition format 0.0.4. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  /** One JSON value; those who ask within a quarter of a second share it, so that asking costs little. */
  snapshot(): Promise<JsonObject> {
    const now = this.#clock.monotonic();
    if (this.#shared === undefined || now - this.#sharedAt >= SHARED_MS) {
      this.#sharedAt = now;
      this.#shared = this.#read();
    }
    return this.#shared;
  }

  /** Every family with all of its series. */
  async families(): Promise<readonly SeriesFamily[]> {
    return ((await this.#registry.getMetricsAsJSON()) as unknown as readonly Family[]).map(seriesOf);
  }

  async #read(): Promise<JsonObject> {
    return snapshotOf((await this.#registry.getMetricsAsJSON()) as unknown as readonly Family[]);
  }
}
