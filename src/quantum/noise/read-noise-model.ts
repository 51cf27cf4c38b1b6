/**
 * A noise model from outside (JSON, configuration, a task's input): its shape is checked here, with the path of every fault,
 * and that its channels are channels by the noise plan. Called wherever a model enters the program.
 */
import { z } from 'zod';
import { QuantumFault } from '../quantum-fault.js';
import type { NoiseModel } from './noise-model.js';
import { NoisePlan } from './noise-plan.js';

const rows = z.array(z.array(z.union([z.number(), z.tuple([z.number(), z.number()])])));
const chance = z.number().min(0).max(1);

const channel = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('depolarizing'),
    p: z.number(),
    qubits: z.union([z.literal(1), z.literal(2)]).optional(),
  }),
  z.strictObject({ type: z.literal('amplitudeDamping'), gamma: z.number() }),
  z.strictObject({ type: z.literal('phaseDamping'), lambda: z.number() }),
  z.strictObject({
    type: z.literal('thermalRelaxation'),
    t1: z.number(),
    t2: z.number(),
    time: z.number(),
    excitedPopulation: z.number().optional(),
  }),
  z.strictObject({
    type: z.literal('pauli'),
    x: z.number().optional(),
    y: z.number().optional(),
    z: z.number().optional(),
  }),
  z.strictObject({
    type: z.literal('mixedUnitary'),
    terms: z.array(z.strictObject({ probability: z.number(), matrix: rows })).min(1),
  }),
  z.strictObject({ type: z.literal('kraus'), operators: z.array(rows).min(1) }),
  z.strictObject({ type: z.literal('reset'), zero: z.number().optional(), one: z.number().optional() }),
]);

const channels = z.array(channel);
const readout = z.tuple([z.tuple([chance, chance]), z.tuple([chance, chance])]);

const model = z.strictObject({
  gates: z.record(z.string(), channels).optional(),
  local: z
    .array(z.strictObject({ gate: z.string().min(1), qubits: z.array(z.int().min(0)).min(1), channels }))
    .optional(),
  readout: readout.optional(),
  readoutOfBit: z.record(z.string().regex(/^\d+$/), readout).optional(),
});

/** Throws NOISE_INVALID. */
export function readNoiseModel(value: unknown): NoiseModel {
  const read = model.safeParse(value);
  if (!read.success) {
    const faults = read.error.issues.map(
      ({ path, message }) => `${path.join('.') || 'the noise model'}: ${message}`,
    );
    throw new QuantumFault('NOISE_INVALID', faults.join('; '));
  }
  new NoisePlan(read.data);
  return read.data;
}
