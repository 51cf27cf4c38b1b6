/**
 * The text of a circuit, OpenQASM 2 or the subset of OpenQASM 3, becomes a `Circuit`, or all the faults that can be told
 * apart. Called by the API, the command line and the work kind `circuit`. Own lexer and parser: no package of npm reads
 * all of OpenQASM 2 and names lines and columns.
 */
import { CircuitError } from '../circuit-error.js';
import type { CircuitFault } from '../circuit-error.js';
import type { Circuit } from '../circuit.js';
import { CircuitWriter } from './circuit-writer.js';
import { EarlierFault, TextFault, placeIn } from './fault.js';
import { Lexer } from './lexer.js';
import { LIMITS } from './limits.js';
import type { Cost } from './limits.js';
import { StatementParser } from './statements.js';
import type { Statement } from './syntax.js';

export type CircuitReading =
  | { readonly ok: true; readonly circuit: Circuit }
  /** At least one, each with line and column, in the order of the text. */
  | { readonly ok: false; readonly faults: readonly [CircuitFault, ...CircuitFault[]] };

class Reader {
  readonly #lexer: Lexer;
  readonly #parser: StatementParser;
  readonly #faults: TextFault[] = [];
  #writer: CircuitWriter;

  constructor(
    private readonly text: string,
    private readonly cost: Cost,
  ) {
    this.#lexer = new Lexer(text);
    this.#parser = new StatementParser(this.#lexer);
    this.#writer = this.#newWriter();
  }

  read(): CircuitReading {
    if (this.text.length > LIMITS.source)
      this.#faults.push(
        new TextFault('LIMIT', LIMITS.source, `the text is longer than ${LIMITS.source} characters`),
      );
    else if (this.#begin()) this.#all();
    const [first, ...others] = this.#faults.map(({ code, message, at }) => ({
      code,
      message,
      ...placeIn(this.text, at),
    }));
    return first === undefined
      ? { ok: true, circuit: this.#writer.circuit() }
      : { ok: false, faults: [first, ...others] };
  }

  #newWriter(): CircuitWriter {
    return new CircuitWriter(this.#parser.version, (at) => placeIn(this.text, at), this.cost);
  }

  #all(): void {
    while (!this.#lexer.ended && !this.#full()) this.#next();
    if (this.#faults.length > 0 || this.#writer.circuit().qubits > 0) return;
    const example = this.#parser.version === 2 ? 'qreg q[2];' : 'qubit[2] q;';
    const message = `the text declares no qubits: a circuit has at least one, as in \`${example}\``;
    this.#faults.push(new TextFault('SYNTAX', this.#lexer.at, message));
  }

  /** What is wrong with the first line makes everything behind it meaningless. */
  #begin(): boolean {
    this.#attempt(() => {
      this.#lexer.advance();
      this.#parser.header();
    });
    this.#writer = this.#newWriter();
    return this.#faults.length === 0;
  }

  #full(): boolean {
    return this.#faults.length >= LIMITS.faults || this.#faults.at(-1)?.code === 'LIMIT';
  }

  #next(): void {
    let statement: Statement | undefined;
    const parsed = this.#attempt(() => {
      statement = this.#parser.topStatement();
    });
    if (!parsed) this.#parser.recover();
    const written = parsed && this.#attempt(() => statement !== undefined && this.#writer.write(statement));
    const { declaring } = this.#parser;
    if (!written && declaring !== null) this.#writer.lose(declaring.kind, declaring.name);
  }

  /** The edge where faults of one statement are caught. */
  #attempt(part: () => unknown): boolean {
    try {
      part();
      return true;
    } catch (fault) {
      if (fault instanceof TextFault) this.#faults.push(fault);
      else if (!(fault instanceof EarlierFault)) throw fault;
      return false;
    }
  }
}

/** Never throws for what stands in the text. What costs more than `cost` is a fault with the code LIMIT. */
export function readCircuit(text: string, cost: Cost = LIMITS): CircuitReading {
  return new Reader(text, cost).read();
}

/** Fails with a `CircuitError` that has the first fault's place and all faults. */
export function parseCircuit(text: string): Circuit {
  return circuitOf(readCircuit(text));
}

export function circuitOf(reading: CircuitReading): Circuit {
  if (reading.ok) return reading.circuit;
  const [first, ...others] = reading.faults;
  throw new CircuitError(first, others);
}
