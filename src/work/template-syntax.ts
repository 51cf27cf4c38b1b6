/**
 * The syntax of templates: `${inputs.key.path.to[0].field}`, with `["…"]` for names that hold other characters,
 * `${secret:NAME}`, and `$${` for a literal `${`. Text that begins otherwise, such as `${HOME}`, is not ours and stays as it is. Called by
 * `templates.ts`; reads every character at most twice, stops at the first fault and evaluates nothing.
 */

/** A step from a value into it: a name of an object's member or a position in a list. */
export type Step = string | number;

export interface TemplateRef {
  /** As written, `${…}` included. */
  readonly text: string;
  /** The task key of a DATA source. */
  readonly key: string;
  readonly path: readonly Step[];
}

/** A value that no mesh holds: the process that runs the attempt looks it up when it starts. */
export interface SecretRef {
  readonly text: string;
  readonly secret: string;
}

export type Part = string | TemplateRef | SecretRef;

/** A parameter of a stored definition, replaced when a mesh is made of it: no mesh holds one. */
export interface ParameterRef {
  readonly text: string;
  readonly parameter: string;
  readonly path: readonly Step[];
}

export interface SyntaxFault {
  readonly at: number;
  readonly problem: string;
}

export type Parsed<P = Part> =
  | { readonly ok: true; readonly parts: readonly P[] }
  | { readonly ok: false; readonly fault: SyntaxFault };

const OPEN = '${';
const ROOT = 'inputs';
const PARAMETERS = 'params';
const SECRET = 'secret:';
const SECRET_NAME = /[A-Za-z_][A-Za-z0-9_.-]{0,127}/y;
/** What ends a bare name. A task key may hold nearly anything; those with one of these are written in `["…"]`. */
const NAME_END = new Set(['.', '[', ']', '{', '}', '$', '"', "'", '\\', ' ', '\t', '\n', '\r']);
const STEPS_MAX = 100;

class Fault extends Error {
  readonly at: number;

  constructor(at: number, problem: string) {
    super(problem);
    this.at = at;
  }
}

class Scanner {
  readonly #text: string;
  #at: number;

  constructor(text: string, at: number) {
    this.#text = text;
    this.#at = at;
  }

  get at(): number {
    return this.#at;
  }

