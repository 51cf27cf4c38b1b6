/** Random meshes, extensions and tasks, as authors write them. */
import type { SeededRandom } from '../../../../src/kit/random.js';
import {
  checkExtension,
  checkMesh,
  type Checked,
} from '../../../../src/orchestrator/definition/check-mesh.js';
import type {
  CheckedExtension,
  CheckedMesh,
  TaskInput,
} from '../../../../src/orchestrator/definition/mesh-input.js';
import type { ClusterProfile, Profile } from '../profile.js';

export const EDGE_TYPES = ['HARD', 'HARD', 'SOFT', 'DATA', 'RESOURCE'] as const;
const STRATEGIES = ['QUEUE', 'QUEUE', 'CANCEL_NEWEST', 'CANCEL_RUNNING', 'COALESCE'] as const;
const DEFAULTS = { maxAttempts: 2, executionTimeoutMs: 600 };

/** What the path of a module says that kills the node it runs on. */
export const DEADLY = 'deadly.mjs';
export const NODE_LABELS = ['gpu', 'region=eu'] as const;

/** What an author may wish for, by the clock of the database. */
export class Author {
  readonly #random: SeededRandom;
  readonly #now: () => number;

  /** Of nodes. */
  readonly #places: SeededRandom;
  readonly #cluster: ClusterProfile | undefined;

  constructor(random: SeededRandom, { cluster }: Pick<Profile, 'cluster'>, now: () => number) {
    this.#random = random;
    this.#places = random.fork('places');
    this.#cluster = cluster;
    this.#now = now;
  }

  mesh(): CheckedMesh {
    const keys = this.#keys('t', 1 + this.#random.int(8));
    const tasks = keys.map((key) => this.#placed(this.#task(key)));
    return sound(checkMesh({ name: 'sim', tasks, edges: this.#edges([], keys) }, DEFAULTS));
  }

  /** `known`: keys of tasks that may take part in new edges, as sources. */
  extension(prefix: string, known: readonly string[]): CheckedExtension {
    const keys = this.#keys(prefix, 1 + this.#random.int(3));
    const tasks = keys.map((key) => this.#placed(this.#task(key)));
    return sound(checkExtension({ tasks, edges: this.#edges(known, keys) }, DEFAULTS));
  }

  #keys(prefix: string, count: number): string[] {
    return Array.from({ length: count }, (_, i) => `${prefix}${i}`);
  }

  #task(key: string): TaskInput {
    const random = this.#random;
    const maybe = <T>(chance: number, value: () => T): T | null => (random.next() < chance ? value() : null);
    return {
      key,
      work: random.next() < 0.12 ? null : { module: { path: 'simulated.mjs' } },
      priority: random.pick(['LOW', 'NORMAL', 'HIGH'] as const),
      layer: maybe(0.15, () => random.pick(['LOCAL', 'CLUSTER'] as const)),
      executionTimeoutMs: maybe(0.5, () => 150 + random.int(400)),
      heartbeatTimeoutMs: maybe(0.15, () => 100 + random.int(200)),
      queueTimeoutMs: maybe(0.1, () => 200 + random.int(800)),
      hold: random.next() < 0.04,
      retryPolicy: {
        maxAttempts: 1 + random.int(3),
        initialIntervalMs: 50,
        maxIntervalMs: 200,
        jitter: random.next() < 0.5,
        nonRetryableErrors: ['FATAL'],
      },
      concurrency: maybe(0.2, () => ({
        key: `k${random.int(2)}`,
        limit: 1 + random.int(2),
        strategy: random.pick(STRATEGIES),
      })),
      startAfter: maybe(0.06, () => new Date(this.#now() + random.int(1500)).toISOString()),
    };
  }

  /** Where there are nodes: what it asks of the one it runs on, and what it does to that. */
  #placed(task: TaskInput): TaskInput {
    if (this.#cluster === undefined || task.work === null) return task;
    const random = this.#places;
    const dice = random.next();
    const taskType = random.pick(['MICRO', 'SMALL', 'SMALL', 'MEDIUM', 'LARGE'] as const);
    if (random.next() < this.#cluster.deadly)
      return { ...task, taskType, layer: 'CLUSTER', work: { module: { path: DEADLY } } };
    if (dice < 0.25 && task.layer !== 'LOCAL')
      return { ...task, taskType, nodeSelector: [random.pick(NODE_LABELS)] };
    return { ...task, taskType };
  }

  #edges(known: readonly string[], keys: readonly string[]) {
    const edges = [];
    for (const [index, target] of keys.entries()) {
      for (const source of [...known, ...keys.slice(0, index)]) {
        if (this.#random.next() < 0.25)
          edges.push({ source, target, type: this.#random.pick(EDGE_TYPES), weight: this.#random.int(3) });
      }
    }
    return edges;
  }
}

function sound<T>(checked: Checked<T>): T {
  if (!checked.ok) throw new Error(JSON.stringify(checked.refusal));
  return checked.value;
}
