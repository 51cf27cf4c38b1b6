/** Tasks go where their kind of work can run. */
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/kit/clock.js';
import { openQuantumLayer } from '../../../src/layers/quantum-sim/open-quantum-layer.js';
import type { Layer } from '../../../src/layers/layer.js';
import type { LayerName } from '../../../src/lifecycle/vocabulary.js';
import { LayerChoice } from '../../../src/orchestrator/layer-choice.js';
import { WaitExecutor } from '../../../src/work/wait/wait-executor.js';
import { executorLayer } from '../../support/work/fixtures.js';

const clock = new VirtualClock();
const { layer: quantum } = openQuantumLayer({
  node: 'host:1:a',
  slots: 1,
  threads: 1,
  qubitsMax: 10,
  memoryBytesMax: 2 ** 20,
  defaults: { qubits: 1, seed: 1, noise: {} },
  clock,
});
const layers = new Map<LayerName, Layer>([
  ['LOCAL', executorLayer([new WaitExecutor(clock)], clock)],
  ['QUANTUM_SIM', quantum],
]);
const choice = new LayerChoice(layers);
const circuit = { circuit: { source: 'OPENQASM 2.0; qreg q[1];' } };

describe('the layers of a task', () => {
  it.each([
    [{ layer: null, work: { wait: { durationMs: 1 } } }, ['LOCAL']],
    [{ layer: null, work: circuit }, ['QUANTUM_SIM']],
    [{ layer: null, work: null }, ['LOCAL', 'QUANTUM_SIM']],
    [{ layer: null, work: { command: { argv: ['x'] } } }, []],
    [{ layer: 'LOCAL', work: circuit }, ['LOCAL']],
    [{ layer: 'CLUSTER', work: null }, []],
    [{ layer: null, work: { wait: { durationMs: 1 } }, nodeSelector: ['gpu'] }, []],
    [{ layer: null, work: { wait: { durationMs: 1 } }, nodeSelector: [] }, ['LOCAL']],
  ] as const)('of %j are %j', (spec, names) => {
    expect(choice.of(spec)).toEqual(names);
    expect(choice.of(spec)).toEqual(names);
  });
});