  skipSpaces(): void {
    while (this.#text[this.#at] === ' ') this.#at++;
  }

  takes(token: string): boolean {
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  /** Nothing of a longer name follows. */
  endsName(): boolean {
    return ['.', '[', ' ', '}'].includes(this.#text[this.#at] ?? '}');
  }

  secretName(): string {
    SECRET_NAME.lastIndex = this.#at;
    const name = SECRET_NAME.exec(this.#text)?.[0];
    if (name === undefined)
      throw new Fault(
        this.#at,
        'the name of a secret has at most 128 letters, digits, dots, dashes and underscores, and begins with a letter or underscore',
      );
    this.#at += name.length;
    return name;
  }

  steps(): Step[] {
    const steps: Step[] = [];
    while (steps.length <= STEPS_MAX) {
      if (this.takes('.')) steps.push(this.#name());
      else if (this.takes('[')) steps.push(this.#bracketed());
      else return steps;
    }
    throw new Fault(this.#at, `a path has at most ${STEPS_MAX} steps`);
  }

  #name(): Step {
    const from = this.#at;
    while (this.#at < this.#text.length && !NAME_END.has(this.#text[this.#at] as string)) this.#at++;
    if (this.#at === from) throw new Fault(from, 'a name is missing after the dot');
    return this.#text.slice(from, this.#at);
  }

  #bracketed(): Step {
    const quote = this.#text[this.#at];
    const step = quote === '"' || quote === "'" ? this.#quoted(quote) : this.#index();
    if (!this.takes(']')) throw new Fault(this.#at, 'a ] is missing');
    return step;
  }

  #index(): number {
    const from = this.#at;
    while (/[0-9]/.test(this.#text[this.#at] ?? '') && this.#at - from < 10) this.#at++;
    if (this.#at === from) throw new Fault(from, 'brackets hold a number or a quoted name');
    return Number(this.#text.slice(from, this.#at));
  }

  #quoted(quote: string): string {
    let name = '';
    for (this.#at++; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at] as string;
      if (character === quote) {
        this.#at++;
        return name;
      }
      // A backslash takes the next character as it is.
      name += character === '\\' ? (this.#text[++this.#at] ?? '') : character;
    }
    throw new Fault(this.#at, 'a quote is not closed');
  }
}

interface Found<R> {
  readonly ref: R;
  readonly end: number;
}

/** Undefined when the text at `open` is `${` of something else than a template. */
function parseRef(text: string, open: number): Found<TemplateRef | SecretRef> | undefined {
  const scanner = new Scanner(text, open + OPEN.length);
  scanner.skipSpaces();
  if (scanner.takes(SECRET)) {
    const secret = scanner.secretName();
    closes(scanner);
    return { ref: { text: text.slice(open, scanner.at), secret }, end: scanner.at };
  }
  const found = pathBelow(ROOT, scanner, 'after inputs comes the key of a source task');
  if (found === undefined) return undefined;
  const { first: key, path } = found;
  return { ref: { text: text.slice(open, scanner.at), key, path }, end: scanner.at };
}

function parseParameter(text: string, open: number): Found<ParameterRef> | undefined {
  const scanner = new Scanner(text, open + OPEN.length);
  scanner.skipSpaces();
  const found = pathBelow(PARAMETERS, scanner, 'after params comes the name of a parameter');
  if (found === undefined) return undefined;
  const { first: parameter, path } = found;
  return { ref: { text: text.slice(open, scanner.at), parameter, path }, end: scanner.at };
}

/** `root.first.path}`; undefined when something else stands there. */
function pathBelow(
  root: string,
  scanner: Scanner,
  missing: string,
): { readonly first: string; readonly path: readonly Step[] } | undefined {
  if (!scanner.takes(root) || !scanner.endsName()) return undefined;
  const [first, ...path] = scanner.steps();
  if (typeof first !== 'string') throw new Fault(scanner.at, missing);
  closes(scanner);
  return { first, path };
}

function closes(scanner: Scanner): void {
  scanner.skipSpaces();
  if (!scanner.takes('}')) throw new Fault(scanner.at, 'a } is missing');
}

/** `escaped`: what stands for a `${` that was written as `$${`. */
function parse<R>(
  text: string,
  refAt: (text: string, open: number) => Found<R> | undefined,
  escaped: string,
): (string | R)[] {
  const parts: (string | R)[] = [];
  let literal = '';
  let from = 0;
  for (let open = text.indexOf(OPEN); open >= 0; open = text.indexOf(OPEN, from)) {
    const isEscaped = open > from && text[open - 1] === '$';
    const found = isEscaped ? undefined : refAt(text, open);
    literal += text.slice(from, isEscaped ? open - 1 : open);
    if (found === undefined) {
      literal += isEscaped ? escaped : OPEN;
      from = open + OPEN.length;
      continue;
    }
    if (literal !== '') parts.push(literal);
    parts.push(found.ref);
    literal = '';
    from = found.end;
  }
  literal += text.slice(from);
  if (literal !== '' || parts.length === 0) parts.push(literal);
  return parts;
}

function parsed<P>(text: string, parts: () => P[], none: P): Parsed<P> {
  if (!text.includes(OPEN)) return { ok: true, parts: [none] };
  try {
    return { ok: true, parts: parts() };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { ok: false, fault: { at: error.at, problem: error.message } };
  }
}

/** Literal parts come out unescaped. */
export function parseTemplate(text: string): Parsed {
  return parsed<Part>(text, () => parse(text, parseRef, OPEN), text);
}

/** Everything but parameters comes out as it is written; `escaped` is what `$${` becomes. */
export function parseParameters(text: string, escaped: string): Parsed<string | ParameterRef> {
  return parsed<string | ParameterRef>(text, () => parse(text, parseParameter, escaped), text);
}
