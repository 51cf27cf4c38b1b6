/**
 * Templates in the texts of a work: checked when it is submitted, rendered with the outputs of its DATA sources when
 * an attempt starts. Called by submission checks and by layers, never by executors. A value is only ever text or JSON
 * in its place: it is not parsed again, no code of it runs, and nothing of a prototype can be reached.
 */
import type { Json, JsonObject } from '../kit/json.js';
import type { Work } from '../lifecycle/work.js';
import { mapTemplates, type Place } from './template-places.js';
import { parseTemplate, type Part, type SecretRef, type Step, type TemplateRef } from './template-syntax.js';

export type TemplateCode =
  | 'TEMPLATE_INVALID'
  | 'TEMPLATE_IN_SHELL'
  | 'SECRET_IN_SIGHT'
  | 'TEMPLATE_UNRESOLVED'
  | 'TEMPLATE_UNSAFE'
  | 'TEMPLATE_TOO_LARGE';

/** `where` names the place in the work: `command.argv[2]`. */
export interface TemplateFault {
  readonly code: TemplateCode;
  readonly where: string;
  readonly message: string;
}

/** `unknown`: secrets that it names and nobody gave; empty texts stand in their places. */
export type Rendered =
  | { readonly ok: true; readonly work: Work; readonly unknown: ReadonlySet<string> }
  | { readonly ok: false; readonly fault: TemplateFault };

/** All that templates add to one work, in UTF-16 units: a value of 1 MB may be named a thousand times. */
const RENDERED_LENGTH_MAX = 16 * 1_048_576;
const FORBIDDEN = new Set(['__proto__', 'prototype', 'constructor']);
/** Arguments are in the list of processes, which every user of a machine may read. */
const KEEPS_SECRETS = /^(?:command\.(?:env\.|stdin$)|http\.|module\.input)/;
const NO_SECRETS: ReadonlySet<string> = new Set();

class Unrendered extends Error {
  readonly fault: TemplateFault;

  constructor(code: TemplateCode, where: string, message: string) {
    super(message);
    this.fault = { code, where, message: `${where}: ${message}` };
  }
}

function partsOf(text: string, { where, kind }: Place): readonly Part[] {
  const parsed = parseTemplate(text);
  if (!parsed.ok) {
    throw new Unrendered(
      'TEMPLATE_INVALID',
      where,
      `${parsed.fault.problem} at character ${parsed.fault.at + 1}. Write $\${ for a literal $\{.`,
    );
  }
  const secret = parsed.parts.find((part) => typeof part !== 'string' && 'secret' in part);
  if (secret !== undefined && !KEEPS_SECRETS.test(where)) {
    throw new Unrendered(
      'SECRET_IN_SIGHT',
      where,
      `${(secret as SecretRef).text} would be seen by others there; secrets go into command.env, command.stdin, http.url, http.headers, http.body or module.input.`,
    );
  }
  const ref = parsed.parts.find((part) => typeof part !== 'string');
  if (kind !== 'script' || ref === undefined) return parsed.parts;
  const fix =
    'read the value from the JSON file named in $TASKMESH_INPUTS, or pass it as an argument of its own ("$1")';
  throw new Unrendered(
    'TEMPLATE_IN_SHELL',
    where,
    `${(ref as TemplateRef).text} in a shell script would let the value run as code; ${fix}.`,
  );
}

/** Every fault that can be known without values. */
export function templateFaults(work: Work): TemplateFault[] {
  const faults: TemplateFault[] = [];
  visit(work, (text, place) => {
    try {
      partsOf(text, place);
    } catch (error) {
      if (!(error instanceof Unrendered)) throw error;
      faults.push(error.fault);
    }
  });
  return faults;
}

/** The keys of the source tasks that the work's templates name, each once. Places with faults name none. */
export function templatesOf(work: Work): string[] {
  const keys = new Set<string>();
  visit(work, (text) => {
    const parsed = parseTemplate(text);
    if (!parsed.ok) return;
    for (const part of parsed.parts) if (typeof part !== 'string' && 'key' in part) keys.add(part.key);
  });
  return [...keys];
}

function visit(work: Work, see: (text: string, place: Place) => void): void {
  mapTemplates(work, (text, place) => {
    see(text, place);
    return text;
  });
}

