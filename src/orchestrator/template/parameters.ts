/**
 * What a template says of its parameters, and the values that somebody gives them: both are checked here, each fault with
 * its place. Called by `check-template.ts` and `bind-template.ts`.
 */
import { createContext, Script } from 'node:vm';
import { didYouMean } from '../../kit/nearest-word.js';
import type { Json } from '../../kit/json.js';
import { PARAMETER_TYPES, type TemplateParameter } from '../../store/templates.js';
import { flag, isRecord, list, oneOf, real, record, text, whole } from '../definition/check/checks.js';
import type { Check, Inspection } from '../definition/check/inspection.js';
import { json } from '../definition/check/json-value.js';

const PARAMETERS_MAX = 100;
const VALUES_MAX = 200;
const TEXT_MAX = 65_536;
const JSON_BYTES_MAX = 64 * 1024;
/** A pattern of the author's may take exponential time; after this it is given up, and the server goes on. */
const PATTERN_MS_MAX = 50;

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

const name: Check<string> = (value, inspection) => {
  if (typeof value === 'string' && NAME.test(value) && value !== '__proto__') return value;
  const rule = 'must be 1 to 64 letters, digits and underscores, and begin with no digit';
  return inspection.fault({ rule, got: value });
};

const parameterRecord = record({
  noun: 'a parameter',
  fields: {
    name,
    type: oneOf(PARAMETER_TYPES),
    description: text({ min: 0, max: 1000, multiline: true }),
    default: json(JSON_BYTES_MAX),
    values: list(text({ max: 256 }), VALUES_MAX, 'values'),
    min: real('must be a number', () => true),
    max: real('must be a number', () => true),
    pattern: text({ max: 256 }),
  },
  required: ['name', 'type'],
  elsewhere: {
    required: 'a parameter without default has to be given',
    enum: 'write type: ENUM and values',
    options: 'write values',
    choices: 'write values',
    format: 'write pattern',
  },
});

const BOUNDED = new Set(['STRING', 'NUMBER', 'INTEGER']);

const parameter: Check<TemplateParameter> = (value, inspection) => {
  const before = inspection.count;
  const read = parameterRecord(value, inspection) as TemplateParameter | undefined;
  if (read === undefined || inspection.count > before) return undefined;
  checkTogether(read, inspection);
  if (inspection.count > before || !hasDefault(read)) return read;
  inspection.at('default', valueOf(read), read.default);
  return read;
};

function checkTogether({ type, values, min, max, pattern }: TemplateParameter, inspection: Inspection): void {
  if (type === 'ENUM' && (values == null || values.length === 0))
    inspection.fault({ rule: 'must have at least one value for an ENUM' }, 'values');
  if (type !== 'ENUM' && values != null)
    inspection.fault({ rule: 'must be left out', fix: 'write type: ENUM' }, 'values');
  if (new Set(values).size < (values?.length ?? 0)) inspection.fault({ rule: 'must differ' }, 'values');
  for (const [field, bound] of Object.entries({ min, max }))
    if (bound != null && !BOUNDED.has(type))
      inspection.fault({ rule: `must be left out for the type ${type}` }, field);
  if (min != null && max != null && min > max)
    inspection.fault({ rule: `must be at most max (${max})`, got: min }, 'min');
  if (pattern == null) return;
  if (type !== 'STRING') inspection.fault({ rule: `must be left out for the type ${type}` }, 'pattern');
  else if (matches(pattern, '') === 'invalid')
    inspection.fault({ rule: 'must be a regular expression', got: pattern }, 'pattern');
}

export function hasDefault(one: TemplateParameter): boolean {
  return one.default !== undefined && one.default !== null;
}

export const parameterList: Check<readonly TemplateParameter[]> = (value, inspection) => {
  const read = list(parameter, PARAMETERS_MAX, 'parameters')(value, inspection);
  const names = new Set<string>();
  for (const [index, one] of (read ?? []).entries()) {
    if (one === undefined) continue;
    if (names.has(one.name)) inspection.fault({ rule: 'must be unique', got: one.name }, index, 'name');
    names.add(one.name);
  }
  return read;
};

