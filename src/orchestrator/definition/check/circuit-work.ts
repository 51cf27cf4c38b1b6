/**
 * The check of `circuit` work: one circuit, readable, and questions that can be answered. Called through work-fields.ts and by
 * the API for circuits that run at once. A text that takes long to read, or that a template completes, is read when it
 * runs; so is whether the parameters fit it and the machine is large enough.
 */
import type { Json, JsonObject } from '../../../kit/json.js';
import { SIMULATION_METHODS } from '../../../lifecycle/vocabulary.js';
import type { CircuitWant, CircuitWork } from '../../../lifecycle/work.js';
import { CircuitError } from '../../../quantum/circuit-error.js';
import { type CircuitStep, circuitOfForm } from '../../../quantum/circuit-form.js';
import { namedModel } from '../../../quantum/noise/named-models.js';
import { readNoiseModel } from '../../../quantum/noise/read-noise-model.js';
import { readBriefly } from '../../../quantum/qasm/read-briefly.js';
import { QuantumFault } from '../../../quantum/quantum-fault.js';
import { compact, dictionary, flag, isRecord, list, oneOf, real, record, text, whole } from './checks.js';
import type { ReadOf } from './checks.js';
import type { Check, Inspection } from './inspection.js';

const TEXT_MAX = 256 * 1024;
const QUBITS_MAX = 64;
const OPERATIONS_MAX = 10_000;
const SHOTS_MAX = 10_000_000;
/** What an output can hold. */
const OUTCOMES_MAX = 10_000;
const EXPECTATIONS_MAX = 1_000;

const sourceText = text({ max: TEXT_MAX, multiline: true });

const source: Check<string> = (value, inspection) => {
  const read = sourceText(value, inspection);
  if (read === undefined || read.includes('${')) return read;
  const reading = readBriefly(read);
  if (reading === undefined || reading.ok) return read;
  for (const { code, message, line = 1, column = 1 } of reading.faults)
    inspection.fault({ rule: `is no circuit: line ${line}, column ${column}: ${code}: ${message}` });
  return undefined;
};

const number = real('must be a number', () => true);
const qubit = whole(0, QUBITS_MAX - 1);
const gateName = text({ max: 100 });

const angle: Check<number | string> = (value, inspection) => {
  if (typeof value === 'number') return number(value, inspection);
  if (typeof value === 'string' && /^[\p{L}_][\p{L}\p{N}_]{0,99}$/u.test(value)) return value;
  return inspection.fault({ rule: 'must be a number of radians or the name of a parameter', got: value });
};

const entry: Check<number | readonly number[]> = (value, inspection) => {
  if (typeof value === 'number') return number(value, inspection);
  const pair = list(number, 2, 'numbers')(value, inspection);
  if (pair === undefined || pair.length === 2) return pair;
  return inspection.fault({ rule: 'must be a number, or [real part, imaginary part]', got: value });
};

const step = record({
  noun: 'a step of a circuit',
  fields: {
    gate: gateName,
    qubits: list(qubit, QUBITS_MAX, 'qubits'),
    angles: list(angle, 10, 'angles'),
    matrix: list(list(entry, 8), 8, 'rows'),
    measure: qubit,
    bit: whole(0, 9_999),
    reset: qubit,
    barrier: list(qubit, QUBITS_MAX, 'qubits'),
    when: record({
      noun: 'a condition',
      fields: { start: whole(0, 9_999), size: whole(1, 32), value: whole(0, 2 ** 32 - 1) },
      required: ['start', 'value'],
    }),
  },
  elsewhere: {
    name: 'write gate',
    qubit: 'write qubits: [0]',
    params: 'write angles',
    condition: 'write when',
  },
});

const parameterName = text({ max: 100 });

const parameter: Check<Json> = (value, inspection) => {
  if (typeof value === 'string' && value.includes('${')) return value;
  return number(value, inspection);
};

