/**
 * Which ended attempts are learned from when there are more than it takes: the first of every kind, then a share by the
 * clock of the history (token buckets per kind and over all). It looks at nothing but committed facts, so that a replay takes
 * the same ones. An observation costs milliseconds of one processor: all models are scored and taught.
 */
import type { Json } from '../../../kit/json.js';
import { BoundedMap } from '../../bounded-map.js';

interface Bucket {
  tokens: number;
  /** Ms since the epoch. */
  at: number;
}

interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

const KINDS_MAX = 10_000;
const KIND: Rate = { burst: 200, perSecond: 5 };
const ALL: Rate = { burst: 500, perSecond: 20 };

export class Thinning {
  readonly #kinds = new BoundedMap<Bucket>(KINDS_MAX);
  #all: Bucket = { tokens: ALL.burst, at: 0 };

  /** In the order of the history. */
  takes(typeKey: string, at: number): boolean {
    const kind = this.#kinds.touch(typeKey, () => ({ tokens: KIND.burst, at }));
    fill(kind, KIND, at);
    fill(this.#all, ALL, at);
    if (kind.tokens < 1 || this.#all.tokens < 1) return false;
    kind.tokens--;
    this.#all.tokens--;
    return true;
  }

  snapshot(): Json {
    return {
      all: { ...this.#all },
      kinds: [...this.#kinds.entries()].map(([key, bucket]) => [key, { ...bucket }]),
    };
  }

  restore(state: Json): void {
    const { all, kinds } = state as unknown as { all: Bucket; kinds: [string, Bucket][] };
    this.#all = { ...all };
    this.#kinds.clear();
    for (const [key, bucket] of kinds) this.#kinds.set(key, { ...bucket });
  }
}

function fill(bucket: Bucket, { burst, perSecond }: Rate, at: number): void {
  const seconds = Math.max(0, at - bucket.at) / 1000;
  bucket.tokens = Math.min(burst, bucket.tokens + seconds * perSecond);
  bucket.at = Math.max(bucket.at, at);
}
