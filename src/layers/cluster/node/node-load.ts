/** How busy this machine is, for heartbeats: measured between one call and the next. */
import { cpus, freemem, totalmem } from 'node:os';
import type { NodeLoad } from '../../../lifecycle/cluster-node.js';

export class LoadMeter {
  #last = times();

  read(running: number): NodeLoad {
    const now = times();
    const passed = now.total - this.#last.total;
    const cpu = passed <= 0 ? 0 : Math.min(1, Math.max(0, (now.busy - this.#last.busy) / passed));
    this.#last = now;
    return { cpu, memoryBytes: totalmem() - freemem(), running };
  }
}

function times(): { busy: number; total: number } {
  let [busy, total] = [0, 0];
  for (const { times: spent } of cpus()) {
    const all = spent.user + spent.nice + spent.sys + spent.idle + spent.irq;
    total += all;
    busy += all - spent.idle;
  }
  return { busy, total };
}