const parameters: Check<Json> = (value, inspection) => {
  if (typeof value === 'string' && value.startsWith('${')) return value;
  const read = dictionary(parameterName, parameter, 10_000)(value, inspection);
  return read as JsonObject | undefined;
};

/** Undefined where it holds; else the fault is told here. */
function told(inspection: Inspection, hold: () => unknown): boolean {
  try {
    hold();
    return false;
  } catch (error) {
    if (!(error instanceof QuantumFault || error instanceof CircuitError)) throw error;
    inspection.fault({ rule: `cannot be used: ${error.message}` });
    return true;
  }
}

const noise: Check<string | JsonObject> = (value, inspection) => {
  if (typeof value === 'string') return told(inspection, () => namedModel(value)) ? undefined : value;
  if (!isRecord(value))
    return inspection.fault({ rule: 'must be the name of a noise model, or a model', got: value });
  return told(inspection, () => readNoiseModel(value)) ? undefined : (value as JsonObject);
};

const pauliString: Check<string> = (value, inspection) => {
  if (typeof value === 'string' && value.length <= QUBITS_MAX && /^[IXYZ]+$/.test(value)) return value;
  return inspection.fault({ rule: 'must be a text of I, X, Y and Z, one for each qubit', got: value });
};

const want = record({
  noun: 'what a circuit answers',
  fields: {
    counts: flag,
    probabilities: flag,
    top: whole(1, OUTCOMES_MAX, 'outcomes'),
    statevector: flag,
    expectations: list(pauliString, EXPECTATIONS_MAX),
  },
  elsewhere: { expectation: 'write expectations: [ZZ]', shots: 'write shots beside want' },
});

const fields = {
  source,
  qubits: whole(1, QUBITS_MAX, 'qubits'),
  operations: list(step, OPERATIONS_MAX, 'operations'),
  parameters,
  shots: whole(1, SHOTS_MAX, 'shots'),
  seed: whole(0, Number.MAX_SAFE_INTEGER),
  noise,
  method: oneOf(SIMULATION_METHODS),
  want,
};

const circuit = record({
  noun: 'circuit work',
  fields,
  elsewhere: {
    qasm: 'write source',
    gates: 'write operations',
    circuit: 'write source',
    inputs: 'write parameters; outputs of other tasks arrive over DATA dependencies',
  },
});

function checkTogether(read: ReadOf<typeof fields>, value: unknown, inspection: Inspection): void {
  const given = isRecord(value) ? value : {};
  const [hasText, hasSteps] = [given.source != null, given.operations != null];
  if (hasText === hasSteps)
    inspection.fault({
      rule: hasText ? 'must be a source or operations, not both' : 'must have a source or operations',
      fix: 'write source: the text in OpenQASM 2 or 3',
    });
  if (hasText && read.qubits != null)
    inspection.fault({ rule: 'must be left out with a source', fix: 'the text says it' }, 'qubits');
}

/** Without nulls; looked into only where its qubits are said: else they are configured, and known where it runs. */
function stepsOf({ qubits, operations }: ReadOf<typeof fields>, inspection: Inspection): CircuitStep[] {
  const steps = (operations ?? []).map((one) => compact(one)) as CircuitStep[];
  if (qubits != null && operations != null)
    told(inspection, () => circuitOfForm({ qubits, operations: steps }));
  return steps;
}

export const circuitWork: Check<CircuitWork> = (value, inspection) => {
  const before = inspection.count;
  const read = circuit(value, inspection);
  if (read === undefined) return undefined;
  checkTogether(read, value, inspection);
  const operations = inspection.count === before ? stepsOf(read, inspection) : [];
  if (inspection.count > before) return undefined;
  const parts = {
    ...(read.operations == null ? {} : { operations }),
    ...(read.want == null ? {} : { want: compact(read.want) as CircuitWant }),
  };
  return compact({ ...read, ...parts }) as CircuitWork;
};
