/** Runs whose tasks were predicted: two kinds of task on one machine, each with a model that is the best for it alone. */
import { SeededRandom } from '../../../src/kit/random.js';
import type { PredictionRow } from '../../../src/store/learning.js';
import { prediction } from '../learning-rows.js';
import { uuid } from '../store/batches.js';
import type { MindWorld, Server } from './mind-world.js';
import { normal } from './streams.js';

export interface Predicted {
  /** Spread of what came about what was expected, of the logarithm. */
  readonly sd: number;
  /** Spread that the intervals were made for. */
  readonly said: number;
  /** What the machine takes more than was expected. */
  readonly factor: number;
}

const TASKS = 10;
const Z95 = 1.645;

export class PredictedRuns {
  readonly #random = new SeededRandom('predicted runs');
  readonly #world: MindWorld;
  #runs = 0;

  constructor(world: MindWorld) {
    this.#world = world;
  }

  /** One run ends and is scored. */
  async end(server: Server, { sd = 0.1, said = sd, factor = 1 }: Partial<Predicted> = {}): Promise<void> {
    const at = this.#runs++;
    const meshId = uuid(9_000_000 + at);
    const rows = Array.from({ length: TASKS }, (_, i): PredictionRow => {
      const actual = factor * Math.exp(sd * normal(this.#random));
      const quantiles = { p05: Math.exp(-Z95 * said), p50: 1, p95: Math.exp(Z95 * said) };
      const isFirst = i % 2 === 0;
      const medians = { 'type-median': 1.6, hierarchical: isFirst ? 1 : 1.4, trees: isFirst ? 1.4 : 1 };
      const names = { taskId: uuid(8_000_000 + TASKS * at + i), typeKey: `command:${isFirst ? 'a' : 'b'}` };
      const when = new Date(this.#world.clock.wall() - 1000 + i);
      return { ...prediction(at), ...names, meshId, at: when, ...quantiles, medians, actual, regret: 0 };
    });
    await this.#world.learning.savePredictions(rows);
    server.live.meshEnded(meshId);
    await this.#world.pass(5250);
  }
}
