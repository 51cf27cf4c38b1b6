/**
 * One statement after the other from tokens, OpenQASM 2 or 3. Called by `read.ts`; nested blocks are part of their
 * statement. Knows the grammar only: what names mean is the matter of `circuit-writer.ts`.
 */
import { DeclarationParser } from './declarations.js';
import type { Declaring } from './declarations.js';
import type { Version } from './expressions.js';
import { TextFault, quoted } from './fault.js';
import { GateCallParser } from './gate-calls.js';
import type { Lexer, TokenKind } from './lexer.js';
import { LIMITS } from './limits.js';
import type { GateCall, Statement } from './syntax.js';
import { Terms } from './terms.js';
import { modifierWords, refusal, statementWords2, statementWords3 } from './words.js';

export class StatementParser {
  readonly #terms: Terms;
  readonly #declarations: DeclarationParser;
  readonly #gates: GateCallParser;
  #depth = 0;

  constructor(readonly lexer: Lexer) {
    this.#terms = new Terms(lexer);
    this.#declarations = new DeclarationParser(this.#terms);
    this.#gates = new GateCallParser(this.#terms);
  }

  get version(): Version {
    return this.#terms.version;
  }

  /** What the last statement declares, as far as it was read. */
  get declaring(): Declaring | null {
    return this.#declarations.declaring;
  }

  /** `OPENQASM 2.0;` at the start of a text; without it the text is OpenQASM 2, as Qiskit takes it. */
  header(): void {
    const { lexer } = this;
    if (!lexer.isWord('OPENQASM')) return;
    lexer.advance();
    const { text, at, kind }: { text: string; at: number; kind: TokenKind } = lexer;
    if (kind !== 'real' && kind !== 'integer')
      throw this.#terms.unexpected('a version: `OPENQASM 2.0;` or `OPENQASM 3;`');
    if (!/^(2(\.0)?|3(\.[01])?)$/.test(text))
      throw new TextFault(
        'UNSUPPORTED',
        at,
        `OpenQASM ${text.slice(0, 20)} is not supported: 2.0, 3.0 and 3.1 are`,
      );
    this.#terms.expressions.version = text.startsWith('3') ? 3 : 2;
    lexer.advance();
    this.#terms.end();
  }

  /** After a fault: goes behind the end of the statement, and of all blocks that are open. */
  recover(): void {
    this.#depth = 0;
    this.#terms.expressions.reset();
    const { lexer } = this;
    for (let ended = false; !ended && !lexer.ended; ) {
      ended = lexer.kind === 'symbol' && lexer.depth === 0 && (lexer.is(';') || lexer.is('}'));
      try {
        lexer.advance();
      } catch (fault) {
        // A second fault on the way is told when the next statement meets it, or is the first one's consequence.
        if (!(fault instanceof TextFault)) throw fault;
      }
    }
  }

  topStatement(): Statement | undefined {
    this.#declarations.declaring = null;
    return this.statement();
  }

  /** Undefined for an empty statement. */
  statement(): Statement | undefined {
    const { lexer } = this;
    const { kind, text, at } = lexer;
    if (kind === 'symbol' && text === ';') return void lexer.advance();
    if (kind === 'symbol' && '@#$'.includes(text)) throw this.#terms.foreignSymbol(text, at);
    if (kind !== 'word') throw this.#terms.unexpected('a statement');
    if (text === 'OPENQASM')
      throw new TextFault('SYNTAX', at, '`OPENQASM` stands once, at the start of the text');
    return this.version === 2 ? this.#statement2(text, at) : this.#statement3(text, at);
  }

