/**
 * Expressions and selections from tokens, by precedence climbing. Called by `statements.ts`. Depth and length are bounded:
 * a text of parentheses must not exhaust the stack.
 */
import { TextFault, quoted } from './fault.js';
import type { Lexer } from './lexer.js';
import { LIMITS } from './limits.js';
import type { Expression, Selection } from './syntax.js';

export type Version = 2 | 3;

type Binary = Extract<Expression, { kind: 'binary' }>['operator'];

interface Precedence {
  readonly operator: Binary;
  readonly left: number;
  /** Of what stands on the right; lower than `left` where the operator groups from the right. */
  readonly right: number;
}

const shared: readonly (readonly [string, Precedence])[] = [
  ['+', { operator: '+', left: 1, right: 2 }],
  ['-', { operator: '-', left: 1, right: 2 }],
  ['*', { operator: '*', left: 3, right: 4 }],
  ['/', { operator: '/', left: 3, right: 4 }],
];
/** Powers bind more than a sign before them: -2^2 is -4. */
const power: Precedence = { operator: '^', left: 8, right: 7 };
const SIGN = 5;

const operators: Readonly<Record<Version, ReadonlyMap<string, Precedence>>> = {
  2: new Map([...shared, ['^', power]]),
  3: new Map([...shared, ['**', power], ['%', { operator: '%', left: 3, right: 4 }]]),
};

const foreign = new Set(['<<', '>>', '&', '|', '~', '^', '&&', '||', '++', '!', '<', '>', '<=', '>=']);

export class ExpressionParser {
  version: Version = 2;
  #depth = 0;
  #nodes = 0;

  constructor(readonly lexer: Lexer) {}

