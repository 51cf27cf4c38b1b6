/** One simulated server process: the real orchestrator over the in-memory store, a virtual clock and a layer that only pretends to work. */
import type { Clock, Timer, VirtualClock } from '../../src/kit/clock.js';
import { IdSource } from '../../src/kit/ids.js';
import type { SeededRandom } from '../../src/kit/random.js';
import type { Layer } from '../../src/layers/layer.js';
import type { Outcome } from '../../src/lifecycle/task.js';
import { CommandDesk } from '../../src/orchestrator/command-desk.js';
import { Dispatcher } from '../../src/orchestrator/dispatcher.js';
import { LogWriter } from '../../src/orchestrator/log-writer.js';
import { OnceDesk } from '../../src/orchestrator/once-desk.js';
import { Orchestrator } from '../../src/orchestrator/orchestrator.js';
import { Permissions } from '../../src/orchestrator/permissions.js';
import { QuantileAdvisor } from '../../src/orchestrator/advice/quantile-advisor.js';
import { References } from '../../src/orchestrator/references.js';
import type { MemoryDatabase } from '../../src/store/memory/memory-database.js';
import { MemoryStore } from '../../src/store/memory/memory-store.js';
import { noTemplates } from './no-templates.js';

/** Time for one process: nothing that a dead process has set ever runs. */
class ProcessClock implements Clock {
  dead = false;
  constructor(readonly world: VirtualClock) {}
  monotonic(): number {
    return this.world.monotonic();
  }
  wall(): number {
    return this.world.wall();
  }
  setTimer(delayMs: number, fn: () => void): Timer {
    return this.world.setTimer(delayMs, () => {
      if (!this.dead) fn();
    });
  }
}

export interface WorkLog {
  readonly process: number;
  readonly taskId: string;
  readonly attempt: number;
  readonly token: number;
  readonly at: number;
}

export interface World {
  readonly clock: VirtualClock;
  readonly database: MemoryDatabase;
  readonly random: SeededRandom;
  /** Every start that reached a layer. */
  readonly works: WorkLog[];
  faulty: boolean;
  failures: string[];
}

const measured = (runMs: number) => ({ runMs, cpuMs: null, memoryPeakBytes: null, exitCode: null });

export class SimProcess {
  readonly desk: CommandDesk;
  readonly orchestrator: Orchestrator;
  readonly #clock: ProcessClock;
  readonly #store: MemoryStore;
  readonly #world: World;
  readonly number: number;

  constructor(world: World, number: number) {
    this.#world = world;
    this.number = number;
    const random = world.random.fork(`process ${number}`);
    const clock = new ProcessClock(world.clock);
    this.#clock = clock;
    const store = new MemoryStore(world.database, {
      link: () => (clock.dead ? new Promise<void>(() => {}) : Promise.resolve()),
      commit: () => {
        if (!world.faulty || random.next() > 0.05) return 'none';
        return random.next() < 0.5 ? 'unknownApplied' : 'unknownNotApplied';
      },
    });
    this.#store = store;
    const logs = new LogWriter(store, clock, () => {});
    const layers = new Map([['LOCAL' as const, this.#layer(random.fork('layer'))]]);
    const dispatcher = new Dispatcher({ layers, store, logs, clock });
    this.orchestrator = new Orchestrator({
      store,
      clock,
      random,
      layers,
      dispatcher,
      advisor: new QuantileAdvisor(),
      publish: () => {},
      committed: () => {},
      unanswered: () => {},
      told: (event) => {
        if (event.kind === 'lost' && event.reason.includes('refused')) world.failures.push(event.reason);
        if (event.kind === 'failed') world.failures.push(event.reason);
      },
      leaderlessMs: 10_000,
      drainMs: 0,
    });
    const references = new References(store, this.orchestrator);
    this.desk = new CommandDesk({
      orchestrator: this.orchestrator,
      store,
      ids: new IdSource(clock, random.fork('ids')),
      references,
      permissions: new Permissions(references, () => undefined),
      once: new OnceDesk(store, this.orchestrator),
      templates: noTemplates,
    });
    void this.orchestrator.start();
  }

  /** The session is gone but the process lives: another leadership follows. */
  breakSession(): void {
    this.#store.breakSession('simulated: the session broke');
  }

  /** kill -9: nothing of it happens any more; what it had sent may or may not have arrived. */
  kill(): void {
    this.#clock.dead = true;
    this.#store.breakSession('simulated: killed');
  }

  #layer(random: SeededRandom): Layer {
    const world = this.#world;
    return {
      name: 'LOCAL',
      node: `process-${this.number}`,
      capacity: () => ({ slots: 4, cores: 4, memoryBytes: 2 ** 36 }),
      refusal: () => undefined,
      statistics: () => ({ running: 0, started: 0, completed: 0, failed: 0 }),
      start: (attempt, signal, sink) => {
        const { taskId, attempt: number, token } = attempt;
        world.works.push({
          process: this.number,
          taskId,
          attempt: number,
          token,
          at: world.clock.monotonic(),
        });
        if (random.next() < 0.2)
          sink.log({ at: world.clock.wall(), stream: 'STDOUT', level: 'INFO', text: 'working' });
        return new Promise<Outcome>((resolve) => {
          const runMs = random.int(400);
          this.#clock.setTimer(runMs, () => resolve(outcomeFrom(random, runMs)));
          const stop = (): void => {
            this.#clock.setTimer(random.int(50), () => resolve(stopped(String(signal.reason))));
          };
          if (signal.aborted) stop();
          else signal.addEventListener('abort', stop, { once: true });
        });
      },
    };
  }
}

function outcomeFrom(random: SeededRandom, runMs: number): Outcome {
  const dice = random.next();
  if (dice < 0.75) return { kind: 'COMPLETED', output: { runMs }, measured: measured(runMs) };
  if (dice < 0.97)
    return {
      kind: 'FAILED',
      failure: { kind: 'ERROR', code: 'SIM', message: 'simulated' },
      measured: measured(runMs),
    };
  return {
    kind: 'CRASHED',
    failure: { kind: 'CRASHED', code: 'SIM', message: 'simulated' },
    measured: measured(runMs),
  };
}

function stopped(reason: string): Outcome {
  if (reason === 'TIMED_OUT') {
    return {
      kind: 'TIMED_OUT',
      failure: { kind: 'TIMEOUT', code: 'EXECUTION_TIMEOUT', message: 'simulated' },
      measured: measured(1),
    };
  }
  if (reason === 'SHUTDOWN')
    return {
      kind: 'CRASHED',
      failure: { kind: 'CRASHED', code: 'SHUTDOWN', message: 'simulated' },
      measured: measured(1),
    };
  return {
    kind: 'CANCELLED',
    failure: { kind: 'ERROR', code: 'CANCELLED', message: 'simulated' },
    measured: measured(1),
  };
}
