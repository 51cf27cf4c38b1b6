/**
 * What stands in the parentheses of `if`: bits or a register against a number, nothing more. Called by `statements.ts`;
 * also reads operands, which both need.
 */
import type { ExpressionParser } from './expressions.js';
import { TextFault, quoted } from './fault.js';
import type { ConditionText, Operand } from './syntax.js';

const comparisons = new Set(['<', '>', '<=', '>=', '&&', '||', '&', '|', '^']);
const digitsMax = 4_000;

export class ConditionParser {
  constructor(private readonly expressions: ExpressionParser) {}

  condition(): ConditionText {
    const { lexer, version } = this.expressions;
    this.expressions.expect('(');
    const { at } = lexer;
    const flipped = version === 3 && lexer.is('!');
    if (flipped) lexer.advance();
    const operand = this.#operand();
    const found = this.#comparison(operand, flipped, at);
    if (lexer.kind === 'symbol' && comparisons.has(lexer.text)) throw this.#unsupported(lexer.text, lexer.at);
    this.expressions.expect(')');
    return found;
  }

  operandAfter(name: string, at: number): Operand {
    const { lexer } = this.expressions;
    if (!lexer.is('[')) return { name, selection: null, at };
    lexer.advance();
    const selection = this.expressions.selection();
    this.expressions.expect(']');
    return { name, selection, at };
  }

  #operand(): Operand {
    const { lexer, version } = this.expressions;
    const { kind, text, at } = lexer;
    if (kind !== 'word') throw this.expressions.unexpected('a register of bits');
    lexer.advance();
    if (version === 2 && lexer.is('['))
      throw new TextFault(
        'SYNTAX',
        lexer.at,
        'OpenQASM 2 compares whole registers: single bits are OpenQASM 3',
      );
    return this.operandAfter(text, at);
  }

  #comparison(operand: Operand, flipped: boolean, at: number): ConditionText {
    const { lexer, version } = this.expressions;
    const { text, at: place } = lexer;
    const compared = lexer.kind === 'symbol' && (text === '==' || (text === '!=' && version === 3));
    if (!compared) {
      if (version === 2) throw this.expressions.unexpected('`==`');
      if (comparisons.has(text)) throw this.#unsupported(text, place);
      return flipped
        ? { operand, value: 0n, negated: false, at }
        : { operand, value: null, negated: false, at };
    }
    if (flipped) throw this.#unsupported('!', at);
    lexer.advance();
    return { operand, value: this.#value(), negated: text === '!=', at };
  }

  #unsupported(symbol: string, at: number): TextFault {
    const message = `${quoted(symbol)} is not supported in conditions: compare bits or a register with one number`;
    return new TextFault('UNSUPPORTED', at, message);
  }

  #value(): bigint {
    const { lexer, version } = this.expressions;
    const { kind, text, at } = lexer;
    const literal = this.#literal(kind, text, version === 3);
    if (literal === undefined) throw this.expressions.unexpected('a whole number');
    if (literal.length > digitsMax)
      throw new TextFault('LIMIT', at, `a number has more than ${digitsMax} digits`);
    lexer.advance();
    return BigInt(literal);
  }

  #literal(kind: string, text: string, extended: boolean): string | undefined {
    if (kind === 'integer' && /^\d+$/.test(text)) return text;
    if (!extended) return undefined;
    if (kind === 'string' && /^[01_]*[01]$/.test(text)) return `0b${text.replace(/_/g, '')}`;
    if (kind === 'word' && (text === 'true' || text === 'false')) return text === 'true' ? '1' : '0';
    const plain = text.replace(/_/g, '').toLowerCase();
    return kind === 'integer' && /^(0x[0-9a-f]+|0b[01]+|0o[0-7]+|\d+)$/.test(plain) ? plain : undefined;
  }
}
