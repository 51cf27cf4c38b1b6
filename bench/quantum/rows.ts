/** The rows of the table: each runs its contestants in turn, round after round, and compares medians. */
import { QuantumEngine } from '../../src/quantum/engine/quantum-engine.js';
import { Differentiator } from '../../src/quantum/gradient/differentiator.js';
import { circuit } from '../../src/quantum/builder.js';
import { Machine, newMemory } from '../../src/quantum/kernels/machine.js';
import { ReferenceState } from '../../test/support/quantum/reference-state.js';
import { median } from '../figures.js';
import { brickwork, circuitOf, ghz, qft } from './circuits.js';
import type { Workload } from './circuits.js';
import { hadamardInC, hadamardPass, noisyDensity, timed } from './kernels.js';
import type { Peers } from './peers.js';

export interface Row {
  readonly row: string;
  readonly against: string;
  /** How many times faster than the other (or the share of it); per second for gradients. */
  readonly figure: number;
  readonly unit: '×' | '%' | '/s';
  readonly atLeast: number;
  readonly aim: number;
  /** Smaller figures are better. */
  readonly isCost?: boolean;
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
}

export interface Context {
  readonly peers: Peers;
  readonly runs: number;
}

type Contestant = () => number | Promise<number>;

/** Until V8 has optimised what takes milliseconds; a peer's run of seconds does so by itself. */
const WARM_UPS = 12;
/** Runs of ours in each round: as many unmeasured, to come back to where the last round ended. */
const AGAIN = 3;

/** Milliseconds of both, measured in turn. The slow one may be asked for fewer runs. */
async function inTurn(
  ours: Contestant,
  theirs: Contestant,
  [runs, theirRuns]: readonly [number, number],
): Promise<{ ours: number[]; theirs: number[] }> {
  const result = { ours: [] as number[], theirs: [] as number[] };
  for (let run = 0; run < WARM_UPS; run++) await ours();
  for (let run = 0; run < runs; run++) {
    // Unmeasured each time: while the other ran for seconds, our threads slept and their memory left the caches.
    for (let again = 0; again < AGAIN; again++) await ours();
    for (let again = 0; again < AGAIN; again++) result.ours.push(await ours());
    if (run < theirRuns) result.theirs.push(await theirs());
  }
  return result;
}

const engines = new Map<number, QuantumEngine>();

export async function closeEngines(): Promise<void> {
  for (const engine of engines.values()) await engine.close();
}

function engineRun(workload: Workload, threads = 2): Contestant {
  const engine = engines.get(threads) ?? new QuantumEngine({ threads });
  engines.set(threads, engine);
  const made = circuitOf(workload);
  return async () => {
    const start = performance.now();
    await engine.run(made);
    return performance.now() - start;
  };
}

function plainRun(workload: Workload): Contestant {
  const made = circuitOf(workload);
  return () =>
    timed(() => {
      const state = new ReferenceState(workload.qubits);
      for (const operation of made.operations)
        if (operation.kind === 'gate') state.apply(operation.unitary, operation.qubits);
    });
}

interface Against {
  readonly row: string;
  readonly against: string;
  readonly targets: readonly [atLeast: number, aim: number];
  readonly workload: Workload;
  readonly theirs: (workload: Workload) => Contestant;
  readonly theirRuns: number;
}

async function times(
  { row, against, targets, workload, theirs, theirRuns }: Against,
  runs: number,
): Promise<Row> {
  const figures = await inTurn(engineRun(workload), theirs(workload), [runs, theirRuns]);
  const [atLeast, aim] = targets;
  return {
    ...{ row, against, unit: '×', atLeast, aim, ...figures },
    figure: median(figures.theirs) / median(figures.ours),
  };
}

