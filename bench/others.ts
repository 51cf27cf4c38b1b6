/**
 * How much of the machine is used by those who have nothing to do with the bench: on a shared machine a figure is worth
 * as much as this share is small. From Linux's /proc, in ticks; elsewhere nothing is known.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { ticksBelow } from './process-ticks.js';

const LOOK_MS = 300;
/** Of all cores; the bench itself, waiting, uses less. */
const QUIET = 0.1;
/** A tick is 10 ms: fewer than these say little. */
const TICKS_MIN = 20;

interface Ticks {
  readonly busy: number;
  readonly all: number;
  /** The bench and all processes below it, those that have ended included. */
  readonly own: number;
}

export class Others {
  #last = ticks();
  #share: number | undefined;

  /**
   * The share of the machine that others used since the last call, 0 to 1; undefined where it is not known. Two calls
   * right after each other answer the same.
   */
  share(): number | undefined {
    const [before, after] = [this.#last, ticks()];
    if (before === undefined || after === undefined || after.all - before.all < TICKS_MIN) return this.#share;
    this.#last = after;
    const foreign = after.busy - before.busy - (after.own - before.own);
    this.#share = Math.max(0, foreign) / (after.all - before.all);
    return this.#share;
  }
}

/** Resolves when others leave the machine alone, or `msMax` later. */
export async function quiet(msMax: number): Promise<void> {
  const until = performance.now() + msMax;
  for (const others = new Others(); performance.now() < until; ) {
    await pause(LOOK_MS);
    if ((others.share() ?? 0) < QUIET) return;
  }
}

function ticks(): Ticks | undefined {
  try {
    const [, ...fields] = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '').split(/\s+/);
    const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, hard = 0, soft = 0] = fields.map(Number);
    const busy = user + nice + system + hard + soft;
    return { busy, all: busy + idle + wait, own: ownTicks() };
  } catch {
    return undefined;
  }
}

function ownTicks(): number {
  return ticksBelow(process.pid).reduce((sum, { ticks, buried }) => sum + ticks + buried, 0);
}