const TEST = new Script('new RegExp(`^(?:${pattern})$`, "u").test(text)');

function matches(pattern: string, text: string): boolean | 'invalid' | 'slow' {
  const context = createContext({ pattern, text }, { codeGeneration: { strings: false, wasm: false } });
  try {
    return TEST.runInContext(context, { timeout: PATTERN_MS_MAX }) === true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT' ? 'slow' : 'invalid';
  }
}

function patterned(pattern: string, check: Check<string>): Check<string> {
  return (value, inspection) => {
    const read = check(value, inspection);
    if (read === undefined) return undefined;
    const found = matches(pattern, read);
    if (found === true) return read;
    if (found === false) return inspection.fault({ rule: `must match ${pattern}`, got: read });
    const rule = `could not be compared with ${pattern} within ${PATTERN_MS_MAX} ms`;
    return inspection.fault({ rule, fix: 'let the template say a simpler pattern' });
  };
}

/** The rule of one parameter for its values. */
function valueOf({ type, values, min, max, pattern }: TemplateParameter): Check<Json> {
  const [least, most] = [min ?? undefined, max ?? undefined];
  if (type === 'STRING') {
    const plain = text({ min: least ?? 0, max: Math.min(most ?? TEXT_MAX, TEXT_MAX), multiline: true });
    return pattern == null ? plain : patterned(pattern, plain);
  }
  if (type === 'BOOLEAN') return flag;
  if (type === 'ENUM') return oneOf(values ?? []);
  if (type === 'JSON') return json(JSON_BYTES_MAX);
  if (type === 'INTEGER') return whole(least ?? Number.MIN_SAFE_INTEGER, most ?? Number.MAX_SAFE_INTEGER);
  const bounds = [least === undefined ? '' : ` from ${least}`, most === undefined ? '' : ` up to ${most}`];
  return real(
    `must be a number${bounds.join('')}`,
    (value) => value >= (least ?? value) && value <= (most ?? value),
  );
}

/** What the parameters are worth: as given, or their defaults. Every fault is below `params`. */
export function readValues(
  parameters: readonly TemplateParameter[],
  given: unknown,
  inspection: Inspection,
): ReadonlyMap<string, Json> {
  const values = new Map<string, Json>();
  inspection.at('params', () => readInto(values, parameters, given ?? {}, inspection), given);
  return values;
}

function readInto(
  values: Map<string, Json>,
  parameters: readonly TemplateParameter[],
  given: unknown,
  inspection: Inspection,
): undefined {
  if (!isRecord(given)) return inspection.fault({ rule: 'must be an object', got: given });
  const known = new Map(parameters.map((one) => [one.name, one]));
  for (const one of Object.keys(given)) {
    if (known.has(one)) continue;
    const fix = didYouMean(one, known.keys()) ?? `it has ${[...known.keys()].join(', ') || 'none'}`;
    inspection.fault({ rule: 'is no parameter of this template', fix }, one);
  }
  for (const one of parameters) {
    const value = Object.hasOwn(given, one.name) ? given[one.name] : undefined;
    const isAbsent = value === undefined || (value === null && one.type !== 'JSON');
    if (isAbsent && !hasDefault(one)) inspection.fault({ rule: 'is required' }, one.name);
    else if (isAbsent) values.set(one.name, one.default as Json);
    else {
      const read = inspection.at(one.name, valueOf(one), value);
      if (read !== undefined) values.set(one.name, read);
    }
  }
  return undefined;
}

/** Something that the rule of a parameter without default would take, as far as its type goes. */
export function sampleOf({ type, values, min }: TemplateParameter): Json {
  if (type === 'NUMBER' || type === 'INTEGER') return Math.ceil(min ?? 1);
  if (type === 'BOOLEAN') return true;
  if (type === 'ENUM') return values?.[0] ?? '';
  return type === 'JSON' ? {} : 'text';
}
