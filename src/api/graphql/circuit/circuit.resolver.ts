/** Circuits without a task: a small one simulated at once, and what a text is and costs. */
import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import type { Circuits } from '../../../layers/circuits.js';
import { checkCircuit } from '../../../orchestrator/definition/check-mesh.js';
import type { ApiContext } from '../../context.js';
import { invalid } from '../arguments.js';
import { valueOf } from '../checked.js';
import { CircuitWorkInput } from '../task/work.input.js';
import { answered, reportOf } from './circuit.shape.js';
import { CircuitReport, CircuitResult } from './circuit.type.js';

/** UTF-16 units; the body of a request is smaller by default. */
const SOURCE_LENGTH_MAX = 1_048_576;

@Resolver()
export class CircuitResolver {
  constructor(private readonly circuits: Circuits) {}

  @Query(() => CircuitResult, {
    description: 'Simulates a circuit of up to 20 qubits and 5 seconds at once; submit larger ones as tasks.',
  })
  async simulateCircuit(
    @Arg('input', () => CircuitWorkInput) input: CircuitWorkInput,
    @Ctx() { signal }: ApiContext,
  ): Promise<CircuitResult> {
    const work = valueOf(checkCircuit(input));
    return (await answered(this.circuits.simulate(work, signal))) as CircuitResult;
  }

  @Query(() => CircuitReport, {
    description: 'What a circuit in OpenQASM is and costs, or every fault in it.',
  })
  validateCircuit(@Arg('source', () => String) source: string): Promise<CircuitReport> {
    if (source.length > SOURCE_LENGTH_MAX)
      throw invalid('source', `must have at most ${SOURCE_LENGTH_MAX} characters, got ${source.length}`);
    return answered(reportOf(this.circuits.summarize(source), this.circuits.statistics().qubitsLimit));
  }
}
