/** Consciousness on a history and a store in memory, with a clock that is moved by hand. */
import { LiveConsciousness } from '../../../src/consciousness/live/live-consciousness.js';
import type { LoadOf, PlayTogether } from '../../../src/consciousness/live/joint/together.js';
import type { Replay, Twin } from '../../../src/consciousness/live/replay.js';
import { ORDER_POLICIES, type OrderPolicy } from '../../../src/consciousness/policies/order-policies.js';
import type { EvolutionSettings } from '../../../src/consciousness/evolution/ledger.js';
import type { Waiting } from '../../../src/consciousness/decisions/starvation.js';
import { VirtualClock } from '../../../src/kit/clock.js';
import type { DriftChoices } from '../../../src/learning/drift/drift-use.js';
import type { TunedRetry } from '../../../src/learning/tuning/tuning.js';
import type { TaskSpec } from '../../../src/lifecycle/task.js';
import { QuantileAdvisor } from '../../../src/orchestrator/advice/quantile-advisor.js';
import type { Advisor, StartGate } from '../../../src/orchestrator/advisor.js';
import type { DecisionFilter, DecisionRow } from '../../../src/store/consciousness.js';
import { MemoryConsciousness } from '../../../src/store/memory/memory-consciousness.js';
import { MemoryDatabase } from '../../../src/store/memory/memory-database.js';
import { MemoryLearning } from '../../../src/store/memory/memory-learning.js';
import { specOf } from '../core-harness.js';
import { type End, HistoryWriter } from '../learning/history.js';
import { uuid } from '../store/batches.js';

const TURNS = 40;
const STEP_MS = 250;
const ALL = { limit: 10_000 };

export interface Server {
  readonly live: LiveConsciousness;
  readonly advisor: Advisor;
  readonly gate: StartGate;
}

/** Work of a dependency that is named. */
export function needing(dependency: string, key = 'a'): TaskSpec {
  return specOf(key, {
    metadata: { dependency },
    typeKey: `command:${key}`,
    work: { command: { argv: [key] } },
  });
}

export class MindWorld {
  readonly clock = new VirtualClock(1_760_000_000_000);
  readonly database = new MemoryDatabase({ now: () => this.clock.wall() });
  readonly store = new MemoryConsciousness();
  readonly learning = new MemoryLearning(this.database);
  readonly failures: unknown[] = [];
  history!: HistoryWriter;
  waiting: Waiting[] = [];
  twin: Twin = () => Promise.resolve(null);
  /** What has learned; undefined: nothing has. */
  learned: Advisor | undefined;
  tuned: readonly TunedRetry[] = [];
  choices: DriftChoices | undefined;
  loadOf: LoadOf = () => Promise.resolve(null);
  together: PlayTogether = () => Promise.resolve(null);
  gateChanges = 0;
  readonly reordered: string[] = [];
  #ids = 0;

  static async open(): Promise<MindWorld> {
    const world = new MindWorld();
    world.history = await HistoryWriter.over(world.database);
    return world;
  }

  server(settings: Partial<EvolutionSettings> = {}): Server {
    const live = new LiveConsciousness({
      settings: { initialLevel: 'BASIC', evolutionRate: 0.1, ...settings },
      store: this.store,
      history: this.learning,
      clock: this.clock,
      now: () => this.clock.wall(),
      newId: () => uuid(700_000 + this.#ids++),
      gateChanged: () => this.gateChanges++,
      nodeOf: () => 'here:1:2',
      reorder: (meshId) => this.reordered.push(meshId),
      waiting: () => this.waiting,
      twin: (meshId, orders) => this.twin(meshId, orders),
      tuned: () => this.tuned,
      loadOf: (meshId) => this.loadOf(meshId),
      together: (meshes, windows) => this.together(meshes, windows),
      failed: (error) => this.failures.push(error),
    });
    const learned = this.learned ?? new QuantileAdvisor();
    const advisor = live.advisorOver(learned, new QuantileAdvisor(), this.choices);
    return { live, advisor, gate: live.gate };
  }

  async leading(settings: Partial<EvolutionSettings> = {}, epoch = 1): Promise<Server> {
    const server = this.server(settings);
    server.live.lead(epoch);
    await this.pass(0);
    return server;
  }

  /** Time goes by, and all that is due happens. */
  async pass(ms: number): Promise<void> {
    await turns();
    for (let left = ms; left > 0; left -= STEP_MS) {
      this.clock.advance(Math.min(left, STEP_MS));
      await turns();
    }
  }

  /** An attempt of that kind ends now: in the history, and as the server hears of it. */
  async end(server: Server, end: End): Promise<void> {
    await this.history.add([end]);
    const spec = specOf(end.kind, {
      typeKey: `command:${end.kind}`,
      work: { command: { argv: [end.kind] } },
    });
    const failureCode = end.failed === true ? 'EXIT_1' : null;
    server.advisor.settled?.({ taskId: uuid(1), spec, runMs: end.seconds * 1000, failureCode });
  }

  decisions(filter: DecisionFilter = {}): Promise<DecisionRow[]> {
    return this.store.decisions(filter, ALL);
  }
}

/** A run in every order: seconds that are not given are those of LEARNED. */
export function replayed(
  makespans: Partial<Record<OrderPolicy, number>>,
  rest: Partial<Replay> = {},
): Replay {
  const all = ORDER_POLICIES.map((policy) => [policy, makespans[policy] ?? makespans.LEARNED ?? 1]);
  const seconds = Object.fromEntries(all) as Record<OrderPolicy, number>;
  return {
    ...{ meshName: 'etl', makespans: seconds, actualSeconds: seconds.LEARNED, tasks: 10 },
    ...{ attempts: 10, failed: 0, ...rest },
  };
}

export async function turns(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
}
