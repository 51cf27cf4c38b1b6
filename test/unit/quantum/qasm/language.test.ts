/** What the texts of both versions mean: registers, broadcasts, conditions, loops, modifiers, parameters. */
import { describe, expect, it } from 'vitest';
import type { Circuit, Condition } from '../../../../src/quantum/circuit.js';
import { evaluateAngle } from '../../../../src/quantum/angle.js';
import { parseCircuit } from '../../../../src/quantum/qasm/read.js';
import { difference, wholeMatrix } from '../whole-matrix.js';

const head2 = 'OPENQASM 2.0;\ninclude "qelib1.inc";\n';
const head3 = 'OPENQASM 3.0;\ninclude "stdgates.inc";\n';

function conditionText({ start, size, value, negated }: Condition): string {
  return ` if ${start}+${size}${negated ? '!=' : '=='}${value}`;
}

/** One line for each operation. */
function shape({ operations }: Circuit): string[] {
  return operations.map((operation) => {
    if (operation.kind === 'barrier') return `barrier ${operation.qubits.join(' ')}`;
    const condition = operation.condition === null ? '' : conditionText(operation.condition);
    if (operation.kind === 'measure') return `measure ${operation.qubit}->${operation.bit}${condition}`;
    if (operation.kind === 'reset') return `reset ${operation.qubit}${condition}`;
    return `${operation.name} ${operation.qubits.join(' ')}${condition}`;
  });
}

function angleOf(expression: string, head = head2): number {
  const [operation] = parseCircuit(`${head}qreg q[1]; rx(${expression}) q[0];`).operations;
  if (operation?.kind !== 'gate') throw new Error('no gate');
  return evaluateAngle(operation.angles[0] ?? Number.NaN, []);
}

describe('registers', () => {
  it('follow each other in the order of their declarations', () => {
    const circuit = parseCircuit(
      `${head2}qreg a[2]; creg x[1]; qreg b[3]; creg y[2]; x b[0]; measure b[2] -> y[1];`,
    );
    expect(circuit).toMatchObject({
      qubits: 5,
      bits: 3,
      qubitRegisters: [
        { name: 'a', start: 0, size: 2 },
        { name: 'b', start: 2, size: 3 },
      ],
      bitRegisters: [
        { name: 'x', start: 0, size: 1 },
        { name: 'y', start: 1, size: 2 },
      ],
    });
    expect(shape(circuit)).toEqual(['x 2', 'measure 4->2']);
  });

  it('know where they are declared', () => {
    const { qubitRegisters } = parseCircuit(`${head2}qreg a[2];\n  qreg b[3];`);
    expect(qubitRegisters.map(({ place }) => place)).toEqual([
      { line: 3, column: 6 },
      { line: 4, column: 8 },
    ]);
  });

  it('may have the names of gates and of the other version', () => {
    const text = `${head2}qreg x[1]; creg bit[1]; qreg qubit[1]; x x[0]; cx x[0], qubit[0]; measure x -> bit;`;
    expect(shape(parseCircuit(text))).toEqual(['x 0', 'cx 0 1', 'measure 0->0']);
  });

  it('broadcast: each member of them, with what is single repeated', () => {
    const text = `${head2}qreg q[3]; qreg r[3]; qreg s[1]; creg c[3]; h q; cx q, r; cx s[0], r; barrier q, r[0]; reset r; measure q -> c;`;
    expect(shape(parseCircuit(text))).toEqual([
      ...['h 0', 'h 1', 'h 2', 'cx 0 3', 'cx 1 4', 'cx 2 5', 'cx 6 3', 'cx 6 4', 'cx 6 5'],
      ...['barrier 0 1 2 3', 'reset 3', 'reset 4', 'reset 5', 'measure 0->0', 'measure 1->1', 'measure 2->2'],
    ]);
  });

  it('of OpenQASM 3 are selected by single, negative, ranged and listed indices', () => {
    const text = `${head3}qubit[5] q; qubit one; x one; x q[-1]; x q[1:2]; x q[0:2:4]; x q[{3, 0}]; x q[3:]; x q[4:-2:0];`;
    expect(shape(parseCircuit(text))).toEqual([
      'x 5',
      'x 4',
      'x 1',
      'x 2',
      'x 0',
      'x 2',
      'x 4',
      'x 3',
      'x 0',
      'x 3',
      'x 4',
      'x 4',
      'x 2',
      'x 0',
    ]);
  });
});

