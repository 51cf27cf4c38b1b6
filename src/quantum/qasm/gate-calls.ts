/** Gates as they are called: modifiers, name, angles, qubits. Called by `statements.ts`. */
import { didYouMean } from '../../kit/nearest-word.js';
import { TextFault, quoted } from './fault.js';
import { LIMITS } from './limits.js';
import type { Expression, GateCall, Modifier, NameAt, Operand } from './syntax.js';
import type { Terms } from './terms.js';
import { modifierWords, statementWords2, statementWords3 } from './words.js';

export class GateCallParser {
  constructor(private readonly terms: Terms) {}

  modifiers(): Modifier[] {
    const found: Modifier[] = [];
    const { lexer } = this.terms;
    while (lexer.kind === 'word' && modifierWords.has(lexer.text)) {
      const { text, at } = lexer;
      if (found.length >= LIMITS.gateDepth)
        throw new TextFault('LIMIT', at, `a gate has more than ${LIMITS.gateDepth} modifiers`);
      lexer.advance();
      found.push(this.#modifier(text, at));
      this.terms.expect('@');
    }
    return found;
  }

  #modifier(word: string, at: number): Modifier {
    if (word === 'inv') return { kind: 'inverse', at };
    const given = this.terms.lexer.is('(') ? this.terms.expressions.arguments() : [];
    const [value = null] = given;
    if (given.length > 1 || (word === 'pow' && value === null))
      throw new TextFault('SYNTAX', at, `\`${word}\` takes one number in parentheses`);
    if (word === 'pow') return { kind: 'power', exponent: value as Expression, at };
    return { kind: 'control', state: word === 'ctrl', count: value, at };
  }

  gateCall(modifiers: readonly Modifier[], at: number): GateCall {
    return this.gateCallAfter(this.terms.name('the name of a gate'), modifiers, at);
  }

  gateCallAfter(name: NameAt, modifiers: readonly Modifier[], at: number): GateCall {
    const { lexer } = this.terms;
    const given = lexer.is('(') ? this.terms.expressions.arguments() : [];
    if (lexer.is('[')) throw this.terms.unexpected('the qubits of a gate');
    const bare = lexer.is(';') && name.name === 'gphase';
    const operands = bare ? [] : this.#callOperands(name);
    this.terms.end();
    return {
      kind: 'gate call',
      modifiers,
      name: name.name,
      arguments: given,
      operands,
      at: modifiers.length > 0 ? name.at : at,
    };
  }

  /** `cx;` and `foo = 3;`: the word before tells more than the symbol. */
  #callOperands({ name, at }: NameAt): Operand[] {
    if (this.terms.lexer.kind === 'word' || this.terms.lexer.is('$')) return this.terms.operands();
    const known = this.terms.version === 2 ? statementWords2 : statementWords3;
    const hint = didYouMean(name, known);
    const more = hint === undefined ? '' : ` (${hint})`;
    const { message } = this.terms.unexpected(`the qubits of ${quoted(name)}${more}`);
    throw new TextFault('SYNTAX', hint === undefined ? this.terms.lexer.at : at, message);
  }
}
