/** Carries out an order in the thread that calls it, on machines of the caller's. Called here and in the coordinator. */
import type { Circuit } from '../circuit.js';
import { layoutCircuit } from '../draw/layout.js';
import { runBatch } from '../gradient/batch.js';
import { parseCircuit } from '../qasm/read.js';
import { QuantumFault } from '../quantum-fault.js';
import { summarizeCircuit } from '../summary.js';
import type { Answer, Order } from './coordinator-messages.js';
import { gatesOf } from './estimate.js';
import type { MachineOf } from './loading.js';
import { simulate } from './simulate.js';

/** More elementary gates than this are a mistake, or an attack: definitions double with every level. */
const GATES_MAX = 20_000_000;

function circuitIn({ circuit: given }: Order): Circuit {
  const circuit = typeof given === 'string' ? parseCircuit(given) : given;
  if (gatesOf(circuit) > GATES_MAX)
    throw new QuantumFault('CIRCUIT_TOO_LARGE', `the circuit has more than ${GATES_MAX} elementary gates`);
  return circuit;
}

export function carryOut(order: Order, machineOf: MachineOf): Answer {
  const circuit = circuitIn(order);
  switch (order.kind) {
    case 'simulate':
      return simulate({ ...order, circuit, machineOf });
    case 'batch':
      return runBatch({ ...order, circuit, machineOf });
    case 'summarize':
      return { ...summarizeCircuit(circuit), picture: layoutCircuit(circuit) };
  }
}
