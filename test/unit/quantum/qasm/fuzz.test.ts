/**
 * Texts that nobody wrote: valid ones made at random, and 10,000 mutations of them. Whatever the text, reading ends, and it
 * ends well: a circuit of known gates on qubits that exist, or faults with their places. A failing seed is printed.
 */
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../../../src/kit/random.js';
import type { Circuit, Unitary } from '../../../../src/quantum/circuit.js';
import { standardShapes } from '../../../../src/quantum/gates/standard.js';
import { qelib1 } from '../../../../src/quantum/gates/gate-library.js';
import { circuitText } from '../../../../src/quantum/draw/circuit-text.js';
import { readCircuit } from '../../../../src/quantum/qasm/read.js';
import { summarizeCircuit } from '../../../../src/quantum/summary.js';

const angles = ['pi', '-pi/2', '0.25', '2*pi/3', 'sin(1)', '1e-3', '(1.5-2)*-2'];

const libraryBySize = Array.from({ length: 8 }, (_, size) =>
  [...qelib1.values()].filter((gate) => gate.qubits <= size),
);

/** Qubits of the one register, none twice. */
function someQubits(random: SeededRandom, count: number, size: number): string {
  const free = Array.from({ length: size }, (_, index) => index);
  return Array.from({ length: count }, () => `q[${free.splice(random.int(free.length), 1)[0]}]`).join(', ');
}

function someGate(random: SeededRandom, size: number): string {
  const { name, parameters, qubits } = random.pick(libraryBySize[size] ?? []);
  const given = Array.from({ length: parameters }, () => random.pick(angles)).join(', ');
  return `${name}${parameters === 0 ? '' : `(${given})`} ${someQubits(random, qubits, size)};`;
}

function line2(random: SeededRandom, size: number): string {
  const bit = `c[${random.int(size)}]`;
  return random.pick([
    someGate(random, size),
    someGate(random, size),
    'h q;',
    'barrier q;',
    `measure ${someQubits(random, 1, size)} -> ${bit};`,
    `reset ${someQubits(random, 1, size)};`,
    `if (c == ${random.int(9)}) ${someGate(random, size)}`,
    `own(${random.pick(angles)}) ${someQubits(random, 2, size)};`,
  ]);
}

function line3(random: SeededRandom, size: number): string {
  return random.pick([
    line2(random, size).replace(/^own/, 'inv @ own'),
    `ctrl @ ry(theta) ${someQubits(random, 2, size)};`,
    `negctrl @ pow(0.5) @ x ${someQubits(random, 2, size)};`,
    `for int i in [0:${size - 1}] { rx(theta*i) q[i]; }`,
    `if (c[0]) { x q[0]; } else { z q[1]; }`,
    'c = measure q;',
    'gphase(pi/4);',
  ]);
}

function validText(random: SeededRandom): string {
  const size = 2 + random.int(5);
  const second = random.next() < 0.6;
  const lines = Array.from({ length: 1 + random.int(12) }, () => (second ? line2 : line3)(random, size));
  const head = second
    ? ['OPENQASM 2.0;', 'include "qelib1.inc";', `qreg q[${size}];`, `creg c[${size}];`]
    : [
        'OPENQASM 3.0;',
        'include "qelib1.inc";',
        `qubit[${size}] q;`,
        `bit[${size}] c;`,
        'input float theta;',
      ];
  return [...head, 'gate own(a) x, y { rx(a/2) x; // half', ' cx x, y; }', ...lines, ''].join('\n');
}

const pieces = [
  ...[
    'gate',
    'qreg',
    'measure',
    'if',
    'for',
    'ctrl @',
    'opaque',
    'include',
    'defcal',
    'while',
    'input float',
    'barrier',
  ],
  ...[
    '(',
    ')',
    '{',
    '}',
    '[',
    ']',
    ';',
    ',',
    '->',
    '==',
    '@',
    '"',
    '//',
    '/*',
    '*/',
    '\n',
    '\r',
    '-',
    '^',
    '**',
    '$',
    '\u0000',
  ],
  ...['0', '9', '1e9', '999999999', '1.5', 'pi', 'q', 'c', 'x', 'own', 'é', '🙂', '\ud800', 'ns'],
];

function mutate(text: string, random: SeededRandom): string {
  const at = random.int(text.length);
  const end = Math.min(text.length, at + 1 + random.int(random.next() < 0.8 ? 4 : 40));
  switch (random.int(5)) {
    case 0:
      return text.slice(0, at) + text.slice(end);
    case 1:
      return text.slice(0, at) + random.pick(pieces) + text.slice(at);
    case 2:
      return text.slice(0, at) + random.pick(pieces) + text.slice(end);
    case 3:
      return text.slice(0, end) + text.slice(at);
    default: {
      const lines = text.split('\n');
      const [first, second] = [random.int(lines.length), random.int(lines.length)];
      [lines[first], lines[second]] = [lines[second] ?? '', lines[first] ?? ''];
      return lines.join('\n');
    }
  }
}

