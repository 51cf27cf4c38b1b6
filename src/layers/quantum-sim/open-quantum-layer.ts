/**
 * Builds the layer that simulates quantum circuits: an engine on worker threads for attempts, which run one after another
 * on all of them, and a desk for small circuits at once. Called by the composition root. Threads start on first use.
 */
import type { Clock } from '../../kit/clock.js';
import { QuantumEngine } from '../../quantum/engine/quantum-engine.js';
import type { Limits } from '../../quantum/engine/request.js';
import { CircuitExecutor } from '../../work/circuit/circuit-executor.js';
import type { CircuitDefaults } from '../../work/circuit/simulation-of.js';
import { OUTPUT_BYTES_MAX } from '../../work/output.js';
import { ExecutorLayer } from '../executor-layer.js';
import { CircuitDesk } from './circuit-desk.js';
import { QuantumStatistics } from './quantum-statistics.js';

/** About what an output of 1 MB holds; more would keep the server's thread busy only to be refused. */
const ANSWERS = { statevectorMax: 2 ** 14, outcomesMax: 20_000 };

export interface QuantumLayerOptions {
  readonly node: string;
  /** Attempts at the same time: those that compute wait for each other, the others wait for the store. */
  readonly slots: number;
  readonly threads: number;
  readonly qubitsMax: number;
  readonly memoryBytesMax: number;
  readonly defaults: CircuitDefaults;
  readonly clock: Clock;
  readonly outputBytesMax?: number;
}

export function openQuantumLayer(options: QuantumLayerOptions): {
  readonly layer: ExecutorLayer;
  readonly circuits: CircuitDesk;
} {
  const { node, slots, threads, qubitsMax, memoryBytesMax, defaults, clock } = options;
  const limits: Limits = { ...ANSWERS, qubitsMax, memoryBytesMax };
  const statistics = new QuantumStatistics();
  const engine = new QuantumEngine({ threads, limits });
  const outputBytesMax = options.outputBytesMax ?? OUTPUT_BYTES_MAX;
  const executor = new CircuitExecutor(engine, { defaults, outputBytesMax, ran: statistics.count }, clock);
  const layer = new ExecutorLayer({
    name: 'QUANTUM_SIM',
    title: 'the quantum simulation layer',
    node,
    capacity: { slots, cores: Math.max(threads, slots), memoryBytes: memoryBytesMax },
    executors: [executor],
    clock,
  });
  return { layer, circuits: new CircuitDesk({ defaults, limits, threads, statistics }) };
}
