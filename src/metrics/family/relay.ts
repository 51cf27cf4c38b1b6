/** What servers on one database ask of each other: requests sent to the leader and taken by it, and who is there. */
import { Gauge, type Registry } from 'prom-client';
import { LATENCY_SECONDS } from '../instrument/buckets.js';
import { Counter } from '../instrument/counter.js';
import { Histogram } from '../instrument/histogram.js';

export class RelayMetrics {
  readonly #taken: Counter;
  readonly #seconds: Histogram;
  #waiting: () => number = () => 0;
  #servers: () => Readonly<Record<string, number>> = () => ({});
  #epoch: () => number = () => 0;

  constructor(registry: Registry) {
    const registers = [registry];
    const waiting = (): number => this.#waiting();
    const servers = (): Readonly<Record<string, number>> => this.#servers();
    const epoch = (): number => this.#epoch();
    this.#taken = new Counter(registry, {
      name: 'taskmesh_relay_taken_total',
      help: 'Requests of other servers that this one took up while it led.',
    });
    this.#seconds = new Histogram(registry, {
      name: 'taskmesh_relay_seconds',
      help: 'Time from sending a request to the leader until its answer was here.',
      buckets: LATENCY_SECONDS,
    });
    new Gauge({
      name: 'taskmesh_relay_waiting',
      help: 'Requests of this server that wait for the answer of the leader.',
      registers,
      collect() {
        this.set(waiting());
      },
    });
    new Gauge({
      name: 'taskmesh_servers',
      help: 'Servers on the database that this one has heard of within a lease, by state.',
      labelNames: ['state'],
      registers,
      collect() {
        this.reset();
        for (const [state, count] of Object.entries(servers())) this.set({ state }, count);
      },
    });
    new Gauge({
      name: 'taskmesh_leader_epoch',
      help: 'Number of the leadership that this server has heard of last: it grows by one with every change.',
      registers,
      collect() {
        this.set(epoch());
      },
    });
  }

  waitingFrom(supplier: () => number): void {
    this.#waiting = supplier;
  }

  serversFrom(supplier: () => Readonly<Record<string, number>>): void {
    this.#servers = supplier;
  }

  epochFrom(supplier: () => number): void {
    this.#epoch = supplier;
  }

  taken(): void {
    this.#taken.increase(1);
  }

  answered(seconds: number): void {
    this.#seconds.observe(seconds);
  }
}
