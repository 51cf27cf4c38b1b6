/**
 * The small checks from which those of tasks and work are put together: texts, numbers, words of a closed
 * vocabulary, lists, records. They are built once, as tables of functions; reading a value makes no closure, which
 * is what keeps 10,000 tasks under a tenth of a second (bench figures in check-mesh.ts).
 */
import { didYouMean } from '../../../kit/nearest-word.js';
import type { Check, Inspection } from './inspection.js';

/** What no text of ours may hold: PostgreSQL stores neither NUL nor a surrogate without its other half. */
const unstorable = /[\0\p{Cs}]/u;
/** What a one-line text may not hold: control characters, line separators, and what turns the reading direction. */
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u;

interface TextRule {
  readonly min?: number;
  readonly max: number;
  /** Line breaks and tabs are welcome. */
  readonly multiline?: boolean;
}

function hasWrongCharacter(text: string, multiline: boolean): boolean {
  return multiline ? unstorable.test(text) : unprintable.test(text);
}

/** Lengths count UTF-16 units, as JavaScript and JSON Schema tools count them. */
export function text({ min = 1, max, multiline = false }: TextRule): Check<string> {
  const length = min === 0 ? `at most ${max} characters` : `${min} to ${max} characters`;
  const allowed = multiline ? 'without NUL and lone surrogates' : 'without control characters';
  return (value, inspection) => {
    if (typeof value !== 'string') return inspection.fault({ rule: 'must be a text', got: value });
    if (value.length < min || value.length > max)
      return inspection.fault({ rule: `must have ${length}`, got: value });
    if (hasWrongCharacter(value, multiline))
      return inspection.fault({ rule: `must be ${allowed}`, got: value });
    if (min > 0 && value.trim() === '') return inspection.fault({ rule: 'must not be blank', got: value });
    return value;
  };
}

export function whole(min: number, max: number, unit = ''): Check<number> {
  const rule = `must be a whole number${unit && ` of ${unit}`} from ${min} to ${max}`;
  return (value, inspection) => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    return inspection.fault({ rule, got: value });
  };
}

export function real(rule: string, holds: (value: number) => boolean): Check<number> {
  return (value, inspection) => {
    if (typeof value === 'number' && Number.isFinite(value) && holds(value)) return value;
    return inspection.fault({ rule, got: value });
  };
}

export const flag: Check<boolean> = (value, inspection) => {
  return typeof value === 'boolean' ? value : inspection.fault({ rule: 'must be true or false', got: value });
};

export function oneOf<const T extends string>(words: readonly T[]): Check<T> {
  const known: ReadonlySet<unknown> = new Set(words);
  const rule = `must be one of ${words.join(', ')}`;
  return (value, inspection) => {
    if (known.has(value)) return value as T;
    const fix = typeof value === 'string' ? didYouMean(value, words) : undefined;
    return inspection.fault({ rule, got: value, fix });
  };
}

/** The list itself where every entry was read as it stands, else a new one. */
export function list<T>(check: Check<T>, max: number, noun = 'entries'): Check<readonly T[]> {
  return (value, inspection) => {
    if (!Array.isArray(value)) return inspection.fault({ rule: 'must be a list', got: value });
    if (value.length > max) return inspection.fault({ rule: `must have at most ${max} ${noun}`, got: value });
    let read: unknown[] = value;
    for (let index = 0; index < value.length; index++) {
      const entry = inspection.at(index, check, value[index]);
      if (entry === value[index]) continue;
      if (read === value) read = value.slice();
      read[index] = entry;
    }
    return read as T[];
  };
}

/** Without the fields that are null or undefined; the object itself where there are none. */
export function compact<T extends object>(value: T): { readonly [K in keyof T]: Exclude<T[K], null> } {
  const entries = Object.entries(value);
  const given = entries.filter(([, field]) => field !== null && field !== undefined);
  return (given.length === entries.length ? value : Object.fromEntries(given)) as {
    readonly [K in keyof T]: Exclude<T[K], null>;
  };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object whose names are the author's: environment variables, headers. */
export function dictionary<T>(
  name: Check<string>,
  check: Check<T>,
  max: number,
): Check<Readonly<Record<string, T>>> {
  return (value, inspection) => {
    if (!isRecord(value)) return inspection.fault({ rule: 'must be an object', got: value });
    const names = Object.keys(value);
    if (names.length > max) return inspection.fault({ rule: `must have at most ${max} entries`, got: value });
    const entries = names.map((key) => {
      inspection.at(key, name, key);
      return [key, inspection.at(key, check, value[key])] as const;
    });
    return Object.fromEntries(entries) as Record<string, T>;
  };
}

type Fields = Readonly<Record<string, Check<unknown>>>;
/** Absent, null as the author wrote it, or read. Fields that are not known are still there, and were reported. */
export type ReadOf<F extends Fields> = {
  readonly [K in keyof F]?: F[K] extends Check<infer T> ? T | null : never;
};

interface RecordRule<F extends Fields> {
  readonly noun: string;
  readonly fields: F;
  readonly required?: readonly (keyof F & string)[];
  /** Fields that people look for here, and where they are instead. */
  readonly elsewhere?: Readonly<Record<string, string>>;
}

function unknownField(
  name: string,
  rule: Omit<RecordRule<Fields>, 'required'>,
  inspection: Inspection,
): void {
  if (!inspection.keeping) return void inspection.fault({ rule: 'is not known' });
  const elsewhere = Object.hasOwn(rule.elsewhere ?? {}, name) ? rule.elsewhere?.[name] : undefined;
  const names = Object.keys(rule.fields);
  const fix = elsewhere ?? didYouMean(name, names) ?? `its fields are ${names.join(', ')}`;
  inspection.fault({ rule: `is not a field of ${rule.noun}`, fix }, name);
}

/** Far above the fields of anything: an object with more is refused as a whole. */
const FIELDS_MAX = 500;

/** An object with the fields we know and no other: the object itself where every field was read as it stands, else a new one. */
export function record<const F extends Fields>(rule: RecordRule<F>): Check<ReadOf<F>> {
  const known = new Map<string, Check<unknown>>(Object.entries(rule.fields));
  const required = rule.required ?? [];
  return (value, inspection) => {
    if (!isRecord(value)) return inspection.fault({ rule: `must be an object`, got: value });
    const names = Object.keys(value);
    if (names.length > FIELDS_MAX)
      return inspection.fault({ rule: `has ${names.length} fields, which ${rule.noun} cannot have` });
    let read: Record<string, unknown> = value;
    for (const name of names) {
      const given = value[name];
      const check = known.get(name);
      if (check === undefined) unknownField(name, rule, inspection);
      if (check === undefined || given === undefined || given === null) continue;
      const field = inspection.at(name, check, given);
      if (field === given) continue;
      if (read === value) read = { ...value };
      read[name] = field;
    }
    for (const name of required) {
      if (value[name] === undefined || value[name] === null) inspection.fault({ rule: 'is required' }, name);
    }
    return read as ReadOf<F>;
  };
}
