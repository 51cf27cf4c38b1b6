/** What befalls the parts, drawn from a seed: each kind once in every round, in another order, on another part. */
import { setTimeout as delay } from 'node:timers/promises';
import type { SeededRandom } from '../../../src/kit/random.js';
import type { ChaosGround } from './ground.js';
import type { Part } from './part.js';
import type { ChaosPlan } from './plan.js';

const KINDS = [
  ...(['kill a server', 'kill a node', 'kill a node', 'pause a server', 'pause a node'] as const),
  ...(['end a server', 'end a node', 'cut a server off', 'cut a node off', 'restart PostgreSQL'] as const),
] as const;
const OF_REDIS = 'restart Redis';
export type FaultKind = (typeof KINDS)[number] | typeof OF_REDIS;

/** A fault strikes this long after the last at the latest. */
const BETWEEN_MS_MAX = 2500;
const LEASES = 3;

/** A draw without return, as long as there is time. */
export class Faults {
  /** How often each kind struck. */
  readonly struck = new Map<FaultKind, number>();
  readonly #ground: ChaosGround;
  readonly #random: SeededRandom;
  readonly #lastMs: number;
  readonly #kinds: readonly FaultKind[];
  #lasting: Promise<void>[] = [];
  #round: FaultKind[] = [];
  #postgresKills = 0;

  constructor(ground: ChaosGround, random: SeededRandom, { leaseSeconds, backend }: ChaosPlan) {
    this.#ground = ground;
    this.#random = random.fork('faults');
    this.#lastMs = leaseSeconds * 1000 * LEASES;
    this.#kinds = backend === 'redis' ? [...KINDS, OF_REDIS] : KINDS;
  }

  /** Resolves when time is over, each kind has struck and the last fault has ended. */
  async run(seconds: number): Promise<void> {
    const until = performance.now() + seconds * 1000;
    while (performance.now() < until || this.struck.size < new Set(this.#kinds).size) {
      await delay(this.#random.int(BETWEEN_MS_MAX));
      this.#strike(this.#draw());
    }
    await Promise.all(this.#lasting);
  }

  #draw(): FaultKind {
    if (this.#round.length === 0) this.#round = [...this.#kinds];
    const [kind] = this.#round.splice(this.#random.int(this.#round.length), 1);
    return kind as FaultKind;
  }

  #strike(kind: FaultKind): void {
    const hit = this.#hit(kind);
    if (hit === undefined) return;
    this.struck.set(kind, (this.struck.get(kind) ?? 0) + 1);
    this.#lasting.push(hit);
  }

  /** Undefined: nobody was there to be struck. */
  #hit(kind: FaultKind): Promise<void> | undefined {
    if (kind === 'restart PostgreSQL') return this.#restartPostgres();
    if (kind === OF_REDIS) return this.#ground.restartRedis();
    const parts: readonly Part[] = kind.includes('server') ? this.#ground.servers : this.#ground.nodes;
    const whole = parts.filter((part) => part.isWhole);
    if (whole.length === 0) return undefined;
    const part = this.#random.pick(whole);
    if (kind.startsWith('pause')) return part.pause(this.#lastMs);
    if (kind.startsWith('cut')) return part.cut(this.#lastMs);
    if (kind.startsWith('kill')) part.kill();
    else part.terminate();
    return Promise.resolve();
  }

  /** In turn as an operator does it, and as the kernel does it when memory is short. */
  #restartPostgres(): Promise<void> | undefined {
    const { pid } = this.#ground.postgres;
    if (pid === undefined) return undefined;
    process.kill(pid, this.#postgresKills++ % 2 === 0 ? 'SIGINT' : 'SIGKILL');
    return Promise.resolve();
  }
}
