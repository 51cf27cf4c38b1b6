/**
 * The real system as the model tests drive it: carries out requests by name, ends attempts, lets time pass, kills and
 * restarts the process, and reads from the store what is to be compared.
 */
import { isDeepStrictEqual } from 'node:util';
import { VirtualClock } from '../../../src/kit/clock.js';
import { DEFAULT_MESH_ID } from '../../../src/lifecycle/default-mesh.js';
import { type RefusalCode, RefusedError } from '../../../src/lifecycle/refusal.js';
import type { CommandDesk } from '../../../src/orchestrator/command-desk.js';
import { Desk } from './desk.js';
import type { Ending } from './model.js';
import type { ModelWorld, ModelWorlds, StoredRows } from './model-world.js';
import { Process } from './process.js';
import { DEFAULT, type Made, type Request } from './request.js';

/** What it made, in ids, or why not. */
export type Answer = { readonly refused: RefusalCode } | { readonly refused: null; readonly made: Made };

export interface Seen {
  readonly rows: StoredRows;
  /** Attempts at the layer. */
  readonly atLayer: readonly {
    readonly taskId: string;
    readonly attempt: number;
    readonly stopping: boolean;
    readonly inputs: readonly string[];
  }[];
}

const TWO_HOURS_MS = 2 * 3_600_000;

export class System {
  readonly #clock: VirtualClock;
  readonly #world: ModelWorld;
  #process: Process;
  #processes = 1;
  /** Names of meshes by id, and back. */
  readonly #meshes = new Map([[DEFAULT_MESH_ID, DEFAULT]]);
  /** As last seen. */
  #ids = new Map<string, string>();

  private constructor(clock: VirtualClock, world: ModelWorld, process: Process) {
    this.#clock = clock;
    this.#world = world;
    this.#process = process;
  }

  static async start(worlds: ModelWorlds): Promise<System> {
    const clock = new VirtualClock();
    const world = await worlds.make(clock);
    return new System(clock, world, await Process.start(world, clock, 1));
  }

  get desk(): CommandDesk {
    return this.#process.desk;
  }

  /** `times`: sent so often at once, as by a client that lost patience; the answers must be the same. */
  async ask(request: Request, times = 1): Promise<Answer> {
    const desk = new Desk(this.#process, {
      task: (name) => this.#idOf(name),
      mesh: (name) => this.#meshId(name),
    });
    const [first, ...others] = await Promise.all(
      Array.from({ length: times }, () => carriedOut(desk, request)),
    );
    for (const other of others) {
      if (!isDeepStrictEqual(first, other))
        throw new Error(
          `the same request was answered ${JSON.stringify(first)} and ${JSON.stringify(other)}`,
        );
    }
    await this.#quiet();
    return first as Answer;
  }

  async endAttempt(task: string, ending: Ending): Promise<void> {
    this.#process.layer.end(this.#idOf(task), ending);
    await this.#quiet();
  }

  async passTime(): Promise<void> {
    await this.#world.passTime(TWO_HOURS_MS);
    this.#clock.advance(TWO_HOURS_MS);
    await this.#quiet();
  }

  async restart(): Promise<void> {
    await this.#process.kill();
    this.#process = await Process.start(this.#world, this.#clock, ++this.#processes);
    await this.#quiet();
  }

  async loseSession(): Promise<void> {
    await this.#process.loseSession((store) => this.#world.breakSession(store));
    await this.#quiet();
  }

  async close(): Promise<void> {
    await this.#process.kill();
  }

  async look(): Promise<Seen> {
    const rows = await this.#world.rows();
    const atLayer = [...this.#process.layer.held.values()].map(({ start, signal }) => ({
      taskId: start.taskId,
      attempt: start.attempt,
      stopping: signal.aborted,
      inputs: Object.keys(start.inputs),
    }));
    return { rows, atLayer };
  }

  /** Learns the ids of what was made, or answers how they contradict what is known. */
  learn({ rows }: Seen, expected: Made, made: Made): string[] {
    const faults: string[] = [];
    const found = rows.tasks.find((task) => task.id === made.tasks[0]);
    const meshId = made.mesh ?? (expected.mesh === null ? null : found?.meshId);
    if (expected.mesh !== null && meshId != null) {
      const known = this.#meshes.get(meshId) ?? expected.mesh;
      if (known !== expected.mesh) faults.push(`${meshId} is ${known} and now ${expected.mesh}`);
      this.#meshes.set(meshId, known);
    }
    const names = this.names(rows);
    const tasks = made.tasks.map((id) => names.get(id));
    if (!isDeepStrictEqual(tasks, expected.tasks))
      faults.push(`made ${tasks.join(', ')} instead of ${expected.tasks.join(', ')}`);
    return faults;
  }

  /** Of all tasks, by id. */
  names(rows: StoredRows): Map<string, string> {
    const names = new Map(
      rows.tasks.map(({ id, meshId, spec }) => [id, `${this.meshName(meshId)}/${spec.key}`]),
    );
    this.#ids = new Map([...names].map(([id, name]) => [name, id]));
    return names;
  }

  meshName(id: string): string {
    return this.#meshes.get(id) ?? `mesh ${id}`;
  }

  #idOf(name: string): string {
    const id = this.#ids.get(name);
    if (id === undefined) throw new Error(`no task ${name} was seen`);
    return id;
  }

  #meshId(name: string): string {
    for (const [id, known] of this.#meshes) if (known === name) return id;
    throw new Error(`no mesh ${name} was seen`);
  }

  async #quiet(): Promise<void> {
    await this.#process.quiet();
    const [fault] = this.#process.faults;
    if (fault !== undefined) throw new Error(`the leader gave up: ${fault}`);
  }
}

async function carriedOut(desk: Desk, request: Request): Promise<Answer> {
  try {
    return { refused: null, made: await desk.carryOut(request) };
  } catch (error) {
    if (error instanceof RefusedError) return { refused: error.code };
    throw error;
  }
}