/** Throws where a unitary does not fit the qubits it is applied to. */
function checkUnitary(unitary: Unitary, qubits: number): void {
  switch (unitary.kind) {
    case 'standard':
      if (!(unitary.gate in standardShapes)) throw new Error(`${unitary.gate} is no gate`);
      return;
    case 'matrix':
      throw new Error('no text has matrices');
    case 'sequence':
      for (const step of unitary.steps) {
        if (step.qubits.some((qubit) => qubit < 0 || qubit >= qubits))
          throw new Error('a step leaves its gate');
        if (new Set(step.qubits).size < step.qubits.length) throw new Error('a step repeats a qubit');
        checkUnitary(step.unitary, step.qubits.length);
      }
      return;
    case 'controlled':
      return checkUnitary(unitary.of, qubits - unitary.controls.length);
    default:
      return checkUnitary(unitary.of, qubits);
  }
}

function checkCircuit(circuit: Circuit): void {
  for (const operation of circuit.operations) {
    const qubits = 'qubit' in operation ? [operation.qubit] : operation.qubits;
    if (qubits.some((qubit) => !(qubit >= 0 && qubit < circuit.qubits)))
      throw new Error('a qubit does not exist');
    if (new Set(qubits).size < qubits.length) throw new Error('a qubit is repeated');
    if (operation.kind === 'measure' && !(operation.bit >= 0 && operation.bit < circuit.bits))
      throw new Error('a bit does not exist');
    if (operation.kind === 'gate') checkUnitary(operation.unitary, qubits.length);
  }
}

/** How many of the calls in the text became operations cannot be told here; that none is lost is told by the round trip. */
function check(text: string): boolean {
  const reading = readCircuit(text);
  if (reading.ok) {
    checkCircuit(reading.circuit);
    return true;
  }
  const lines = text.split(/\r\n?|\n/);
  for (const { line = 0, column = 0, message } of reading.faults) {
    if (line < 1 || line > lines.length) throw new Error(`line ${line} is not in the text`);
    if (column < 1 || column > (lines[line - 1] ?? '').length + 1)
      throw new Error(`column ${column} is not in its line`);
    if (message === '') throw new Error('a fault without a message');
  }
  return false;
}

function checkSeed(seed: string, text: string): boolean {
  try {
    return check(text);
  } catch (error) {
    throw new Error(`seed ${seed}: ${JSON.stringify(text)}`, { cause: error });
  }
}

describe('reading circuits', () => {
  it('accepts every text of the grammar, each statement of it, and draws and sums it up', () => {
    for (let seed = 0; seed < 300; seed++) {
      const text = validText(new SeededRandom(`valid ${seed}`));
      const reading = readCircuit(text);
      if (!reading.ok) throw new Error(`seed ${seed}: ${reading.faults[0].message} in ${text}`);
      checkCircuit(reading.circuit);
      const summary = summarizeCircuit(reading.circuit);
      const inText = text
        .split('\n')
        .filter((line) => /^(?!OPENQASM|include|q|creg|bit|gate| cx|input|$)/.test(line));
      expect(summary.operations).toBeGreaterThanOrEqual(inText.length);
      expect(circuitText(reading.circuit)).toContain('─');
    }
  });

  it('ends well for 10,000 mutated texts', () => {
    let accepted = 0;
    for (let seed = 0; seed < 10_000; seed++) {
      const random = new SeededRandom(`mutated ${seed}`);
      let text = validText(random);
      for (let times = random.next() < 0.7 ? 1 : 3; times > 0; times--) text = mutate(text, random);
      if (checkSeed(`mutated ${seed}`, text)) accepted++;
    }
    // Both ways are taken: else the mutations would be too strong or too weak to show anything.
    expect(accepted).toBeGreaterThan(500);
    expect(accepted).toBeLessThan(9_500);
  });

  it('ends well for texts of pieces without any order', () => {
    for (let seed = 0; seed < 1_000; seed++) {
      const random = new SeededRandom(`pieces ${seed}`);
      const body = Array.from({ length: random.int(40) }, () => random.pick(pieces)).join(
        random.pick(['', ' ']),
      );
      checkSeed(
        `pieces ${seed}`,
        random.pick(['', 'OPENQASM 2.0;\nqreg q[2];\n', 'OPENQASM 3;\nqubit[2] q;\n']) + body,
      );
    }
  });
});
