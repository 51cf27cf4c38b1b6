/** Drives one seeded history: random meshes, commands, kills, broken sessions and ambiguous commits, then healing. */
import { VirtualClock } from '../../src/kit/clock.js';
import { SeededRandom } from '../../src/kit/random.js';
import { RefusedError } from '../../src/lifecycle/refusal.js';
import { checkMesh } from '../../src/orchestrator/definition/check-mesh.js';
import type { CheckedMesh } from '../../src/orchestrator/definition/mesh-input.js';
import { MemoryDatabase } from '../../src/store/memory/memory-database.js';
import { type Acknowledged, brokenPromises } from './checker.js';
import { SimProcess, type World } from './sim-process.js';

const owner = { id: 'owner', trusted: true };
const defaults = { maxAttempts: 2, executionTimeoutMs: 300 };
const EDGE_TYPES = ['HARD', 'HARD', 'SOFT', 'DATA', 'RESOURCE'] as const;
const STRATEGIES = ['QUEUE', 'CANCEL_NEWEST', 'CANCEL_RUNNING', 'COALESCE'] as const;

class Simulation {
  readonly world: World;
  readonly random: SeededRandom;
  readonly acknowledged: {
    meshes: { id: string; tasks: number }[];
    cancelledTasks: string[];
    cancelledMeshes: string[];
  } = {
    meshes: [],
    cancelledTasks: [],
    cancelledMeshes: [],
  };
  #process: SimProcess;
  #standby: SimProcess | undefined;
  #processes = 0;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
    const clock = new VirtualClock();
    const database = new MemoryDatabase({ now: () => clock.wall() });
    this.world = {
      clock,
      database,
      random: this.random.fork('world'),
      works: [],
      faulty: true,
      failures: [],
    };
    this.#process = this.#spawn();
  }

  async run(): Promise<string[]> {
    const { random } = this;
    for (let i = 0; i < 60; i++) {
      this.#act();
      await this.#pass(random.int(random.next() < 0.1 ? 3000 : 120));
    }
    await this.#heal();
    return [
      ...this.world.failures,
      ...brokenPromises(this.world.database, this.acknowledged as Acknowledged, this.world.works),
    ];
  }

  #spawn(): SimProcess {
    return new SimProcess(this.world, ++this.#processes);
  }

  /** Commands are not awaited: a killed process answers nobody. */
  #act(): void {
    const dice = this.random.next();
    if (dice < 0.25) this.#submit();
    else if (dice < 0.33) this.#kill();
    else if (dice < 0.37) this.#process.breakSession();
    else if (dice < 0.4) this.#standby ??= this.#spawn();
    else this.#command();
  }

  #kill(): void {
    this.#process.kill();
    this.#process = this.#standby ?? this.#spawn();
    this.#standby = undefined;
  }

  #submit(): void {
    const mesh = this.#mesh();
    void this.#process.desk.submitMesh(owner, mesh).then(({ meshId }) => {
      this.acknowledged.meshes.push({ id: meshId, tasks: mesh.tasks.length });
    }, expected);
  }

  #mesh(): CheckedMesh {
    const { random } = this;
    const size = 1 + random.int(8);
    const tasks = Array.from({ length: size }, (_, i) => ({
      key: `t${i}`,
      work: random.next() < 0.15 ? null : { wait: { durationMs: 1 } },
      executionTimeoutMs: 300,
      heartbeatTimeoutMs: random.next() < 0.1 ? 150 : null,
      queueTimeoutMs: random.next() < 0.1 ? 400 : null,
      hold: random.next() < 0.05,
      priority: random.pick(['LOW', 'NORMAL', 'HIGH'] as const),
      retryPolicy: { maxAttempts: 1 + random.int(3), initialIntervalMs: 50, maxIntervalMs: 200 },
      concurrency:
        random.next() < 0.2
          ? { key: `k${random.int(2)}`, limit: 1 + random.int(2), strategy: random.pick(STRATEGIES) }
          : null,
      startAfter: random.next() < 0.05 ? new Date(this.world.clock.wall() + 500).toISOString() : null,
    }));
    const edges = [];
    for (let target = 1; target < size; target++) {
      for (let source = 0; source < target; source++) {
        if (random.next() < 0.25)
          edges.push({
            source: `t${source}`,
            target: `t${target}`,
            type: random.pick(EDGE_TYPES),
            weight: random.int(3),
          });
      }
    }
    const checked = checkMesh({ name: 'sim', tasks, edges }, defaults);
    if (!checked.ok) throw new Error(JSON.stringify(checked.refusal));
    return checked.value;
  }

  #command(): void {
    const { desk } = this.#process;
    const taskIds = [...this.world.database.tasks.keys()];
    const meshIds = this.acknowledged.meshes.map((mesh) => mesh.id);
    if (taskIds.length === 0 || meshIds.length === 0) return;
    const task = this.random.pick(taskIds.slice(-20));
    const other = this.random.pick(taskIds.slice(-20));
    const mesh = this.random.pick(meshIds.slice(-4));
    const commands: (() => Promise<unknown>)[] = [
      () => desk.cancelTask(owner, task).then(() => this.acknowledged.cancelledTasks.push(task)),
      () => desk.holdTask(owner, task),
      () => desk.releaseTask(owner, task),
      () => desk.executeTask(owner, task),
      () => desk.retryTask(owner, task),
      () =>
        desk.addEdge(owner, {
          sourceId: task,
          targetId: other,
          type: this.random.pick(EDGE_TYPES),
          weight: 0,
        }),
      () => desk.removeEdge(owner, task, other),
      () => desk.deleteTask(owner, task),
      () => desk.pauseMesh(owner, mesh),
      () => desk.resumeMesh(owner, mesh),
      () => desk.rerunMesh(owner, mesh, 'FROM_FAILURE', null),
      () => desk.updateTask(owner, task, { spec: { priority: 'CRITICAL' } }),
      () => desk.cancelMesh(owner, mesh).then(() => this.acknowledged.cancelledMeshes.push(mesh)),
    ];
    void this.random.pick(commands)().catch(expected);
  }

  async #pass(ms: number): Promise<void> {
    const until = this.world.clock.monotonic() + ms;
    await flush();
    while (this.world.clock.monotonic() < until) {
      this.world.clock.advance(Math.min(10, until - this.world.clock.monotonic()));
      await flush();
    }
  }

  /** No more faults; everything that waits for people is let go. */
  async #heal(): Promise<void> {
    this.world.faulty = false;
    this.#kill();
    await this.#pass(100);
    for (const [id, mesh] of this.world.database.meshes) {
      if (mesh.status === 'PAUSED')
        await Promise.race([this.#process.desk.resumeMesh(owner, id).catch(expected), this.#pass(50)]);
    }
    for (const task of this.world.database.tasks.values()) {
      if (task.status === 'HELD')
        await Promise.race([this.#process.desk.releaseTask(owner, task.id).catch(expected), this.#pass(50)]);
    }
    for (let i = 0; i < 100 && this.#open() > 0; i++) await this.#pass(500);
  }

  #open(): number {
    const open = ['PENDING', 'HELD', 'QUEUED', 'RUNNING', 'RETRYING'];
    return [...this.world.database.tasks.values()].filter((task) => open.includes(task.status)).length;
  }
}

function expected(error: unknown): void {
  if (!(error instanceof RefusedError)) throw error;
}

/** Lets every promise that can settle do so. */
async function flush(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}

export async function simulate(seed: number): Promise<string[]> {
  return await new Simulation(seed).run();
}
