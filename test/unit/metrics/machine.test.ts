/** What is measured of the machine. */
import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { addMachine, networkBytes } from '../../../src/metrics/family/machine.js';

const DEV = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 9000     10    0    0    0     0          0         0     9000     10    0    0    0     0       0          0
  eth0:1000     7    0    0    0     0          0         0     200      3    0    0    0     0       0          0
  eth1: 30     7    0    0    0     0          0         0     4      3    0    0    0     0       0          0
`;

it('adds up what went over all interfaces but the loopback', () => {
  expect(networkBytes(DEV)).toEqual({ received: 1030, sent: 204 });
  expect(networkBytes('')).toEqual({ received: 0, sent: 0 });
});

it('tells processors, memory and disk of this machine, and leaves out a disk that is none', async () => {
  const registry = new Registry();
  addMachine(registry, '/');
  const valueOf = async (name: string, label: string): Promise<number> =>
    Number(new RegExp(`^${name}\\{[a-z]+="${label}"\\} (\\S+)$`, 'm').exec(await registry.metrics())?.[1]);
  for (const name of ['memory_bytes', 'disk_bytes']) {
    const total = await valueOf(`taskmesh_machine_${name}`, 'total');
    const free = await valueOf(`taskmesh_machine_${name}`, 'free');
    expect(total).toBeGreaterThan(2 ** 20);
    expect(free).toBeGreaterThanOrEqual(0);
    expect(free).toBeLessThanOrEqual(total);
  }
  const before = await valueOf('taskmesh_machine_cpu_seconds_total', 'busy');
  for (const until = Date.now() + 100; Date.now() < until; );
  expect(await valueOf('taskmesh_machine_cpu_seconds_total', 'busy')).toBeGreaterThan(before);
  const nowhere = new Registry();
  addMachine(nowhere, '/no/such/place');
  expect(await nowhere.metrics()).not.toMatch(/^taskmesh_machine_disk_bytes\{/m);
});
