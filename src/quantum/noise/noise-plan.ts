/**
 * A checked noise model, ready to be asked what follows a gate. Made once for a run; names that are listed stand before
 * wildcards, and given qubits before both.
 */
import type { Operation } from '../circuit.js';
import type { NoiseStep } from '../compile/program-maker.js';
import { QuantumFault } from '../quantum-fault.js';
import { channelOperators } from './channels.js';
import type { ChannelOperators, Mixture } from './channels.js';
import type { Channel, NoiseModel, Readout } from './noise-model.js';

type Gate = Extract<Operation, { kind: 'gate' }>;
/** Answers which unitary of a mixture happens; asked in the order of the circuit. */
export type Draw = (mixture: readonly Mixture[]) => number;

interface Place {
  readonly qubits: readonly number[];
  readonly channel: ChannelOperators;
}

export class NoisePlan {
  readonly #byName = new Map<string, readonly ChannelOperators[]>();
  readonly #local = new Map<string, readonly ChannelOperators[]>();
  readonly #model: NoiseModel;

  constructor(model: NoiseModel) {
    this.#model = model;
    for (const [name, channels] of Object.entries(model.gates ?? {}))
      this.#byName.set(name, made(channels, `noise of '${name}'`));
    for (const { gate, qubits, channels } of model.local ?? [])
      this.#local.set(
        `${gate} ${qubits.join(',')}`,
        made(channels, `noise of '${gate}' on ${qubits.join(', ')}`),
      );
    const readouts: readonly (readonly [string, Readout])[] = [
      ...(model.readout === undefined ? [] : [['readout', model.readout] as const]),
      ...Object.entries(model.readoutOfBit ?? {}).map(([bit, of]) => [`readout of bit ${bit}`, of] as const),
    ];
    for (const [where, readout] of readouts) checkReadout(readout, where);
  }

  readonly readoutOf = (bit: number): Readout | null =>
    this.#model.readoutOfBit?.[String(bit)] ?? this.#model.readout ?? null;

  /** The exact channels: every operator of each. */
  readonly exact = (gate: Gate): readonly NoiseStep[] =>
    this.#places(gate).map(({ qubits, channel }) => ({ qubits, operators: channel.operators }));

  /** With mixtures decided by `draw`; other channels stay open. */
  drawn(draw: Draw): (gate: Gate) => readonly NoiseStep[] {
    return (gate) =>
      this.#places(gate).map(({ qubits, channel }) => {
        if (channel.mixture === null) return { qubits, operators: channel.operators };
        const { unitary } = channel.mixture[draw(channel.mixture)] as Mixture;
        return { qubits, operators: [unitary] };
      });
  }

  /** The mixtures along the circuit, in the order in which `drawn` asks for them. */
  mixtures(operations: readonly Operation[]): (readonly Mixture[])[] {
    return operations.flatMap((operation) =>
      operation.kind === 'gate'
        ? this.#places(operation).flatMap(({ channel }) =>
            channel.mixture === null ? [] : [channel.mixture],
          )
        : [],
    );
  }

  #channels(gate: Gate): readonly ChannelOperators[] {
    const wildcard = `*${gate.qubits.length}`;
    const on = gate.qubits.join(',');
    return (
      this.#local.get(`${gate.name} ${on}`) ??
      this.#local.get(`${wildcard} ${on}`) ??
      this.#byName.get(gate.name) ??
      this.#byName.get(wildcard) ??
      []
    );
  }

  #places(gate: Gate): Place[] {
    return this.#channels(gate).flatMap((channel): Place[] => {
      if (channel.qubits === 1) return gate.qubits.map((qubit) => ({ qubits: [qubit], channel }));
      if (channel.qubits === gate.qubits.length) return [{ qubits: gate.qubits, channel }];
      throw new QuantumFault(
        'NOISE_INVALID',
        `the noise of '${gate.name}' has a channel on ${channel.qubits} qubits, but the gate is on ${gate.qubits.length}`,
      );
    });
  }
}

function made(channels: readonly Channel[], where: string): ChannelOperators[] {
  return channels.map((channel) => channelOperators(channel, where));
}

function checkReadout(readout: Readout, where: string): void {
  const rows = [...readout];
  const isChance = (p: unknown): boolean => typeof p === 'number' && p >= 0 && p <= 1;
  const isGood =
    rows.length === 2 &&
    rows.every((row) => row.length === 2 && row.every(isChance) && Math.abs(row[0] + row[1] - 1) <= 1e-10);
  if (!isGood)
    throw new QuantumFault(
      'NOISE_INVALID',
      `${where}: it must be [[P(0|0), P(1|0)], [P(0|1), P(1|1)]], and each row must sum to 1`,
    );
}