describe('expressions', () => {
  it.each([
    ['pi/2', Math.PI / 2],
    ['-pi/2', -Math.PI / 2],
    ['1/2', 0.5],
    ['2-3-4', -5],
    ['16/4/2', 2],
    ['2^3^2', 512],
    ['-2^2', -4],
    ['2^-1', 0.5],
    ['-(1+2)*3', -9],
    ['- -1', 1],
    ['+1', 1],
    ['sin(pi/6)', 0.5],
    ['cos(0)+tan(0)', 1],
    ['ln(exp(2))', 2],
    ['sqrt(9)', 3],
    ['.5e1', 5],
    ['5.', 5],
    ['1e-2', 0.01],
    ['arctan(1)*4', Math.PI],
  ])('of OpenQASM 2 have the value they have in mathematics: %s', (text, value) => {
    expect(angleOf(text)).toBeCloseTo(value, 14);
  });

  it.each([
    ['2**3', 8],
    ['-2**2', -4],
    ['7 % 3', 1],
    ['0x1F + 0b11 + 0o7', 41],
    ['1_000', 1000],
    ['6/3', 2],
    ['1.0/2', 0.5],
    ['τ/4', Math.PI / 2],
    ['log(euler)', 1],
    ['pow(2, 3)', 8],
    ['mod(7.5, 2)', 1.5],
  ])('of OpenQASM 3 as well: %s', (text, value) => {
    expect(angleOf(text, head3)).toBeCloseTo(value, 14);
  });
});

describe('gates', () => {
  it('are defined by gates that are defined, and their parameters are put in', () => {
    const text = `${head2}qreg q[2]; gate inner(a, b) x { rx(a/2) x; rz(b-a) x; } gate outer(t) y, z { inner(t, 2*t) z; cx y, z; }`;
    const called = parseCircuit(`${text} outer(0.6) q[1], q[0];`);
    const written = parseCircuit(`${head2}qreg q[2]; rx(0.3) q[0]; rz(0.6) q[0]; cx q[1], q[0];`);
    expect(difference(wholeMatrix(called), wholeMatrix(written))).toBeLessThan(1e-15);
    expect(shape(called)).toEqual(['outer 1 0']);
  });

  it('may replace gates of a library, and be empty', () => {
    const circuit = parseCircuit(
      `${head2}qreg q[2]; gate cu a, b { cz a, b; } gate pre a { } cu q[0], q[1]; pre q[0];`,
    );
    const written = parseCircuit(`${head2}qreg q[2]; cz q[0], q[1];`);
    expect(difference(wholeMatrix(circuit), wholeMatrix(written))).toBe(0);
  });

  it('take barriers in their definitions, and opaque ones that are not used', () => {
    const circuit = parseCircuit(
      `${head2}qreg q[2]; opaque o(a) x; gate g a, b { h a; barrier a, b; h b; } g q[0], q[1];`,
    );
    expect(shape(circuit)).toEqual(['g 0 1']);
  });

  it('need no library for U and CX, and no version for a text of OpenQASM 2', () => {
    expect(shape(parseCircuit('qreg q[2]; U(0,0,0) q[0]; CX q[0], q[1];;'))).toEqual(['U 0', 'CX 0 1']);
  });

  it.each([
    ['ctrl @ x q[0], q[1];', 'cx q[0], q[1];'],
    ['negctrl @ x q[0], q[1];', 'x q[0]; cx q[0], q[1]; x q[0];'],
    ['ctrl @ negctrl @ x q[0], q[1], q[2];', 'x q[1]; ccx q[0], q[1], q[2]; x q[1];'],
    ['ctrl(2) @ z q[0], q[1], q[2];', 'h q[2]; ccx q[0], q[1], q[2]; h q[2];'],
    ['inv @ s q[0];', 'sdg q[0];'],
    ['inv @ inv @ t q[0];', 't q[0];'],
    ['pow(2) @ t q[0];', 's q[0];'],
    ['pow(-1) @ rx(0.3) q[0];', 'rx(-0.3) q[0];'],
    ['pow(0) @ h q[0];', 'id q[0];'],
    ['pow(0.5) @ pow(2) @ t q[0];', 't q[0];'],
    ['ctrl @ pow(0.5) @ x q[0], q[1];', 'h q[1]; cp(pi/2) q[0], q[1]; h q[1];'],
    ['inv @ ctrl @ p(0.7) q[0], q[1];', 'cp(-0.7) q[0], q[1];'],
    ['gate g(t) a, b { h a; crz(t) a, b; } inv @ g(0.7) q[0], q[1];', 'crz(-0.7) q[0], q[1]; h q[0];'],
    ['gate f a { gphase(0.7); } ctrl @ f q[0], q[1];', 'p(0.7) q[0];'],
    ['gate g(k) a { pow(k) @ t a; } g(3) q[0];', 't q[0]; s q[0];'],
  ])('are modified: %s', (modified, written) => {
    const matrix = (text: string): Float64Array => wholeMatrix(parseCircuit(`${head3}qubit[3] q; ${text}`));
    expect(difference(matrix(modified), matrix(written))).toBeLessThan(1e-12);
  });

  it('keep the name that was written, modifiers included', () => {
    expect(shape(parseCircuit(`${head3}qubit[2] q; ctrl @ inv @ s q[0], q[1];`))).toEqual([
      'ctrl @ inv @ s 0 1',
    ]);
  });
});