  #statement2(word: string, at: number): Statement {
    if (!statementWords2.has(word)) return this.#gates.gateCall([], at);
    this.lexer.advance();
    switch (word) {
      case 'qreg':
      case 'creg':
        return this.#declarations.oldRegister(word === 'qreg' ? 'qubits' : 'bits', at);
      case 'opaque':
        return this.#opaque(at);
      case 'measure':
        return this.#measureArrow(at);
      case 'if':
        return this.#conditional2(at);
      default:
        return this.#sharedStatement(word, at);
    }
  }

  #statement3(word: string, at: number): Statement {
    const refused = refusal(word);
    if (refused !== undefined) throw new TextFault('UNSUPPORTED', at, refused);
    if (modifierWords.has(word)) return this.#gates.gateCall(this.#gates.modifiers(), at);
    if (!statementWords3.has(word)) return this.#callOrAssignment(at);
    this.lexer.advance();
    switch (word) {
      case 'qubit':
      case 'bit':
        return this.#declarations.register(word === 'qubit' ? 'qubits' : 'bits', at);
      case 'qreg':
      case 'creg':
        return this.#declarations.oldRegister(word === 'qreg' ? 'qubits' : 'bits', at);
      case 'const':
        return this.#declarations.constant(at);
      case 'input':
        return this.#declarations.input(at);
      case 'measure':
        return this.#measureArrow(at);
      case 'if':
        return this.#conditional3(at);
      case 'for':
        return this.#loop(at);
      default:
        return this.#sharedStatement(word, at);
    }
  }

  /** Of both versions; `barrier` is what is left. */
  #sharedStatement(word: string, at: number): Statement {
    switch (word) {
      case 'gate':
        return this.#gateDefinition(at);
      case 'include':
        return this.#declarations.include(at);
      case 'reset': {
        const operands = this.#terms.operands();
        this.#terms.end();
        return { kind: 'reset', operands, at };
      }
      default: {
        const all = this.version === 3 && this.lexer.is(';');
        const operands = all ? [] : this.#terms.operands();
        this.#terms.end();
        return { kind: 'barrier', operands, at };
      }
    }
  }

  #measureArrow(at: number): Statement {
    const source = this.#terms.operand();
    if (this.version === 3 && this.lexer.is(';'))
      throw new TextFault(
        'UNSUPPORTED',
        at,
        'a measurement needs bits that keep its result: write `c = measure q;`',
      );
    this.#terms.expect('->');
    const target = this.#terms.operand();
    this.#terms.end();
    return { kind: 'measure', source, target, at };
  }

  /** `rx(0.5) q;` or `c[0] = measure q[0];`: the second token tells. */
  #callOrAssignment(at: number): Statement {
    const name = this.#terms.name('a statement');
    const { kind, text } = this.lexer;
    if (kind !== 'symbol' || (text !== '=' && text !== '[')) return this.#gates.gateCallAfter(name, [], at);
    const target = this.#terms.operandAfter(name);
    this.#terms.expect('=', ' (after a register only an assignment of a measurement can follow)');
    this.#terms.measureWord();
    const source = this.#terms.operand();
    this.#terms.end();
    return { kind: 'measure', source, target, at };
  }

  #opaque(at: number): Statement {
    const [declared, parameters, qubits] = this.#declarations.signature();
    this.#terms.end();
    return { kind: 'gate definition', declared, parameters, qubits, body: null, at };
  }

  #gateDefinition(at: number): Statement {
    const [declared, parameters, qubits] = this.#declarations.signature();
    this.#terms.expect('{');
    const body: GateCall[] = [];
    while (!this.lexer.ended && !this.lexer.is('}')) this.#bodyStatement(body);
    if (this.lexer.ended)
      throw new TextFault(
        'SYNTAX',
        at,
        `the definition of ${quoted(declared.name)} does not end: \`}\` is missing`,
      );
    this.lexer.advance();
    return { kind: 'gate definition', declared, parameters, qubits, body, at };
  }

  #bodyStatement(body: GateCall[]): void {
    const { at } = this.lexer;
    const inner = this.statement();
    if (inner === undefined || inner.kind === 'barrier') return;
    if (inner.kind !== 'gate call')
      throw new TextFault(
        inner.kind === 'for' ? 'UNSUPPORTED' : 'SYNTAX',
        at,
        'a gate is made of gates only: this statement cannot stand in its definition',
      );
    const indexed = inner.operands.find((operand) => operand.selection !== null);
    if (indexed !== undefined)
      throw new TextFault(
        'SYNTAX',
        indexed.at,
        `${quoted(indexed.name)} is one qubit inside of a gate and has no index`,
      );
    body.push(inner);
  }

  /** One operation may stand under it, and whole registers are compared. */
  #conditional2(at: number): Statement {
    const condition = this.#terms.conditions.condition();
    const { at: inside, kind, text } = this.lexer;
    if (kind === 'symbol' && text === '{')
      throw new TextFault('SYNTAX', inside, 'OpenQASM 2 has no blocks: one operation follows `if (...)`');
    const inner = this.statement();
    if (inner === undefined || !['gate call', 'measure', 'reset'].includes(inner.kind))
      throw new TextFault('SYNTAX', inside, 'a gate, `measure` or `reset` follows `if (...)`');
    return { kind: 'if', condition, met: [inner], unmet: [], at };
  }

  #conditional3(at: number): Statement {
    const condition = this.#terms.conditions.condition();
    const met = this.#block();
    let unmet: readonly Statement[] = [];
    if (this.lexer.isWord('else')) {
      this.lexer.advance();
      unmet = this.#block();
    }
    return { kind: 'if', condition, met, unmet, at };
  }

  #loop(at: number): Statement {
    const { lexer } = this;
    if (!['int', 'uint'].includes(lexer.text))
      throw new TextFault(
        'UNSUPPORTED',
        lexer.at,
        'a loop goes over whole numbers: write `for int i in [0:3] { ... }`',
      );
    lexer.advance();
    if (lexer.is('[')) this.#terms.size();
    const variable = this.#terms.name('the name of a loop variable');
    if (!lexer.isWord('in')) throw this.#terms.unexpected('`in`');
    lexer.advance();
    const bracketed = lexer.is('[');
    if (!bracketed && !lexer.is('{'))
      throw new TextFault(
        'UNSUPPORTED',
        lexer.at,
        'a loop goes over a constant range `[0:3]` or set `{1, 4}`',
      );
    if (bracketed) lexer.advance();
    const over = this.#terms.expressions.selection();
    if (bracketed) this.#terms.expect(']');
    return { kind: 'for', variable, over, body: this.#block(), at };
  }

  /** Statements in braces, or one without. */
  #block(): Statement[] {
    const { lexer } = this;
    const { at } = lexer;
    if (++this.#depth > LIMITS.nesting)
      throw new TextFault('LIMIT', at, `blocks are nested deeper than ${LIMITS.nesting}`);
    const found: Statement[] = [];
    if (lexer.is('{')) {
      lexer.advance();
      while (!lexer.ended && !lexer.is('}')) this.#pushInner(found);
      if (lexer.ended) throw new TextFault('SYNTAX', at, 'this block does not end: `}` is missing');
      lexer.advance();
    } else this.#pushInner(found);
    this.#depth--;
    return found;
  }

  #pushInner(found: Statement[]): void {
    const { at } = this.lexer;
    const inner = this.statement();
    if (inner === undefined) return;
    if (['include', 'qubits', 'bits', 'gate definition', 'input'].includes(inner.kind))
      throw new TextFault('UNSUPPORTED', at, 'declarations and includes stand outside of blocks');
    found.push(inner);
  }
}
