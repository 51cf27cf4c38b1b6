/** Rules of idempotency keys: the same request has one answer ever after, another request none. */
import type { MemoryDatabase } from '../../../src/store/memory/memory-database.js';
import type { Report } from './promises.js';

interface Answered {
  readonly requestHash: string;
  readonly made: string;
}

export class OnceRules {
  readonly #report: Report;
  readonly #commands: MemoryDatabase['commands'];
  readonly #answered = new Map<string, Answered>();

  constructor(report: Report, commands: MemoryDatabase['commands']) {
    this.#report = report;
    this.#commands = commands;
  }

  made(key: string, requestHash: string, made: string): void {
    const known = this.#answered.get(key);
    if (known === undefined) this.#answered.set(key, { requestHash, made });
    else if (known.requestHash !== requestHash)
      this.#report('once', `key ${key} made ${made} for a second request`);
    else if (known.made !== made)
      this.#report('once', `key ${key} is answered ${made}, and was answered ${known.made}`);
    const row = this.#commands.get(key);
    if (row?.requestHash !== requestHash)
      this.#report('once', `key ${key} was answered and its request is not recorded`);
  }

  /** Only a request that was carried out may stand in the way of another. */
  conflict(key: string, requestHash: string): void {
    const row = this.#commands.get(key);
    if (row === undefined)
      this.#report('once', `key ${key} is refused as used, and nothing was made under it`);
    else if (row.requestHash === requestHash)
      this.#report('once', `key ${key} is refused to its own request`);
  }
}
