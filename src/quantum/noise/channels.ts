/**
 * Channels as operators: Kraus operators, or unitaries with probabilities that do not depend on the state, which trajectories
 * can draw before they run. Refuses what is no channel. Called by the noise plan.
 */
import {
  adjoint,
  dimensionOf,
  distance,
  identity,
  kronecker,
  matrix,
  multiply,
  scaled,
  sum,
  unitaryFault,
} from '../gates/matrix.js';
import type { Matrix } from '../gates/matrix.js';
import { standardMatrix } from '../gates/standard.js';
import { QuantumFault } from '../quantum-fault.js';
import type { Channel, MatrixRows } from './noise-model.js';

/** How far from one the sums of a channel may be. */
const TOLERANCE = 1e-10;

export interface Mixture {
  readonly probability: number;
  readonly unitary: Matrix;
}

export interface ChannelOperators {
  readonly qubits: number;
  /** Null where the probabilities depend on the state. */
  readonly mixture: readonly Mixture[] | null;
  readonly operators: readonly Matrix[];
}

export function channelOperators(channel: Channel, where: string): ChannelOperators {
  const refuse = (reason: string): never => {
    throw new QuantumFault('NOISE_INVALID', `${where}: ${channel.type}: ${reason}`);
  };
  const made = operatorsOf(channel, refuse);
  const total = made.operators.map((k) => multiply(adjoint(k), k)).reduce(sum);
  const fault = distance(total, identity(dimensionOf(total)));
  if (!(fault <= TOLERANCE))
    refuse(`it does not preserve the trace: the sum of K†K is ${fault.toExponential(1)} from 1`);
  return made;
}

type Refuse = (reason: string) => never;

function operatorsOf(channel: Channel, refuse: Refuse): ChannelOperators {
  switch (channel.type) {
    case 'depolarizing':
      return depolarizing(channel.p, channel.qubits ?? 1, refuse);
    case 'amplitudeDamping':
      fraction('gamma', channel.gamma, refuse);
      return kraus([diagonal(1, Math.sqrt(1 - channel.gamma)), jump('down', channel.gamma)]);
    case 'phaseDamping':
      fraction('lambda', channel.lambda, refuse);
      return kraus([diagonal(1, Math.sqrt(1 - channel.lambda)), diagonal(0, Math.sqrt(channel.lambda))]);
    case 'thermalRelaxation':
      return thermal(channel, refuse);
    case 'pauli':
      return pauli([channel.x ?? 0, channel.y ?? 0, channel.z ?? 0], refuse);
    case 'mixedUnitary':
      return mixedUnitary(channel.terms, refuse);
    case 'kraus':
      return krausOf(channel.operators, refuse);
    case 'reset':
      return resetOf(channel.zero ?? 0, channel.one ?? 0, refuse);
    default:
      return refuse('no channel has this type');
  }
}

function fraction(name: string, value: number, refuse: Refuse, max = 1): void {
  if (!(value >= 0 && value <= max)) refuse(`${name} is ${value}, and must be between 0 and ${max}`);
}

function kraus(operators: readonly Matrix[]): ChannelOperators {
  return { qubits: Math.log2(dimensionOf(operators[0] as Matrix)), mixture: null, operators };
}

function mixed(mixture: readonly Mixture[]): ChannelOperators {
  const present = mixture.filter(({ probability }) => probability > 0);
  return {
    qubits: Math.log2(dimensionOf((mixture[0] as Mixture).unitary)),
    mixture: present,
    operators: present.map(({ probability, unitary }) => scaled(unitary, Math.sqrt(probability))),
  };
}

function diagonal(zero: number, one: number): Matrix {
  return matrix(zero, 0, 0, 0, 0, 0, one, 0);
}

function jump(direction: 'up' | 'down', probability: number): Matrix {
  const size = Math.sqrt(probability);
  return direction === 'down' ? matrix(0, 0, size, 0, 0, 0, 0, 0) : matrix(0, 0, 0, 0, size, 0, 0, 0);
}

const paulis = (['id', 'x', 'y', 'z'] as const).map((gate) => standardMatrix(gate, []));

function depolarizing(p: number, qubits: number, refuse: Refuse): ChannelOperators {
  if (qubits !== 1 && qubits !== 2) refuse(`it is for 1 or 2 qubits, not ${qubits}`);
  const count = 4 ** qubits;
  fraction('p', p, refuse, count / (count - 1));
  const strings = qubits === 1 ? paulis : paulis.flatMap((high) => paulis.map((low) => kronecker(high, low)));
  return mixed(
    strings.map((unitary, k) => ({
      unitary,
      probability: k === 0 ? Math.max(0, 1 - (p * (count - 1)) / count) : p / count,
    })),
  );
}

