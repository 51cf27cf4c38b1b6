/**
 * A layer that runs attempts in and below this process, with an executor for each kind of work. Called by the orchestrator
 * and, on other machines, by cluster nodes. It renders templates, chooses the executor and turns whatever an executor does
 * into one outcome.
 *
 * States: open → closing (running attempts are told to stop, new ones are refused) → closed.
 */
import { Stop, type StopSignal } from '../kit/stop.js';
import { keepShape } from '../kit/keep-shape.js';
import type { Clock } from '../kit/clock.js';
import type { Outcome } from '../lifecycle/task.js';
import type { LayerName, WorkKind } from '../lifecycle/vocabulary.js';
import { type Work, workKind } from '../lifecycle/work.js';
import type { AbortReason, AttemptSink, AttemptStart } from '../work/attempt.js';
import type { Executor } from '../work/executor.js';
import { crashed, failed, ranFor, rejected, stopped } from '../work/outcome.js';
import { Redaction } from '../work/secrets/redaction.js';
import { SecretFault, SecretStore } from '../work/secrets/secret-store.js';
import { renderWork } from '../work/templates.js';
import type { Capacity, Layer, LayerStatistics } from './layer.js';

export interface ExecutorLayerOptions {
  readonly name: LayerName;
  /** What users call it in a sentence: `the local layer`. */
  readonly title: string;
  readonly node: string;
  readonly capacity: Capacity;
  readonly executors: readonly Executor[];
  /** Without it no secret is known. */
  readonly secrets?: Pick<SecretStore, 'read'> | undefined;
  readonly clock: Clock;
}

export class ExecutorLayer implements Layer {
  readonly name: LayerName;
  readonly node: string;
  readonly #title: string;
  readonly #clock: Clock;
  readonly #capacity: Capacity;
  readonly #secrets: Pick<SecretStore, 'read'>;
  readonly #executors = new Map<WorkKind, Executor>();
  readonly #running = new Set<Running>();
  #isClosing = false;
  #closed: Promise<void> | undefined;
  #empty: () => void = () => {};
  #started = 0;
  #completed = 0;
  #failed = 0;

  constructor({ name, title, node, capacity, executors, secrets, clock }: ExecutorLayerOptions) {
    this.name = name;
    this.node = node;
    this.#title = title;
    this.#clock = clock;
    this.#capacity = capacity;
    this.#secrets = secrets ?? new SecretStore({ env: {}, directory: '', command: [] });
    for (const executor of executors) this.#executors.set(executor.kind, executor);
  }

  capacity(): Capacity {
    return this.#capacity;
  }

  refusal(work: Work): string | undefined {
    const kind = workKind(work);
    if (this.#executors.has(kind)) return undefined;
    return `${this.#title} runs ${[...this.#executors.keys()].join(', ')} work and is not configured for ${kind} work`;
  }

  statistics(): LayerStatistics {
    const { size } = this.#running;
    return { running: size, started: this.#started, completed: this.#completed, failed: this.#failed };
  }

  async start(attempt: AttemptStart, signal: StopSignal, sink: AttemptSink): Promise<Outcome> {
    this.#started++;
    const running = new Running(signal, sink);
    if (this.#isClosing) running.stop.abort('SHUTDOWN' satisfies AbortReason);
    this.#running.add(running);
    const beganAt = this.#clock.monotonic();
    let outcome: Outcome;
    try {
      outcome = await this.#execute(attempt, running);
    } catch (error) {
      const text = `A fault of Task Mesh, not of the task: ${(error as Error)?.stack ?? String(error)}`;
      outcome = crashed('EXECUTOR_FAULT', text, ranFor(this.#clock.monotonic() - beganAt));
    }
    running.close();
    this.#running.delete(running);
    this.#count(outcome);
    if (this.#isClosing && this.#running.size === 0) this.#empty();
    return outcome;
  }

  /** Tells every attempt to stop, waits until nothing of them runs, and releases what the executors keep. */
  close(): Promise<void> {
    return this.#end('SHUTDOWN');
  }

  /** The same by force, also where it is closing already: others may run these attempts by now. */
  lose(): Promise<void> {
    const reason: AbortReason = 'LOST';
    for (const { stop } of this.#running) stop.force(reason);
    return this.#end(reason);
  }

  #end(reason: AbortReason): Promise<void> {
    this.#isClosing = true;
    return (this.#closed ??= this.#close(reason));
  }

  async #close(reason: AbortReason): Promise<void> {
    const empty = new Promise<void>((resolve) => (this.#empty = resolve));
    for (const { stop } of this.#running) stop.abort(reason);
    if (this.#running.size > 0) await empty;
    await Promise.all([...this.#executors.values()].map((executor) => executor.close()));
  }

  #execute(attempt: AttemptStart, running: Running): Promise<Outcome> | Outcome {
    const { stop } = running;
    const executor = this.#executors.get(workKind(attempt.work));
    if (executor === undefined) return rejected('WORK_REFUSED', this.refusal(attempt.work) ?? '', ranFor(0));
    if (stop.aborted) return stopped(stop.reason, ranFor(0));
    const rendered = renderWork(attempt.work, attempt.inputs);
    if (!rendered.ok) return failed(rendered.fault.code, rendered.fault.message, ranFor(0));
    const { work, unknown } = rendered;
    if (unknown.size > 0) return this.#executeWithSecrets(attempt, running, { executor, names: unknown });
    return executor.execute(work === attempt.work ? attempt : { ...attempt, work }, stop, running);
  }

  /** What the work says is told without them. */
  async #executeWithSecrets(
    attempt: AttemptStart,
    running: Running,
    { executor, names }: { executor: Executor; names: ReadonlySet<string> },
  ): Promise<Outcome> {
    const { stop } = running;
    let secrets: ReadonlyMap<string, string>;
    try {
      secrets = await this.#secrets.read(names);
    } catch (error) {
      if (error instanceof SecretFault) return failed(error.code, error.message, ranFor(0));
      throw error;
    }
    if (stop.aborted) return stopped(stop.reason, ranFor(0));
    const rendered = renderWork(attempt.work, attempt.inputs, secrets);
    if (!rendered.ok) return failed(rendered.fault.code, rendered.fault.message, ranFor(0));
    const redaction = new Redaction(secrets.values(), running);
    return redaction.outcome(await executor.execute({ ...attempt, work: rendered.work }, stop, redaction));
  }

  #count(outcome: Outcome): void {
    if (outcome.kind === 'COMPLETED') this.#completed++;
    else if (outcome.kind !== 'CANCELLED') this.#failed++;
  }
}

/**
 * An attempt of this layer: told to stop by its starter or by the layer that closes. After the outcome it says nothing
 * more: a line in flight would belong to an attempt that is history.
 */
class Running implements AttemptSink {
  readonly stop: Stop;
  #sink: AttemptSink | undefined;

  constructor(signal: StopSignal, sink: AttemptSink) {
    this.stop = new Stop(signal);
    this.#sink = sink;
  }

  log(line: Parameters<AttemptSink['log']>[0]): void {
    this.#sink?.log(line);
  }

  progress(fraction: number, message: string | null): void {
    this.#sink?.progress(fraction, message);
  }

  heartbeat(): void {
    this.#sink?.heartbeat();
  }

  close(): void {
    this.#sink = undefined;
    this.stop.forget();
  }
}

const SILENT: AttemptSink = { log: () => {}, progress: () => {}, heartbeat: () => {} };
keepShape(new Running(new Stop(), SILENT));
