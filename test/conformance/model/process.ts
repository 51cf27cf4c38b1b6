/** One server process under the model tests: the real orchestrator and its desk over a store, on the virtual clock, with a layer run by hand. */
import type { Clock, Timer, VirtualClock } from '../../../src/kit/clock.js';
import { IdSource } from '../../../src/kit/ids.js';
import { SeededRandom } from '../../../src/kit/random.js';
import { CommandDesk } from '../../../src/orchestrator/command-desk.js';
import { Dispatcher } from '../../../src/orchestrator/dispatcher.js';
import { LogWriter } from '../../../src/orchestrator/log-writer.js';
import { OnceDesk } from '../../../src/orchestrator/once-desk.js';
import { Orchestrator } from '../../../src/orchestrator/orchestrator.js';
import type { LeadershipEvent } from '../../../src/orchestrator/orchestrator-options.js';
import { Permissions } from '../../../src/orchestrator/permissions.js';
import { QuantileAdvisor } from '../../../src/orchestrator/advice/quantile-advisor.js';
import { References } from '../../../src/orchestrator/references.js';
import type { Store } from '../../../src/store/store.js';
import { Calls } from './calls.js';
import { HandLayer } from './hand-layer.js';
import type { ModelMind, ModelWorld } from './model-world.js';
import { noTemplates } from '../../support/no-templates.js';

/** Nothing that a dead process has set ever runs. */
class ProcessClock implements Clock {
  dead = false;
  readonly #world: VirtualClock;

  constructor(world: VirtualClock) {
    this.#world = world;
  }

  monotonic(): number {
    return this.#world.monotonic();
  }

  wall(): number {
    return this.#world.wall();
  }

  setTimer(delayMs: number, fn: () => void): Timer {
    return this.#world.setTimer(delayMs, () => {
      if (!this.dead) fn();
    });
  }
}

export class Process {
  readonly layer: HandLayer;
  readonly desk: CommandDesk;
  readonly orchestrator: Orchestrator;
  /** Leaderships that ended unasked, with the reason. */
  readonly faults: string[] = [];
  readonly #store: Store;
  readonly #calls: Calls;
  readonly #mind: ModelMind;
  readonly #clock: ProcessClock;
  #asked = false;
  #told: (event: LeadershipEvent) => void = () => {};

  private constructor(of: ModelWorld, world: VirtualClock, number: number) {
    const store = of.open();
    const clock = new ProcessClock(world);
    const calls = new Calls(store);
    this.#store = store;
    this.#clock = clock;
    this.#calls = calls;
    this.#mind = of.mind?.(clock) ?? { advisor: new QuantileAdvisor(), told: () => {} };
    this.layer = new HandLayer(`process ${number}`);
    const random = new SeededRandom(`process ${number}`);
    this.orchestrator = this.#orchestrator(random);
    const references = new References(calls.store, this.orchestrator);
    this.desk = new CommandDesk({
      orchestrator: this.orchestrator,
      store: calls.store,
      ids: new IdSource(clock, random),
      references,
      permissions: new Permissions(references, () => undefined),
      once: new OnceDesk(calls.store, this.orchestrator),
      templates: noTemplates,
    });
  }

  /** Resolves when it leads and has taken up what the one before left. */
  static async start(of: ModelWorld, world: VirtualClock, number: number): Promise<Process> {
    const process = new Process(of, world, number);
    await process.#leads(() => void process.orchestrator.start());
    return process;
  }

  #orchestrator(random: SeededRandom): Orchestrator {
    const { store } = this.#calls;
    const clock = this.#clock;
    const layers = new Map([[this.layer.name, this.layer]]);
    const logs = new LogWriter(store, clock, () => {});
    return new Orchestrator({
      store,
      clock,
      random,
      layers,
      dispatcher: new Dispatcher({ layers, store, logs, clock }),
      advisor: this.#mind.advisor,
      publish: () => {},
      committed: () => {},
      unanswered: () => {},
      told: (event) => {
        if (event.kind !== 'leading' && !this.#asked) this.faults.push(event.reason);
        this.#mind.told(event);
        this.#told(event);
      },
      leaderlessMs: 10 * 365 * 24 * 3_600_000,
      drainMs: 0,
    });
  }

  /** Another leadership of the same process follows; its attempts go on. */
  async loseSession(breakSession: (store: Store) => Promise<void>): Promise<void> {
    this.#asked = true;
    await this.#leads(() => void breakSession(this.#store));
    this.#asked = false;
  }

  /** As by kill -9, at a moment when nothing is on its way. */
  async kill(): Promise<void> {
    this.#asked = true;
    this.#clock.dead = true;
    this.#calls.kill();
    await this.#store.close();
  }

  quiet(): Promise<void> {
    return this.#calls.quiet();
  }

  async #leads(after: () => void): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#told = (event) => {
        if (event.kind === 'leading') resolve();
        if (event.kind === 'failed') reject(new Error(`cannot take the lead: ${event.reason}`));
      };
      after();
    });
    await this.quiet();
  }
}
