/** Statements that declare names: registers, constants, inputs, the heads of gates. Called by `statements.ts`. */
import { TextFault, quoted } from './fault.js';
import type { Expression, NameAt, Operand, Statement } from './syntax.js';
import type { Terms } from './terms.js';
import { isReserved } from './words.js';

export interface Declaring {
  readonly kind: 'register' | 'gate';
  readonly name: string;
}

export class DeclarationParser {
  /** What the statement declares, once that was read: also of a statement that turns out to be faulty. */
  declaring: Declaring | null = null;

  constructor(private readonly terms: Terms) {}

  /** `qreg q[3];` */
  oldRegister(kind: 'qubits' | 'bits', at: number): Statement {
    const declared = this.#declared('register');
    let size: Expression | null = null;
    if (this.terms.version === 2 || this.terms.lexer.is('[')) size = this.terms.size();
    this.terms.end();
    return { kind, declared, size, measured: null, at };
  }

  /** `qubit[3] q;`, `bit c = measure q;` */
  register(kind: 'qubits' | 'bits', at: number): Statement {
    const size = this.terms.lexer.is('[') ? this.terms.size() : null;
    const declared = this.#declared('register');
    let measured: Operand | null = null;
    if (kind === 'bits' && this.terms.lexer.is('=')) {
      this.terms.lexer.advance();
      this.terms.measureWord();
      measured = this.terms.operand();
    }
    this.terms.end();
    return { kind, declared, size, measured, at };
  }

  constant(at: number): Statement {
    const { text: type, at: place } = this.terms.lexer;
    if (!['int', 'uint', 'float', 'angle'].includes(type))
      throw new TextFault(
        'UNSUPPORTED',
        place,
        `constants of type ${quoted(type)} are not supported: int, uint, float and angle are`,
      );
    this.terms.lexer.advance();
    if (this.terms.lexer.is('[')) this.terms.size();
    const declared = this.#ownName('the name of a constant');
    this.terms.expect('=');
    const value = this.terms.expressions.expression();
    this.terms.end();
    return { kind: 'constant', declared, integer: type.endsWith('int'), value, at };
  }

  input(at: number): Statement {
    const { text: type, at: place } = this.terms.lexer;
    if (type !== 'float' && type !== 'angle')
      throw new TextFault(
        'UNSUPPORTED',
        place,
        `inputs of type ${quoted(type)} are not supported: float and angle are`,
      );
    this.terms.lexer.advance();
    if (this.terms.lexer.is('[')) this.terms.size();
    const declared = this.#ownName('the name of a parameter');
    this.terms.end();
    return { kind: 'input', declared, at };
  }

  signature(): [NameAt, NameAt[], NameAt[]] {
    const declared = this.#declared('gate');
    let parameters: NameAt[] = [];
    if (this.terms.lexer.is('(')) {
      this.terms.lexer.advance();
      if (!this.terms.lexer.is(')')) parameters = this.terms.names('the name of a parameter');
      this.terms.expect(')');
    }
    return [declared, parameters, this.terms.names('the name of a qubit')];
  }

  #declared(kind: 'register' | 'gate'): NameAt {
    const found = this.#ownName(`the name of a ${kind}`);
    this.declaring = { kind, name: found.name };
    return found;
  }

  #ownName(wanted: string): NameAt {
    const found = this.terms.name(wanted);
    if (!isReserved(found.name, this.terms.version)) return found;
    const message = `${quoted(found.name)} is a word of the language and cannot be ${wanted}`;
    throw new TextFault('SYNTAX', found.at, message);
  }

  include(at: number): Statement {
    const { kind, text: file, at: place } = this.terms.lexer;
    if (kind !== 'string') throw this.terms.unexpected('a file name in double quotes');
    this.terms.lexer.advance();
    this.terms.end();
    return { kind: 'include', file, at: place ?? at };
  }
}
