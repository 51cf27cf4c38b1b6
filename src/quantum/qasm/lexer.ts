/**
 * Text into tokens, one at a time: the lexer stands on a token, `advance` goes to the next. Knows both versions of
 * OpenQASM; words are words here, whether they are keywords is decided by the parser.
 */
import { TextFault, quoted } from './fault.js';

export type TokenKind = 'word' | 'integer' | 'real' | 'string' | 'symbol' | 'end';

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const QUOTE = 34;
const STAR = 42;
const DOT = 46;
const SLASH = 47;

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isAsciiWord(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || isDigit(code);
}

const symbols3 = new Set(['**=']);
const symbols2 = new Set([
  '->',
  '==',
  '!=',
  '<=',
  '>=',
  '&&',
  '||',
  '<<',
  '>>',
  '**',
  '++',
  '+=',
  '-=',
  '*=',
  '/=',
]);
const symbols1 = new Set([...'()[]{};,:+-*/%^=<>!@~&|.#$']);

const wordPattern = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Nd}\p{Mn}_]*/uy;
const numberPattern =
  /0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;

export class Lexer {
  kind: TokenKind = 'end';
  /** As written; of a string what stands between its quotes. */
  text = '';
  /** Offset of the token. */
  at = 0;
  /** Braces that are open behind the token. */
  depth = 0;
  #next = 0;

  /** Stands before the first token. */
  constructor(readonly source: string) {}

  /** At the end of the text. */
  get ended(): boolean {
    return this.kind === 'end';
  }

  is(symbol: string): boolean {
    return this.kind === 'symbol' && this.text === symbol;
  }

  isWord(word: string): boolean {
    return this.kind === 'word' && this.text === word;
  }

  advance(): void {
    this.#skipSpace();
    const { source } = this;
    this.at = this.#next;
    if (this.at >= source.length) {
      this.kind = 'end';
      this.text = '';
      return;
    }
    const code = source.charCodeAt(this.at);
    if (isDigit(code) || (code === DOT && isDigit(source.charCodeAt(this.at + 1)))) this.#number();
    else if (isAsciiWord(code) || code > 127) this.#word();
    else if (code === QUOTE) this.#string();
    else this.#symbol();
  }

  #skipSpace(): void {
    const { source } = this;
    for (;;) {
      const code = source.charCodeAt(this.#next);
      if (code === SPACE || (code >= TAB && code <= CR) || code === 0xfeff) this.#next++;
      else if (code !== SLASH || !this.#skipComment()) return;
    }
  }

  /** False where the slash divides. */
  #skipComment(): boolean {
    const { source } = this;
    const second = source.charCodeAt(this.#next + 1);
    if (second === SLASH) {
      let end = this.#next + 2;
      for (let code = source.charCodeAt(end); end < source.length; code = source.charCodeAt(++end))
        if (code === LF || code === CR) break;
      this.#next = end;
      return true;
    }
    if (second !== STAR) return false;
    const end = source.indexOf('*/', this.#next + 2);
    if (end === -1) throw this.#refuse(this.#next, 'a comment begins here and does not end: `*/` is missing');
    this.#next = end + 2;
    return true;
  }

  #refuse(at: number, message: string): TextFault {
    this.at = at;
    this.#next = this.source.length;
    this.kind = 'end';
    this.text = '';
    return new TextFault('SYNTAX', at, message);
  }

  #word(): void {
    const { source } = this;
    let end = this.at;
    while (isAsciiWord(source.charCodeAt(end))) end++;
    if (source.charCodeAt(end) > 127) {
      wordPattern.lastIndex = this.at;
      const found = wordPattern.exec(source);
      if (found === null) return this.#unknownCharacter();
      end = this.at + found[0].length;
    }
    this.#take('word', end);
  }

  #number(): void {
    numberPattern.lastIndex = this.at;
    const found = numberPattern.exec(this.source)?.[0] ?? '';
    this.#take(/^(0[xXoObB]|[\d_]+$)/.test(found) ? 'integer' : 'real', this.at + found.length);
    const after = this.source.charCodeAt(this.#next);
    if (!isAsciiWord(after) && !(after > 127)) return;
    const { at } = this;
    wordPattern.lastIndex = this.#next;
    const unit = wordPattern.exec(this.source)?.[0] ?? '';
    this.#next += Math.max(1, unit.length);
    if (/^(ns|us|µs|μs|ms|s|dt)$/.test(unit))
      throw new TextFault(
        'UNSUPPORTED',
        at,
        `timing is not supported: ${quoted(found + unit)} is a duration`,
      );
    throw new TextFault('SYNTAX', at, `${quoted(found + unit)} is no number`);
  }

  #string(): void {
    const { source } = this;
    const end = source.indexOf('"', this.at + 1);
    const text = end === -1 ? '' : source.slice(this.at + 1, end);
    if (end === -1 || /[\r\n]/.test(text)) {
      const line = /[\r\n]|$/.exec(source.slice(this.at, this.at + 10_000));
      this.#next = this.at + Math.max(1, line?.index ?? 1);
      throw new TextFault('SYNTAX', this.at, 'a string begins here and does not end on its line');
    }
    this.kind = 'string';
    this.text = text;
    this.#next = end + 1;
  }

  #symbol(): void {
    const { source, at } = this;
    if (symbols3.has(source.slice(at, at + 3))) return this.#take('symbol', at + 3);
    if (symbols2.has(source.slice(at, at + 2))) return this.#take('symbol', at + 2);
    if (symbols1.has(source.charAt(at))) return this.#take('symbol', at + 1);
    this.#unknownCharacter();
  }

  #unknownCharacter(): never {
    const point = this.source.codePointAt(this.at) ?? 0;
    this.#next = this.at + (point > 0xffff ? 2 : 1);
    const shown =
      point < 32 || point > 126
        ? `U+${point.toString(16).padStart(4, '0').toUpperCase()}`
        : String.fromCodePoint(point);
    throw new TextFault('SYNTAX', this.at, `the character ${shown} has no meaning here`);
  }

  #take(kind: TokenKind, end: number): void {
    this.kind = kind;
    this.text = this.source.slice(this.at, end);
    this.#next = end;
    if (kind !== 'symbol') return;
    if (this.text === '{') this.depth++;
    else if (this.text === '}') this.depth = Math.max(0, this.depth - 1);
  }
}
