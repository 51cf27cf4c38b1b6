/** A layer of a server process, whose work only pretends. */
import type { StopSignal } from '../../../src/kit/stop.js';
import type { Layer } from '../../../src/layers/layer.js';
import type { Outcome } from '../../../src/lifecycle/task.js';
import type { LayerName } from '../../../src/lifecycle/vocabulary.js';
import type { AttemptSink, AttemptStart } from '../../../src/work/attempt.js';
import type { Machine } from './machine.js';
import { PretendedWork } from './pretended-work.js';
import type { World } from './world.js';

const CORES = 64;

export class SimLayer implements Layer {
  readonly #slots: number;
  readonly #work: PretendedWork;
  readonly name: LayerName;
  readonly node: string;

  constructor(world: World, machine: Machine, what: { name: LayerName; node: string; slots: number }) {
    this.#work = new PretendedWork(world, machine, world.random.fork(`${what.node} ${what.name}`));
    this.#slots = what.slots;
    this.name = what.name;
    this.node = what.node;
  }

  capacity() {
    return { slots: this.#slots, cores: CORES, memoryBytes: 2 ** 40 };
  }

  refusal(): undefined {
    return undefined;
  }

  statistics() {
    return { running: 0, started: 0, completed: 0, failed: 0 };
  }

  start(attempt: AttemptStart, signal: StopSignal, sink: AttemptSink): Promise<Outcome> {
    const { node, name: layer } = this;
    return this.#work.run({ node, layer, slots: this.#slots }, attempt, signal, sink);
  }
}
