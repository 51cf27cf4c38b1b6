/** The quantum engine as the command line uses it: for one command, on all processors. Loaded by `circuit run` only. */
import { availableParallelism } from 'node:os';
import { QuantumEngine } from '../../quantum/engine/quantum-engine.js';

const threadsMax = 64;
/** All outcomes of 22 qubits, 190 MB of JSON. */
const outcomesMax = 2 ** 22;

/** The engine lives as long as the work: its threads end with it. */
export async function withQuantumEngine<Result>(
  work: (engine: QuantumEngine) => Promise<Result>,
): Promise<Result> {
  const engine = new QuantumEngine({
    threads: Math.min(threadsMax, availableParallelism()),
    limits: { outcomesMax },
  });
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}
