/**
 * The machine that this process is on: processors, memory, the disk of its state directory, the network. Asked at the moment of
 * a scrape; what a system does not tell is left out.
 */
import { readFile, statfs } from 'node:fs/promises';
import { cpus, freemem, totalmem } from 'node:os';
import { Counter, Gauge, type Registry } from 'prom-client';

const INTERFACES = '/proc/net/dev';

/** `disk`: a path on it. */
export function addMachine(registry: Registry, disk: string): void {
  const registers = [registry];
  new Counter({
    name: 'taskmesh_machine_cpu_seconds_total',
    help: 'Seconds of all processors together, busy with whatever it was, and idle.',
    labelNames: ['state'],
    registers,
    collect() {
      const { busy, idle } = cpuSeconds();
      this.reset();
      this.inc({ state: 'busy' }, busy);
      this.inc({ state: 'idle' }, idle);
    },
  });
  new Gauge({
    name: 'taskmesh_machine_memory_bytes',
    help: 'Memory of the machine: all of it, and what is free.',
    labelNames: ['state'],
    registers,
    collect() {
      this.set({ state: 'total' }, totalmem());
      this.set({ state: 'free' }, freemem());
    },
  });
  new Gauge({
    name: 'taskmesh_machine_disk_bytes',
    help: 'The disk of the state directory: all of it, and what this user may still write.',
    labelNames: ['state'],
    registers,
    async collect() {
      const found = await statfs(disk).catch(() => undefined);
      if (found === undefined) return this.reset();
      this.set({ state: 'total' }, found.blocks * found.bsize);
      this.set({ state: 'free' }, found.bavail * found.bsize);
    },
  });
  new Counter({
    name: 'taskmesh_machine_network_bytes_total',
    help: 'Bytes over all network interfaces but the loopback; of Linux.',
    labelNames: ['direction'],
    registers,
    async collect() {
      this.reset();
      const text = await readFile(INTERFACES, 'utf8').catch(() => undefined);
      if (text === undefined) return;
      const { received, sent } = networkBytes(text);
      this.inc({ direction: 'received' }, received);
      this.inc({ direction: 'sent' }, sent);
    },
  });
}

function cpuSeconds(): { busy: number; idle: number } {
  let [busy, idle] = [0, 0];
  for (const { times } of cpus()) {
    idle += times.idle / 1000;
    busy += (times.user + times.nice + times.sys + times.irq) / 1000;
  }
  return { busy, idle };
}

/** Of the text of /proc/net/dev: two lines of titles, then one for each interface, received bytes first and sent ones ninth. */
export function networkBytes(text: string): { received: number; sent: number } {
  let [received, sent] = [0, 0];
  for (const line of text.split('\n').slice(2)) {
    const [name = '', rest = ''] = line.split(':');
    if (name.trim() === '' || name.trim() === 'lo') continue;
    const numbers = rest.trim().split(/\s+/).map(Number);
    received += numbers[0] ?? 0;
    sent += numbers[8] ?? 0;
  }
  return { received, sent };
}
