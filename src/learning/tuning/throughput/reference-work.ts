/**
 * How much work an attempt was, whatever it took: the seconds that were expected of such work (its kind and the size of its
 * input) when the first few of it had run. That stays, or what is learned while a layer is slow would make its tasks count as larger
 * and the layer as fast as before. Work that is new is counted in the same measure: by how much what is expected of known
 * work has changed, what is expected of the new is corrected.
 */
import type { TaskSpec } from '../../../lifecycle/task.js';
import { BoundedMap } from '../../bounded-map.js';

interface Known {
  seconds: number;
  seen: number;
}

const KEYS_MAX = 5000;
/** After so many attempts, what is expected of such work tells its kind from others well enough to stay. */
const SETTLED = 5;
/** Sizes within a fifth of each other are one. */
const SIZES_PER_OCTAVE = 4;
/** Every so many attempts one of known work is asked about again. */
const ASKED_EACH = 16;
const GAIN = 0.1;

export class ReferenceWork {
  readonly #known = new BoundedMap<Known>(KEYS_MAX);
  readonly #expected: (spec: TaskSpec) => number | null;
  /** Logarithm of what was expected at first over what is now. */
  #scale = 0;
  #asked = 0;

  /** `expected`: seconds as known now; null: nothing is. */
  constructor(expected: (spec: TaskSpec) => number | null) {
    this.#expected = expected;
  }

  /** In seconds; where nothing is known yet, what came. */
  of(spec: TaskSpec, runSeconds: number): number {
    const known = this.#known.touch(keyOf(spec), () => ({ seconds: runSeconds, seen: 0 }));
    known.seen++;
    if (known.seen <= SETTLED) {
      const expected = this.#expected(spec);
      known.seconds = expected === null ? runSeconds : expected * Math.exp(this.#scale);
    } else if (++this.#asked % ASKED_EACH === 0) this.#follow(known.seconds, this.#expected(spec));
    return known.seconds;
  }

  #follow(first: number, now: number | null): void {
    if (now !== null) this.#scale += GAIN * (Math.log(first / now) - this.#scale);
  }
}

function keyOf({ typeKey, metadata: { inputBytes } }: TaskSpec): string {
  if (typeof inputBytes !== 'number' || inputBytes < 1) return typeKey;
  return `${typeKey}\n${Math.round(SIZES_PER_OCTAVE * Math.log2(inputBytes))}`;
}
