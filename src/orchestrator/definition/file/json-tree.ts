/**
 * JSON with positions (RFC 8259): what `JSON.parse` does, and line and column of every value, and an end to names
 * that stand twice. Called for JSON mesh files and WfFormat. It stops at the first fault of syntax. 750 KB take
 * about 25 ms; the `yaml` package, which reads JSON too, takes 30 times as long.
 */
import { writePath } from '../check/inspection.js';
import type { Step } from '../check/inspection.js';
import { showText } from '../check/show-value.js';
import { nestedTooDeeply, NESTING_MAX } from './tree.js';
import type { FileFault, Position, Tree } from './tree.js';

interface Node {
  readonly value: unknown;
  /** Offset in the text of the value, or of its name in an object. */
  readonly at: number;
  readonly children?: ReadonlyMap<Step, Node>;
}

class SyntaxFault extends Error {
  constructor(
    readonly at: number,
    message: string,
  ) {
    super(message);
  }
}

const literals: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['t', ['true', true]],
  ['f', ['false', false]],
  ['n', ['null', null]],
]);

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** In runs and single escapes: one expression for whole strings overflows the stack of the regular expression engine. */
const plainRun = /[^"\\\u0000-\u001f]+/y;
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const blank = /[ \t\n\r]*/y;

class JsonReader {
  readonly faults: { readonly at: number; readonly path: readonly Step[]; readonly message: string }[] = [];
  #at = 0;
  readonly #path: Step[] = [];

  constructor(private readonly text: string) {}

  read(): Node {
    const node = this.#value(this.#skipBlank());
    this.#skipBlank();
    if (this.#at < this.text.length) throw new SyntaxFault(this.#at, 'must end after its first value');
    return node;
  }

  /** `at` is where the position of the value is counted from: its name, in an object. */
  #value(at: number): Node {
    const start = this.text[this.#at];
    if (start === '{') return this.#object(at);
    if (start === '[') return this.#array(at);
    if (start === '"') return { value: this.#string(), at };
    return { value: this.#literal(start), at };
  }

  #literal(start: string | undefined): unknown {
    const known = literals.get(start ?? '') as [string, unknown] | undefined;
    if (known !== undefined && this.text.startsWith(known[0], this.#at)) {
      this.#at += known[0].length;
      return known[1];
    }
    const written = this.#match(number);
    if (written !== undefined) return Number(written);
    throw this.#unexpected('a value');
  }

  #string(): string {
    const from = this.#at++;
    while (this.#match(plainRun) !== undefined || this.#match(escape) !== undefined);
    if (this.text[this.#at] === '"') return JSON.parse(this.text.slice(from, ++this.#at)) as string;
    throw new SyntaxFault(from, 'must be a text in double quotes on one line, with \\ escapes as in JSON');
  }

  #object(at: number): Node {
    const children = new Map<Step, Node>();
    this.#list('}', () => {
      const nameAt = this.#at;
      if (this.text[nameAt] !== '"') throw this.#unexpected('a name in double quotes');
      const name = this.#string();
      this.#skipBlank();
      this.#take(':');
      if (children.has(name)) this.#refuseTwice(name, nameAt);
      this.#skipBlank();
      this.#child(children, name, nameAt);
    });
    return {
      value: Object.fromEntries([...children].map(([name, node]) => [name, node.value])),
      at,
      children,
    };
  }

  #array(at: number): Node {
    const children = new Map<Step, Node>();
    this.#list(']', () => this.#child(children, children.size, this.#at));
    return { value: [...children.values()].map((node) => node.value), at, children };
  }

  #child(children: Map<Step, Node>, step: Step, at: number): void {
    if (this.#path.length >= NESTING_MAX) throw new SyntaxFault(at, nestedTooDeeply);
    this.#path.push(step);
    children.set(step, this.#value(at));
    this.#path.pop();
  }

  /** From the opening bracket to behind the closing one. */
  #list(close: string, entry: () => void): void {
    this.#at++;
    this.#skipBlank();
    if (this.text[this.#at] === close) return void this.#at++;
    for (;;) {
      entry();
      this.#skipBlank();
      if (this.text[this.#at] === close) return void this.#at++;
      this.#take(',', `, or ${close}`);
      this.#skipBlank();
    }
  }

  #refuseTwice(name: string, at: number): void {
    this.faults.push({
      at,
      path: [...this.#path, name],
      message: `must not stand twice in one object: ${showText(name)}`,
    });
  }

  #take(character: string, expected = character): void {
    if (this.text[this.#at] !== character) throw this.#unexpected(expected);
    this.#at++;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #skipBlank(): number {
    this.#match(blank);
    return this.#at;
  }

  #unexpected(expected: string): SyntaxFault {
    const found = this.text[this.#at];
    return new SyntaxFault(
      this.#at,
      `must be JSON: expected ${expected}, found ${found === undefined ? 'the end' : showText(found)}`,
    );
  }
}

function positionAt(text: string, at: number): Position {
  const before = text.slice(0, at);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: at - lineStart + 1 };
}

function positionOf(text: string, root: Node, path: readonly Step[]): Position {
  let node = root;
  for (const step of path) {
    const child = node.children?.get(step);
    if (child === undefined) break;
    node = child;
  }
  return positionAt(text, node.at);
}

export function jsonTree(text: string): Tree {
  const reader = new JsonReader(text);
  try {
    const root = reader.read();
    const faults = reader.faults.map<FileFault>(({ at, path, message }) => ({
      path: writePath(path),
      message,
      ...positionAt(text, at),
    }));
    return {
      value: root.value,
      faults,
      positionOf: (path) => positionOf(text, root, path),
      plainTextAt: () => undefined,
    };
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error;
    const faults = [{ path: '', message: error.message, ...positionAt(text, error.at) }];
    return { value: undefined, faults, positionOf: () => undefined, plainTextAt: () => undefined };
  }
}