function againstPeers({ peers, runs }: Context): Record<string, () => Promise<Row>> {
  const npm = (workload: Workload): Contestant => {
    const run = peers.quantumCircuit(workload);
    return () => timed(run);
  };
  const against =
    (of: Against): (() => Promise<Row>) =>
    () =>
      times(of, runs);
  const name = 'quantum-circuit';
  return {
    'qft-20': against({
      row: 'QFT-20 of a basis state',
      against: name,
      targets: [400, 650],
      workload: qft(20, 'BASIS'),
      theirs: npm,
      theirRuns: 1,
    }),
    'qft-20-plain': against({
      row: 'QFT-20 of a dense state',
      against: 'plain JavaScript',
      targets: [7, 10],
      workload: qft(20, 'DENSE'),
      theirs: plainRun,
      theirRuns: runs,
    }),
    'ghz-22': against({
      row: 'GHZ-22',
      against: name,
      targets: [100, 180],
      workload: ghz(22),
      theirs: npm,
      theirRuns: 3,
    }),
    'ghz-22-jsqubits': against({
      ...{ row: 'GHZ-22', against: 'jsqubits (sparse)', targets: [0, 0], workload: ghz(22), theirRuns: runs },
      theirs: ({ qubits }) => {
        const run = peers.jsqubitsGhz(qubits);
        return () => timed(run);
      },
    }),
    'brick-16': against({
      row: 'brickwork 16 x 20',
      against: name,
      targets: [3000, 5500],
      workload: brickwork(16, 20),
      theirs: npm,
      theirRuns: 1,
    }),
    'brick-20-plain': against({
      row: 'brickwork 20 x 20',
      against: 'plain JavaScript',
      targets: [6, 10],
      workload: brickwork(20, 20),
      theirs: plainRun,
      theirRuns: runs,
    }),
  };
}

async function hadamardRow(runs: number): Promise<Row | null> {
  const [size, target] = [24, 12];
  const inC = hadamardInC(size, target);
  if (inC === null) return null;
  const figures = await inTurn(hadamardPass(size, target), inC.run, [runs, runs]);
  inC.close();
  return {
    ...{
      row: 'H pass over 2^24, one thread',
      against: 'C (gcc -O3)',
      unit: '%',
      atLeast: 60,
      aim: 70,
      ...figures,
    },
    figure: (100 * median(figures.theirs)) / median(figures.ours),
  };
}

async function densityRow(runs: number): Promise<Row> {
  const { whole, passes } = noisyDensity(10, 6);
  const figures = await inTurn(whole, passes, [runs, runs]);
  return {
    ...{ row: 'density matrix, brickwork 10 x 6, damped', against: 'the sum of its passes', unit: '×' },
    ...{ atLeast: 1.5, aim: 1.15, isCost: true, ...figures },
    figure: median(figures.ours) / median(figures.theirs),
  };
}

function gradientRow(method: 'SHIFT' | 'ADJOINT', targets: readonly [number, number], runs: number): Row {
  const builder = circuit(6);
  for (let layer = 0; layer < 4; layer++) {
    for (let qubit = 0; qubit < 6; qubit++) builder.ry(builder.parameter(`p${layer * 6 + qubit}`), qubit);
    for (let qubit = 0; qubit < 6; qubit++) builder.cx(qubit, (qubit + 1) % 6);
  }
  const observable = [{ coefficient: 1, pauli: 'ZZIIII' }];
  const of = new Differentiator(builder.build(), observable, (bytes) => new Machine(newMemory(bytes)));
  const at = Array.from({ length: 24 }, (_, k) => 0.1 * k + 0.2);
  const count = 1000;
  const once = (): number =>
    timed(() => {
      for (let i = 0; i < count; i++) of.gradient(at, method);
    });
  once();
  const ours = Array.from({ length: runs }, once);
  const [atLeast, aim] = targets;
  return {
    ...{ row: `gradients, 6 qubits x 24 parameters, ${method.toLowerCase()}`, against: '-', unit: '/s' },
    ...{ atLeast, aim, ours, theirs: [] },
    figure: (1000 * count) / median(ours),
  };
}

export function rowsOf(context: Context): Record<string, () => Promise<Row | null>> {
  const { runs } = context;
  return {
    ...againstPeers(context),
    hadamard: () => hadamardRow(runs),
    density: () => densityRow(runs),
    shift: async () => gradientRow('SHIFT', [2000, 5000], runs),
    adjoint: async () => gradientRow('ADJOINT', [0, 40_000], runs),
  };
}
