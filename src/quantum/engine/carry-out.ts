/** Carries out an order in the thread that calls it, on machines of the caller's. Called here and in the coordinator. */
import { runBatch } from '../gradient/batch.js';
import type { Answer, Order } from './coordinator-messages.js';
import type { MachineOf } from './loading.js';
import { simulate } from './simulate.js';

export function carryOut(order: Order, machineOf: MachineOf): Answer {
  return order.kind === 'simulate' ? simulate({ ...order, machineOf }) : runBatch({ ...order, machineOf });
}
