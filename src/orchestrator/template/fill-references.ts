/**
 * Puts values into the `${params.…}` references of a definition. A text that is one reference alone becomes the value
 * itself, with its type, wherever the definition takes more than text. A value is only ever text or JSON in its place: what
 * looks like a reference in it is refused, and no reference may stand where a shell would run it.
 */
import type { Json, JsonObject } from '../../kit/json.js';
import { didYouMean } from '../../kit/nearest-word.js';
import { scriptIn } from '../../work/template-places.js';
import { type ParameterRef, parseParameters, type Step } from '../../work/template-syntax.js';
import { isRecord } from '../definition/check/checks.js';
import type { Inspection } from '../definition/check/inspection.js';

const OPEN = '${';
const OF_TASKS = new Set(['key', 'name', 'description', 'tags']);
const KEYED = new Set(['concurrency', 'fairness']);

export interface Filled {
  readonly input: Json;
  /** Names of parameters that were met. */
  readonly used: ReadonlySet<string>;
}

export interface Values {
  readonly values: ReadonlyMap<string, Json>;
  /** Names of those that are not known yet: a sample stands for each, in which paths find anything. */
  readonly open?: ReadonlySet<string>;
}

/** Faults are placed in the definition. */
export function fillReferences(definition: JsonObject, values: Values, inspection: Inspection): Filled {
  const filler = new Filler(values, inspection);
  return { input: filler.fill(definition, []), used: filler.used };
}

/** Names of the parameters in a text; none where it cannot be read. */
export function parametersIn(text: string): string[] {
  const parsed = parseParameters(text, OPEN);
  return parsed.ok ? parsed.parts.flatMap((part) => (typeof part === 'string' ? [] : [part.parameter])) : [];
}

class Filler {
  readonly used = new Set<string>();
  readonly #values: ReadonlyMap<string, Json>;
  readonly #open: ReadonlySet<string>;
  readonly #inspection: Inspection;
  #scripts: readonly Step[] | undefined;

  constructor({ values, open = new Set() }: Values, inspection: Inspection) {
    this.#values = values;
    this.#open = open;
    this.#inspection = inspection;
  }

  fill(value: Json, path: readonly Step[]): Json {
    if (typeof value === 'string') return value.includes(OPEN) ? this.#text(value, path) : value;
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((entry, index) => this.fill(entry as Json, [...path, index]));
    if (path[0] === 'tasks' && path.at(-1) === 'command') this.#noteScript(value as JsonObject, path);
    return Object.fromEntries(
      Object.entries(value).map(([name, entry]) => [name, this.fill(entry as Json, [...path, name])]),
    );
  }

  #noteScript(command: JsonObject, path: readonly Step[]): void {
    const script = scriptIn(command);
    this.#scripts = script < 0 ? undefined : [...path, 'argv', script];
  }

  #text(text: string, path: readonly Step[]): Json {
    const parsed = parseParameters(text, isWork(path) ? `$${OPEN}` : OPEN);
    if (!parsed.ok)
      return this.#refused(path, `has a reference that cannot be used: ${parsed.fault.problem}`, text);
    const { parts } = parsed;
    if (parts.every((part) => typeof part === 'string')) return parts.join('');
    if (this.#scripts !== undefined && samePath(this.#scripts, path))
      return this.#refused(
        path,
        'is run by a shell, where no parameter may stand; hand it over in env, or as an argument of its own',
        text,
      );
    const found = parts.map((part) => (typeof part === 'string' ? part : this.#valueOf(part, path)));
    const [only] = found;
    if (found.length === 1 && typeof parts[0] !== 'string' && !isText(path))
      return holdsReference(only) ? this.#unsafe(parts, path) : (only as Json);
    const filled = found.map(asText).join('');
    const written = parts.map((part) => (typeof part === 'string' ? occurrences(part) : 0));
    const before = written.reduce((sum, one) => sum + one, 0);
    return occurrences(filled) === before ? filled : this.#unsafe(parts, path);
  }

  #valueOf({ parameter, path: steps, text }: ParameterRef, path: readonly Step[]): Json {
    this.used.add(parameter);
    let value = this.#values.get(parameter);
    if (value === undefined) {
      const near = didYouMean(parameter, this.#values.keys());
      return this.#refused(
        path,
        `names the parameter "${parameter}", which the template does not have`,
        text,
        near,
      );
    }
    if (steps.length > 0 && this.#open.has(parameter)) return {};
    for (const step of steps) {
      const isThere = typeof value === 'object' && value !== null && Object.hasOwn(value, step);
      if (!isThere) return this.#refused(path, `${text} finds nothing in the value of ${parameter}`, text);
      value = (value as Record<Step, Json>)[step] as Json;
    }
    return value;
  }

  #unsafe(parts: readonly (string | ParameterRef)[], path: readonly Step[]): Json {
    const names = parts.flatMap((part) => (typeof part === 'string' ? [] : [`params.${part.parameter}`]));
    return this.#refused(
      path,
      `would hold a reference that comes of ${names.join(', ')}: a value may not hold \${`,
      undefined,
    );
  }

  #refused(path: readonly Step[], rule: string, got: string | undefined, fix?: string): Json {
    this.#inspection.fault(
      { rule, ...(got === undefined ? {} : { got }), ...(fix === undefined ? {} : { fix }) },
      ...path,
    );
    return '';
  }
}

function isWork(path: readonly Step[]): boolean {
  return path[0] === 'tasks' && path[2] === 'work';
}

/** Whether nothing but text may stand there: a number becomes text as well. */
function isText(path: readonly Step[]): boolean {
  const [first, , field, third, fourth] = path;
  if (first === 'name' || first === 'description' || first === 'tags') return true;
  if (first !== 'tasks' || typeof field !== 'string') return first === 'edges' && field !== 'weight';
  if (OF_TASKS.has(field)) return path.length > (field === 'tags' ? 3 : 2);
  if (KEYED.has(field)) return third === 'key';
  if (field === 'dependsOn') return fourth === 'task';
  if (field !== 'work') return false;
  if (third === 'command') return path.length > 5 || fourth === 'cwd' || fourth === 'stdin';
  if (third === 'http') return fourth === 'url' || (fourth === 'headers' && path.length > 5);
  return third === 'circuit' && fourth === 'source';
}

function samePath(a: readonly Step[], b: readonly Step[]): boolean {
  return a.length === b.length && a.every((step, index) => step === b[index]);
}

function asText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function occurrences(text: string): number {
  return text.split(OPEN).length - 1;
}

function holdsReference(value: unknown): boolean {
  if (typeof value === 'string') return value.includes(OPEN);
  if (Array.isArray(value)) return value.some(holdsReference);
  return isRecord(value) && Object.values(value).some(holdsReference);
}
