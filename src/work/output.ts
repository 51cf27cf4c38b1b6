/**
 * What an attempt may hand on: JSON of at most the configured size that a database can store. Called by every executor
 * with whatever its work produced. It refuses what JSON would lose silently (functions, BigInt, NaN, Map, cycles) and
 * replaces the two things that JSON allows and PostgreSQL's jsonb does not: U+0000 and lone surrogates.
 */
import type { Json } from '../kit/json.js';

export const OUTPUT_BYTES_MAX = 1_048_576;
/** PostgreSQL parses nested JSON recursively; far below its limit, far above what people write. */
export const OUTPUT_DEPTH_MAX = 200;

const UNSTORABLE = /[\0\p{Surrogate}]/gu;

export type OutputCheck =
  | { readonly ok: true; readonly output: Json }
  | { readonly ok: false; readonly code: 'INVALID_OUTPUT' | 'OUTPUT_TOO_LARGE'; readonly message: string };

/** Text that every store accepts: NUL and lone surrogates become U+FFFD. */
export function storable(text: string): string {
  return text.replace(UNSTORABLE, '\uFFFD');
}

class Unfit extends Error {
  readonly code: 'INVALID_OUTPUT' | 'OUTPUT_TOO_LARGE';

  constructor(code: 'INVALID_OUTPUT' | 'OUTPUT_TOO_LARGE', message: string) {
    super(message);
    this.code = code;
  }
}

export function tooLarge(bytesMax: number): string {
  return `The output is larger than ${bytesMax} bytes of JSON. Store it elsewhere and return a reference to it.`;
}

/** Walks a value once, counting roughly as it goes so that a huge value is refused before it is copied whole. */
class Copier {
  readonly #bytesMax: number;
  readonly #path: (string | number)[] = [];
  readonly #ancestors = new Set<object>();
  #bytesAtLeast = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  copy(value: unknown): Json | undefined {
    switch (typeof value) {
      case 'string':
        this.#count(value.length + 2);
        return storable(value);
      case 'boolean':
        this.#count(4);
        return value;
      case 'number':
        this.#count(1);
        return Number.isFinite(value) ? value : this.#refuse(`is ${value}`);
      case 'undefined':
        return undefined;
      case 'object':
        return value === null ? this.#null() : this.#object(value);
      default:
        return this.#refuse(`is a ${typeof value}`);
    }
  }

  #null(): null {
    this.#count(4);
    return null;
  }

  #object(value: object): Json | undefined {
    if ('toJSON' in value && typeof value.toJSON === 'function') {
      return this.copy(value.toJSON(String(this.#path.at(-1) ?? '')));
    }
    if (this.#ancestors.has(value)) this.#refuse('contains itself');
    if (this.#ancestors.size >= OUTPUT_DEPTH_MAX)
      this.#refuse(`is nested deeper than ${OUTPUT_DEPTH_MAX} levels`);
    this.#ancestors.add(value);
    const copy = Array.isArray(value) ? this.#array(value) : this.#record(value);
    this.#ancestors.delete(value);
    return copy;
  }

  #array(values: readonly unknown[]): Json {
    const copy: Json[] = [];
    for (let i = 0; i < values.length; i++) copy.push(this.#at(i, values[i]) ?? null);
    return copy;
  }

  #record(value: object): Json {
    const tag = Object.prototype.toString.call(value).slice(8, -1);
    if (tag !== 'Object') this.#refuse(`is a ${tag}, which JSON cannot hold`);
    const entries: [string, Json][] = [];
    for (const [key, member] of Object.entries(value)) {
      this.#count(key.length + 3);
      const copy = this.#at(key, member);
      if (copy !== undefined) entries.push([storable(key), copy]);
    }
    // fromEntries defines own properties, so that a key called __proto__ stays a key.
    return Object.fromEntries(entries);
  }

  #at(key: string | number, value: unknown): Json | undefined {
    this.#path.push(key);
    const copy = this.copy(value);
    this.#path.pop();
    return copy;
  }

  #count(bytes: number): void {
    this.#bytesAtLeast += bytes;
    if (this.#bytesAtLeast > this.#bytesMax) throw new Unfit('OUTPUT_TOO_LARGE', tooLarge(this.#bytesMax));
  }

  #refuse(problem: string): never {
    const path = this.#path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('');
    throw new Unfit('INVALID_OUTPUT', `The output must be JSON: output${path.slice(0, 200)} ${problem}.`);
  }
}

/** A copy of the value that is JSON and fits, or why there is none. `undefined` is an output of null. */
export function checkOutput(value: unknown, bytesMax: number): OutputCheck {
  try {
    const output = new Copier(bytesMax).copy(value) ?? null;
    if (Buffer.byteLength(JSON.stringify(output)) > bytesMax)
      throw new Unfit('OUTPUT_TOO_LARGE', tooLarge(bytesMax));
    return { ok: true, output };
  } catch (error) {
    if (error instanceof Unfit) return { ok: false, code: error.code, message: error.message };
    // A getter or toJSON of the work's own value threw.
    return {
      ok: false,
      code: 'INVALID_OUTPUT',
      message: `The output must be JSON: ${String(error).slice(0, 500)}`,
    };
  }
}