  expression(): Expression {
    if (this.#depth === 0) this.#nodes = 0;
    const found = this.#climb(0);
    if (this.lexer.kind === 'symbol' && foreign.has(this.lexer.text))
      throw new TextFault(
        'UNSUPPORTED',
        this.lexer.at,
        `the operator ${quoted(this.lexer.text)} is not supported in expressions`,
      );
    return found;
  }

  /** After `[` or before the body of a loop; colons and braces are OpenQASM 3's. */
  selection(): Selection {
    const { at } = this.lexer;
    if (this.version === 2) return { kind: 'one', index: this.#plainIndex() };
    if (this.lexer.is('{')) return { kind: 'set', items: this.#list('{', '}'), at };
    const from = this.lexer.is(':') ? null : this.expression();
    if (!this.lexer.is(':') && from !== null) return { kind: 'one', index: from };
    this.lexer.advance();
    const second = this.#endsRange() ? null : this.expression();
    if (!this.lexer.is(':')) return { kind: 'range', from, step: null, to: second, at };
    this.lexer.advance();
    return { kind: 'range', from, step: second, to: this.#endsRange() ? null : this.expression(), at };
  }

  /** Everything between `(` and `)`, separated by commas; may be empty. */
  arguments(): Expression[] {
    return this.#list('(', ')');
  }

  expect(symbol: string, why = ''): void {
    if (this.lexer.kind === 'symbol' && this.lexer.text === symbol) this.lexer.advance();
    else throw this.unexpected(`\`${symbol}\`${why}`);
  }

  unexpected(wanted: string): TextFault {
    const { kind, text, at } = this.lexer;
    const found =
      kind === 'end'
        ? 'the end of the text'
        : kind === 'string'
          ? `the string "${text.slice(0, 40)}"`
          : quoted(text);
    return new TextFault('SYNTAX', at, `expected ${wanted}, found ${found}`);
  }

  #endsRange(): boolean {
    return this.lexer.kind === 'symbol' && [']', ':'].includes(this.lexer.text);
  }

  #plainIndex(): Expression {
    const { kind, text, at } = this.lexer;
    if (kind !== 'integer') throw this.unexpected('an index that is a whole number');
    this.lexer.advance();
    return { kind: 'number', value: this.#integer(text, at), integer: true, at };
  }

  #list(open: string, close: string): Expression[] {
    this.expect(open);
    const items: Expression[] = [];
    if (!this.lexer.is(close)) {
      items.push(this.expression());
      while (this.lexer.is(',')) {
        this.lexer.advance();
        items.push(this.expression());
      }
    }
    this.expect(close);
    return items;
  }

  #climb(least: number): Expression {
    let left = this.#operand();
    for (;;) {
      const { kind, text, at } = this.lexer;
      const found = kind === 'symbol' ? operators[this.version].get(text) : undefined;
      if (found === undefined || found.left < least) return left;
      this.lexer.advance();
      this.#count(at);
      left = { kind: 'binary', operator: found.operator, left, right: this.#deeper(found.right, at), at };
    }
  }

  #deeper(least: number, at: number): Expression {
    if (++this.#depth > LIMITS.nesting)
      throw new TextFault('LIMIT', at, `an expression is nested deeper than ${LIMITS.nesting}`);
    const found = this.#climb(least);
    this.#depth--;
    return found;
  }

  #count(at: number): void {
    if (++this.#nodes > LIMITS.expression)
      throw new TextFault('LIMIT', at, `an expression has more than ${LIMITS.expression} operators`);
  }

  /** Faults leave the depth as it was when they are thrown. */
  reset(): void {
    this.#depth = 0;
  }

  #operand(): Expression {
    const { kind, text, at } = this.lexer;
    if (kind === 'integer' || kind === 'real') return this.#number();
    if (kind === 'word') return this.#nameOrCall();
    if (kind === 'symbol' && (text === '-' || text === '+')) {
      this.lexer.advance();
      const of = this.#deeper(SIGN, at);
      return text === '+' ? of : { kind: 'negate', of, at };
    }
    if (kind !== 'symbol' || text !== '(') throw this.unexpected('an expression');
    this.lexer.advance();
    const inner = this.#deeper(0, at);
    this.expect(')');
    return inner;
  }

  #number(): Expression {
    const { kind, text, at } = this.lexer;
    this.lexer.advance();
    if (kind === 'integer')
      return { kind: 'number', value: this.#integer(text, at), integer: this.version === 3, at };
    const value = Number(this.#plainDigits(text, at));
    if (!Number.isFinite(value)) throw new TextFault('BAD_VALUE', at, `${quoted(text)} is no finite number`);
    return { kind: 'number', value, integer: false, at };
  }

  #integer(text: string, at: number): number {
    const value = Number(this.#plainDigits(text, at));
    if (value > Number.MAX_SAFE_INTEGER && this.version === 3)
      throw new TextFault('LIMIT', at, `the whole number ${quoted(text)} is larger than 2^53`);
    return value;
  }

  #plainDigits(text: string, at: number): string {
    if (/^[\d.]+$/.test(text)) return text;
    const special = text.includes('_') || /^0[xXoObB]/.test(text);
    if (special && this.version === 2)
      throw new TextFault('SYNTAX', at, `the number ${quoted(text)} is written as OpenQASM 3 writes it`);
    const plain = text.replace(/_/g, '').replace(/^0[XOB]/, (prefix) => prefix.toLowerCase());
    if (plain === '' || /^0[xob]$/.test(plain) || text.endsWith('_'))
      throw new TextFault('SYNTAX', at, `${quoted(text)} is no number`);
    return plain;
  }

  #nameOrCall(): Expression {
    const { text: name, at } = this.lexer;
    this.lexer.advance();
    if (!this.lexer.is('(')) return { kind: 'name', name, at };
    if (++this.#depth > LIMITS.nesting)
      throw new TextFault('LIMIT', at, `an expression is nested deeper than ${LIMITS.nesting}`);
    const found = this.arguments();
    this.#depth--;
    return { kind: 'call', name, arguments: found, at };
  }
}
