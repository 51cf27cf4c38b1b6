/**
 * The small parts that statements share: names, operands, sizes, what has to follow. Called by the parsers of statements.
 */
import { ConditionParser } from './conditions.js';
import { ExpressionParser } from './expressions.js';
import type { Version } from './expressions.js';
import { TextFault } from './fault.js';
import type { Lexer } from './lexer.js';
import type { Expression, NameAt, Operand } from './syntax.js';

export class Terms {
  readonly expressions: ExpressionParser;
  readonly conditions: ConditionParser;

  constructor(readonly lexer: Lexer) {
    this.expressions = new ExpressionParser(lexer);
    this.conditions = new ConditionParser(this.expressions);
  }

  get version(): Version {
    return this.expressions.version;
  }

  foreignSymbol(text: string, at: number): TextFault {
    const what = { '@': 'annotations are', '#': 'pragmas are', $: 'physical qubits are' }[text] ?? 'it is';
    return new TextFault(
      'UNSUPPORTED',
      at,
      `\`${text}\` is not supported: ${what} not part of what can be simulated here`,
    );
  }

  size(): Expression {
    this.expect('[');
    const selection = this.expressions.selection();
    if (selection.kind !== 'one') throw new TextFault('SYNTAX', selection.at, 'a register has one size');
    this.expect(']');
    return selection.index;
  }

  measureWord(): void {
    if (!this.lexer.isWord('measure'))
      throw new TextFault(
        'UNSUPPORTED',
        this.lexer.at,
        'only measurements are assigned to bits: write `= measure q`',
      );
    this.lexer.advance();
  }

  operands(): Operand[] {
    const found = [this.operand()];
    while (this.lexer.is(',')) {
      this.lexer.advance();
      found.push(this.operand());
    }
    return found;
  }

  operand(): Operand {
    if (this.lexer.is('$')) throw this.foreignSymbol('$', this.lexer.at);
    return this.operandAfter(this.name('a register'));
  }

  operandAfter({ name, at }: NameAt): Operand {
    return this.conditions.operandAfter(name, at);
  }

  names(wanted: string): NameAt[] {
    const found = [this.name(wanted)];
    while (this.lexer.is(',')) {
      this.lexer.advance();
      found.push(this.name(wanted));
    }
    return found;
  }

  name(wanted: string): NameAt {
    const { kind, text: name, at } = this.lexer;
    if (kind !== 'word') throw this.unexpected(wanted);
    this.lexer.advance();
    return { name, at };
  }

  end(): void {
    this.expect(';');
  }

  expect(symbol: string, why = ''): void {
    this.expressions.expect(symbol, why);
  }

  unexpected(wanted: string): TextFault {
    return this.expressions.unexpected(wanted);
  }
}
