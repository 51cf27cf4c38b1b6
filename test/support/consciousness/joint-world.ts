/** Meshes that come one after the other and run side by side, as the composition root reads them for replays. */
import { togetherOf } from '../../../src/app/replay/together.js';
import { SeededRandom } from '../../../src/kit/random.js';
import type { Advisor } from '../../../src/orchestrator/advisor.js';
import type { AttemptRecord } from '../../../src/store/reads.js';
import type { MeshDefinition } from '../../../src/store/store.js';
import { COMMAND, GIB, specOf } from '../core-harness.js';
import { uuid } from '../store/batches.js';
import type { MindWorld, Server } from './mind-world.js';

const SIZES = [5, 10, 20, 60];
const MESHES = 5;
/** Until all of them are scored. */
const SCORED_MS = 6500;
const MORE = 20;
const BETWEEN_MS = 1000;

export class JointWorld {
  readonly #world: MindWorld;
  readonly #random: SeededRandom;
  readonly #definitions = new Map<string, MeshDefinition>();
  readonly #attempts = new Map<string, AttemptRecord>();
  #meshes = 0;

  /** `sizes`: of meshes; four slots. */
  constructor(world: MindWorld, seed: string, sizes: readonly number[] = SIZES) {
    this.#world = world;
    this.#random = new SeededRandom(seed);
    this.sizes = sizes;
    const parts = togetherOf({
      store: { meshDefinition: (id) => Promise.resolve(this.#definitions.get(id)) },
      reads: {
        countsByMeshIds: (ids: readonly string[]) =>
          Promise.resolve(
            ids.map((meshId) => ({
              meshId,
              counts: { COMPLETED: this.#definitions.get(meshId)?.tasks.length ?? 0 },
            })),
          ),
        attemptsByTaskIds: (ids) => Promise.resolve(ids.flatMap((id) => this.#attempts.get(id) ?? [])),
      },
      advisor: this.#advisor,
      layers: new Map(),
      rooms: () => [{ layer: 'LOCAL', total: { slots: 4, cores: 100, memoryBytes: 1000 * GIB } }],
    });
    world.loadOf = parts.loadOf;
    world.together = parts.together;
  }

  readonly sizes: readonly number[];

  /** What is expected is what comes, but for a little. */
  readonly #advisor: Pick<Advisor, 'estimate'> = {
    estimate: ({ spec }) => {
      const seconds = Number(spec.metadata['seconds']);
      return { p10: 0.8 * seconds, p50: seconds, p90: 1.2 * seconds };
    },
  };

  /** Five meshes begin one after the other, all run, and then all end; `began`: after each has begun. */
  async episode(server: Server, began: (meshId: string) => void = () => undefined): Promise<void> {
    const ids: string[] = [];
    for (let mesh = 0; mesh < MESHES; mesh++) {
      const id = this.#mesh();
      ids.push(id);
      server.live.meshBegan({
        meshId: id,
        name: 'many',
        tasks: this.#definitions.get(id)?.tasks.length ?? 0,
      });
      await this.#world.pass(BETWEEN_MS);
      began(id);
    }
    for (const id of ids) server.live.meshEnded(id);
    await this.#world.pass(SCORED_MS);
    for (let more = 0; more < MORE && (await this.#isOpen()); more++) await this.#world.pass(SCORED_MS);
  }

  async #isOpen(): Promise<boolean> {
    return (await this.#world.decisions({ kind: 'SHARE', open: true })).length > 0;
  }

  #mesh(): string {
    const number = this.#meshes++;
    const id = uuid(5_000_000 + number);
    const size = this.sizes[this.#random.int(this.sizes.length)] as number;
    const scale = [1, 8][this.#random.int(2)] as number;
    const tasks = Array.from({ length: size }, (_, at) => {
      const seconds = scale * (0.5 + this.#random.next());
      const taskId = uuid(6_000_000 + 1000 * number + at);
      const runMs = 1000 * seconds * (0.9 + 0.2 * this.#random.next());
      this.#attempts.set(taskId, { taskId, layer: 'LOCAL', runMs } as AttemptRecord);
      const spec = specOf(`t${at}`, { work: COMMAND, metadata: { seconds } });
      return { id: taskId, spec, status: 'COMPLETED' as const, ordinal: at };
    });
    const edges = tasks.slice(1).flatMap(({ id: targetId }, at) => {
      const source = tasks[this.#random.int(at + 1)];
      return this.#random.next() < 0.5 && source !== undefined
        ? [
            {
              id: uuid(7_000_000 + 1000 * number + at),
              meshId: id,
              sourceId: source.id,
              targetId,
              type: 'HARD' as const,
              weight: 0,
            },
          ]
        : [];
    });
    const mesh = { id, name: 'many', description: null, tags: [], metadata: {} } as never;
    this.#definitions.set(id, { mesh, tasks, edges });
    return id;
  }
}