describe('conditions', () => {
  it('of OpenQASM 2 compare a register with any number', () => {
    const text = `${head2}qreg q[2]; creg a[1]; creg c[70]; if (c==3) x q; if(c==590295810358705651712) reset q[0]; if(a==1) measure q[0] -> c[0];`;
    expect(shape(parseCircuit(text))).toEqual([
      'x 0 if 1+70==3',
      'x 1 if 1+70==3',
      `reset 0 if 1+70==${2n ** 69n}`,
      'measure 0->1 if 0+1==1',
    ]);
  });

  it.each([
    ['if (c == 2) x q[0];', 'x 0 if 0+3==2'],
    ['if (c != 2) x q[0];', 'x 0 if 0+3!=2'],
    ['if (c == "101") x q[0];', 'x 0 if 0+3==5'],
    ['if (c) x q[0];', 'x 0 if 0+3!=0'],
    ['if (!c) x q[0];', 'x 0 if 0+3==0'],
    ['if (c[1]) x q[0];', 'x 0 if 1+1==1'],
    ['if (!c[1]) x q[0];', 'x 0 if 1+1==0'],
    ['if (c[1] == true) x q[0];', 'x 0 if 1+1==1'],
    ['if (c[1:2] == 3) x q[0];', 'x 0 if 1+2==3'],
    ['if (d) { x q[0]; }', 'x 0 if 3+1==1'],
    ['if (d) x q[0]; else z q[1];', 'x 0 if 3+1==1', 'z 1 if 3+1!=1'],
    ['if (d) { x q[0]; reset q[1]; } else { }', 'x 0 if 3+1==1', 'reset 1 if 3+1==1'],
    ['if (d) d = measure q[0];', 'measure 0->3 if 3+1==1'],
    ['if (d) { for int i in [0:1] x q[i]; }', 'x 0 if 3+1==1', 'x 1 if 3+1==1'],
  ])('of OpenQASM 3 compare bits too: %s', (text, ...operations) => {
    expect(shape(parseCircuit(`${head3}qubit[2] q; bit[3] c; bit d; ${text}`))).toEqual(operations);
  });
});

describe('OpenQASM 3', () => {
  it('measures by assignment and by arrow, also where bits are declared', () => {
    const text = `${head3}qubit[2] q; bit[2] c; c = measure q; c[1] = measure q[0]; measure q -> c; bit d = measure q[1]; bit[2] e = measure q;`;
    expect(shape(parseCircuit(text))).toEqual([
      ...['measure 0->0', 'measure 1->1', 'measure 0->1', 'measure 0->0', 'measure 1->1', 'measure 1->2'],
      ...['measure 0->3', 'measure 1->4'],
    ]);
  });

  it('takes the old declarations, constants for sizes, and a barrier on everything', () => {
    const text = `${head3}const int n = 2; const uint[8] m = n + 1; qreg a[n]; qubit[m] b; creg c[n]; barrier;`;
    const circuit = parseCircuit(text);
    expect([circuit.qubits, circuit.bits]).toEqual([5, 2]);
    expect(shape(circuit)).toEqual(['barrier 0 1 2 3 4']);
  });

  it('loops over ranges and sets', () => {
    const text = `${head3}qubit[4] q; for int i in [0:2] { cx q[i], q[i+1]; } for uint i in [3:-2:0] x q[i]; for int[32] i in {2, 0} { for int j in [0:1] { rz(pi/2**i) q[j]; } }`;
    const circuit = parseCircuit(text);
    expect(shape(circuit)).toEqual([
      'cx 0 1',
      'cx 1 2',
      'cx 2 3',
      'x 3',
      'x 1',
      'rz 0',
      'rz 1',
      'rz 0',
      'rz 1',
    ]);
    expect(circuit.operations.at(5)).toMatchObject({ angles: [Math.PI / 4] });
  });

  it('has inputs that become parameters, in angles of any depth', () => {
    const text = `${head3}input float[64] theta; input angle phi; qubit q; gate g(a) x { ry(2*a) x; } rx(theta/2 + sin(phi)) q; g(theta) q;`;
    const circuit = parseCircuit(text);
    expect(circuit.parameters).toEqual(['theta', 'phi']);
    const written = parseCircuit(`${head3}qubit q; rx(0.4 + sin(0.3)) q; ry(1.6) q;`);
    expect(difference(wholeMatrix(circuit, [0.8, 0.3]), wholeMatrix(written))).toBeLessThan(1e-15);
  });

  it('reads names and constants in any script', () => {
    const circuit = parseCircuit(`${head3}qubit[1] größe; gate wende(θ) a { rz(θ) a; } wende(π) größe[0];`);
    expect(shape(circuit)).toEqual(['wende 0']);
  });
});
