/**
 * A value of a variable as its input type wants it, at a twentieth of graphql-js's cost: 10,000 tasks with 50,000
 * dependencies took `coerceInputValue` 230 ms, and take 10 ms here. What is right is read by functions that are made
 * once per type; they keep neither a place nor an error, and hand back the very object where nothing in it changes.
 * Whatever looks odd to them is graphql-js's to judge, so all rules and all words stay its own.
 */
import {
  coerceInputValue,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import type { Stages } from '../../../kit/turn.js';
import type { Fault } from '../../../lifecycle/refusal.js';

/** Of one variable; who has so many mends them and asks again. */
export const FAULTS_MAX = 50;
const STAGE_ITEMS = 500;

/** Throws anything at all when the value does not obviously fit. */
type Reader = (value: unknown) => unknown;
type Path = readonly (string | number)[];
type Fields = Readonly<Record<string, unknown>>;

class Odd extends Error {}
const ODD = new Odd('not obviously right');

const readers = new WeakMap<GraphQLInputType, Reader>();

function readerOf(type: GraphQLInputType): Reader {
  const known = readers.get(type);
  if (known !== undefined) return known;
  readers.set(type, (value) => made(value)); // for types that contain themselves
  const made = makeReader(type);
  readers.set(type, made);
  return made;
}

function makeReader(type: GraphQLInputType): Reader {
  if (isNonNullType(type)) {
    const read = readerOf(type.ofType);
    return (value) => {
      if (value === null || value === undefined) throw ODD;
      return read(value);
    };
  }
  if (isListType(type)) return nullable(listReader(readerOf(type.ofType)));
  if (isInputObjectType(type)) return nullable(objectReader(type));
  return nullable((value) => {
    const read = type.parseValue(value);
    if (read === undefined) throw ODD;
    return read;
  });
}

function nullable(read: Reader): Reader {
  return (value) => (value === null ? null : read(value));
}

function listReader(read: Reader): Reader {
  return (value) => {
    if (!Array.isArray(value)) throw ODD;
    let result: unknown[] = value;
    for (let at = 0; at < value.length; at++) {
      const item = read(value[at]);
      if (item === value[at]) continue;
      if (result === value) result = value.slice();
      result[at] = item;
    }
    return result;
  };
}

interface FieldReader {
  readonly read: Reader;
  readonly required: boolean;
}

function isRequired({ type, defaultValue }: GraphQLInputField): boolean {
  return isNonNullType(type) && defaultValue === undefined;
}

/** Members are looked at as the author gave them: three or four of the twenty that the type has. */
function objectReader(type: GraphQLInputObjectType): Reader {
  const fields = Object.values(type.getFields());
  const known = new Map<string, FieldReader>(
    fields.map((field) => [field.name, { read: readerOf(field.type), required: isRequired(field) }]),
  );
  const defaults = fields.filter(({ defaultValue }) => defaultValue !== undefined);
  const required = fields.filter(isRequired).length;
  return (value) => {
    if (!isPlain(value)) throw ODD;
    let result = value as Record<string, unknown>;
    let met = 0;
    let members = 0;
    for (const name in value) {
      const field = known.get(name);
      const given = value[name];
      if (field === undefined || given === undefined || (type.isOneOf && given === null)) throw ODD;
      const member = field.read(given);
      members++;
      if (field.required) met++;
      if (member === given) continue;
      if (result === value) result = { ...value };
      result[name] = member;
    }
    if (met !== required || (type.isOneOf && members !== 1)) throw ODD;
    for (const { name, defaultValue } of defaults) {
      if (Object.hasOwn(value, name)) continue;
      if (result === value) result = { ...value };
      result[name] = defaultValue;
    }
    return result;
  };
}

/** As JSON.parse and the REST bridge make them. */
function isPlain(value: unknown): value is Fields {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The coerced value; meaningless once there are faults. Long lists, alone or in an input object, are read in stages. */
export function* coerced(
  type: GraphQLInputType,
  value: unknown,
  name: string,
  faults: Fault[],
): Stages<unknown> {
  return yield* read(type, value, [name], faults);
}

function* read(type: GraphQLInputType, value: unknown, path: Path, faults: Fault[]): Stages<unknown> {
  if (isNonNullType(type) && value !== null && value !== undefined)
    return yield* read(type.ofType, value, path, faults);
  if (isListType(type) && Array.isArray(value)) return yield* readList(type.ofType, value, path, faults);
  if (isInputObjectType(type) && isPlain(value)) return yield* readObject(type, value, path, faults);
  return readAtOnce(type, value, path, faults);
}

function* readList(
  type: GraphQLInputType,
  items: readonly unknown[],
  path: Path,
  faults: Fault[],
): Stages<unknown[]> {
  const result: unknown[] = [];
  for (let at = 0; at < items.length && faults.length < FAULTS_MAX; at++) {
    result.push(readAtOnce(type, items[at], [...path, at], faults));
    if (at % STAGE_ITEMS === STAGE_ITEMS - 1) yield;
  }
  return result;
}

/** Its long lists by themselves; the object is then read with empty ones in their places. */
function* readObject(
  type: GraphQLInputObjectType,
  value: Fields,
  path: Path,
  faults: Fault[],
): Stages<unknown> {
  const fields = type.getFields();
  const long = Object.keys(value).filter((name) => isLong(value[name]) && fields[name] !== undefined);
  if (long.length === 0) return readAtOnce(type, value, path, faults);
  const lists: Record<string, unknown> = {};
  for (const name of long)
    lists[name] = yield* read((fields[name] as GraphQLInputField).type, value[name], [...path, name], faults);
  const emptied = { ...value, ...Object.fromEntries(long.map((name) => [name, []])) };
  return { ...(readAtOnce(type, emptied, path, faults) as object), ...lists };
}

function isLong(value: unknown): boolean {
  return Array.isArray(value) && value.length > STAGE_ITEMS;
}

function readAtOnce(type: GraphQLInputType, value: unknown, path: Path, faults: Fault[]): unknown {
  try {
    return readerOf(type)(value);
  } catch {
    return coerceInputValue(value, type, (steps, _, { message }) => {
      if (faults.length < FAULTS_MAX) faults.push({ path: written([...path, ...steps]), message });
    });
  }
}

/** `input.tasks[3].key` */
function written([name, ...steps]: Path): string {
  return String(name) + steps.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
}