function member(value: Json, step: Step): Json | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  if (Array.isArray(value))
    return /^\d+$/.test(String(step)) ? (value as readonly Json[])[Number(step)] : undefined;
  if (FORBIDDEN.has(String(step)) || !Object.hasOwn(value, step)) return undefined;
  return (value as JsonObject)[String(step)];
}

class Renderer {
  #unknown: Set<string> | undefined;
  readonly #inputs: JsonObject;
  readonly #secrets: ReadonlyMap<string, string> | undefined;
  #lengthLeft = RENDERED_LENGTH_MAX;

  constructor(inputs: JsonObject, secrets: ReadonlyMap<string, string> | undefined) {
    this.#inputs = inputs;
    this.#secrets = secrets;
  }

  get unknown(): ReadonlySet<string> {
    return this.#unknown ?? NO_SECRETS;
  }

  render(text: string, place: Place): Json {
    if (!text.includes('${')) return text;
    const parts = partsOf(text, place);
    const [only] = parts;
    if (parts.length === 1 && only !== undefined && typeof only !== 'string') {
      const value = this.#value(only, place);
      if (place.kind === 'json') return value;
      return asText(value);
    }
    return parts.map((part) => (typeof part === 'string' ? part : this.#within(part, place))).join('');
  }

  #within(ref: TemplateRef | SecretRef, place: Place): string {
    const text = asText(this.#value(ref, place));
    return place.kind === 'url' ? encoded(text, ref, place) : text;
  }

  #value(ref: TemplateRef | SecretRef, place: Place): Json {
    return 'secret' in ref ? this.#secret(ref.secret) : this.#input(ref, place);
  }

  #secret(name: string): string {
    const value = this.#secrets?.get(name);
    if (value === undefined) (this.#unknown ??= new Set()).add(name);
    return value ?? '';
  }

  #input(ref: TemplateRef, { where }: Place): Json {
    let value: Json | undefined = member(this.#inputs, ref.key);
    if (value === undefined) {
      const known = Object.keys(this.#inputs).slice(0, 10).join(', ') || 'none';
      throw new Unrendered(
        'TEMPLATE_UNRESOLVED',
        where,
        `${ref.text} names no DATA source of this task (there are: ${known}).`,
      );
    }
    for (const step of ref.path) {
      value = member(value, step);
      if (value === undefined) {
        throw new Unrendered(
          'TEMPLATE_UNRESOLVED',
          where,
          `the output of ${ref.key} has nothing at ${JSON.stringify(step)} of ${ref.text}.`,
        );
      }
    }
    this.#spend(value, where);
    return value;
  }

  #spend(value: Json, where: string): void {
    this.#lengthLeft -= asText(value).length;
    if (this.#lengthLeft >= 0) return;
    throw new Unrendered(
      'TEMPLATE_TOO_LARGE',
      where,
      `templates would add more than ${RENDERED_LENGTH_MAX} characters to this work.`,
    );
  }
}

function asText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `.` and `..` cannot be encoded (RFC 3986, section 6.2.2.3): as a path segment they would lead out of the path. */
function encoded(text: string, ref: TemplateRef | SecretRef, { where }: Place): string {
  if (/^\.{1,2}$/.test(text)) {
    throw new Unrendered(
      'TEMPLATE_UNSAFE',
      where,
      `the value of ${ref.text} is one or two dots, which would change the path of the url.`,
    );
  }
  // encodeURIComponent throws on lone surrogates.
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\uFFFD'));
}

/** The work with every template replaced by what `inputs` (outputs by source key) and `secrets` hold, or the first fault. */
export function renderWork(work: Work, inputs: JsonObject, secrets?: ReadonlyMap<string, string>): Rendered {
  if ('wait' in work) return { ok: true, work, unknown: NO_SECRETS }; // holds no text
  const renderer = new Renderer(inputs, secrets);
  try {
    const rendered = mapTemplates(work, (text, place) => renderer.render(text, place));
    return { ok: true, work: rendered, unknown: renderer.unknown };
  } catch (error) {
    if (error instanceof Unrendered) return { ok: false, fault: error.fault };
    throw error;
  }
}