function pauli(probabilities: readonly number[], refuse: Refuse): ChannelOperators {
  for (const [k, name] of ['x', 'y', 'z'].entries()) fraction(name, probabilities[k] as number, refuse);
  const rest = 1 - probabilities.reduce((total, p) => total + p, 0);
  if (rest < -TOLERANCE) refuse('the probabilities sum to more than 1');
  return mixed(
    [Math.max(0, rest), ...probabilities].map((probability, k) => ({
      probability,
      unitary: paulis[k] as Matrix,
    })),
  );
}

/**
 * The populations decay to the thermal ones by 1 - exp(-time/t1), the coherence by exp(-time/t2). The part that jumps makes two
 * operators; what is left is diagonal, and the eigenvectors of [[a, c], [c, b]] make it two more.
 */
function thermal(channel: Extract<Channel, { type: 'thermalRelaxation' }>, refuse: Refuse): ChannelOperators {
  const { t1, t2, time, excitedPopulation: excited = 0 } = channel;
  if (!(t1 > 0)) refuse(`t1 is ${t1}, and must be positive`);
  if (!(t2 > 0)) refuse(`t2 is ${t2}, and must be positive`);
  if (!(t2 <= 2 * t1)) refuse(`t2 is ${t2}, more than 2 t1 = ${2 * t1}`);
  if (!(time >= 0)) refuse(`time is ${time}, and must not be negative`);
  fraction('excitedPopulation', excited, refuse);
  const decay = 1 - Math.exp(-time / t1);
  const up = excited * decay;
  const down = (1 - excited) * decay;
  const coherence = Math.exp(-time / t2);
  const [a, b] = [1 - up, 1 - down];
  const middle = (a + b) / 2;
  const radius = Math.hypot((a - b) / 2, coherence);
  const angle = Math.atan2(coherence, (a - b) / 2) / 2;
  const large = Math.sqrt(middle + radius);
  const small = Math.sqrt(Math.max(0, middle - radius));
  return kraus([
    diagonal(large * Math.cos(angle), large * Math.sin(angle)),
    diagonal(-small * Math.sin(angle), small * Math.cos(angle)),
    jump('up', up),
    jump('down', down),
  ]);
}

function resetOf(zero: number, one: number, refuse: Refuse): ChannelOperators {
  fraction('zero', zero, refuse);
  fraction('one', one, refuse);
  if (zero + one > 1 + TOLERANCE) refuse('the probabilities sum to more than 1');
  const stays = Math.sqrt(Math.max(0, 1 - zero - one));
  const [z, o] = [Math.sqrt(zero), Math.sqrt(one)];
  return kraus([diagonal(stays, stays), diagonal(z, 0), jump('down', zero), diagonal(0, o), jump('up', one)]);
}

export function matrixFromRows(rows: MatrixRows, refuse: Refuse): Matrix {
  const size = rows.length;
  if (![2, 4].includes(size) || rows.some((row) => row.length !== size))
    refuse('a matrix has 2 rows of 2 numbers, or 4 of 4');
  const numbers = rows.flatMap((row) =>
    row.flatMap((entry) => (typeof entry === 'number' ? [entry, 0] : [...entry])),
  );
  if (numbers.length !== 2 * size * size || numbers.some((part) => !Number.isFinite(part)))
    refuse('an entry is a finite number, or a pair of them');
  return Float64Array.from(numbers);
}

function sameSize(matrices: readonly Matrix[], refuse: Refuse): void {
  if (matrices.length === 0) refuse('it has no matrices');
  if (matrices.some((m) => m.length !== matrices[0]?.length)) refuse('its matrices differ in size');
}

function mixedUnitary(
  terms: readonly { readonly probability: number; readonly matrix: MatrixRows }[],
  refuse: Refuse,
): ChannelOperators {
  const mixture = terms.map(({ probability, matrix: rows }) => ({
    probability,
    unitary: matrixFromRows(rows, refuse),
  }));
  sameSize(
    mixture.map(({ unitary }) => unitary),
    refuse,
  );
  for (const { probability, unitary } of mixture) {
    fraction('a probability', probability, refuse);
    if (unitaryFault(unitary) > TOLERANCE) refuse('a matrix is not unitary');
  }
  return mixed(mixture);
}

function krausOf(rows: readonly MatrixRows[], refuse: Refuse): ChannelOperators {
  const operators = rows.map((of) => matrixFromRows(of, refuse));
  sameSize(operators, refuse);
  return kraus(operators);
}
