/** Every fault of a text is told with its code and the line and column at which it stands. */
import { describe, expect, it } from 'vitest';
import { CircuitError } from '../../../../src/quantum/circuit-error.js';
import { parseCircuit, readCircuit } from '../../../../src/quantum/qasm/read.js';

/** What is wrong stands in line 5 or later. */
const head2 = 'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[3];\ncreg c[3];\n';
const head3 = 'OPENQASM 3.0;\ninclude "stdgates.inc";\nqubit[3] q;\nbit[3] c;\n';

function faultsOf(text: string): string[] {
  const reading = readCircuit(text);
  if (reading.ok) return [];
  return reading.faults.map(({ line, column, code }) => `${line}:${column} ${code}`);
}

function messageOf(text: string): string {
  const reading = readCircuit(text);
  return reading.ok ? '' : reading.faults[0].message;
}

type Row = readonly [text: string, ...faults: string[]];

const faults2: readonly Row[] = [
  ['hh q[0];', '5:1 UNKNOWN_GATE'],
  ['qreg measure[1];', '5:6 SYNTAX'],
  ['gate barrier a { }', '5:6 SYNTAX'],
  ['x q[0];\n  H q[0];', '6:3 UNKNOWN_GATE'],
  ['cx q[0];', '5:1 WRONG_ARITY'],
  ['h q[0], q[1];', '5:1 WRONG_ARITY'],
  ['rx q[0];', '5:1 WRONG_PARAMETER_COUNT'],
  ['h(1) q[0];', '5:1 WRONG_PARAMETER_COUNT'],
  ['rx(sin(1, 2)) q[0];', '5:4 WRONG_PARAMETER_COUNT'],
  ['cx q[0], q[0];', '5:10 REPEATED_QUBIT'],
  ['cx q, q;', '5:7 REPEATED_QUBIT'],
  ['ccx q[0], q[1], q[0];', '5:17 REPEATED_QUBIT'],
  ['h r[0];', '5:3 UNDECLARED_REGISTER'],
  ['h c[0];', '5:3 UNDECLARED_REGISTER'],
  ['measure q[0] -> q[1];', '5:17 UNDECLARED_REGISTER'],
  ['if (q == 1) x q[0];', '5:5 UNDECLARED_REGISTER'],
  ['barrier q, c;', '5:12 UNDECLARED_REGISTER'],
  ['h q[3];', '5:5 INDEX_OUT_OF_RANGE'],
  ['measure q[0] -> c[3];', '5:19 INDEX_OUT_OF_RANGE'],
  ['qreg r[2];\ncx q, r;', '6:1 SIZE_MISMATCH'],
  ['measure q -> c[0];', '5:1 SIZE_MISMATCH'],
  ['opaque magic(a) x, y;\nmagic(1) q[0], q[1];', '6:1 OPAQUE_GATE'],
  ['opaque magic x;\ngate own a { magic a; }', '6:14 OPAQUE_GATE'],
  ['qreg q[2];', '5:6 REDECLARED_NAME'],
  ['creg q[2];', '5:6 REDECLARED_NAME'],
  ['gate g a { }\ngate g a { }', '6:6 REDECLARED_NAME'],
  ['gate U(a, b, c) d { }', '5:6 REDECLARED_NAME'],
  ['gate g(a, a) b { }', '5:11 REDECLARED_NAME'],
  ['gate g a, a { }', '5:11 REDECLARED_NAME'],
  ['gate g a { h b; }', '5:14 UNDECLARED_REGISTER'],
  ['gate g a, b { cx a, a; }', '5:21 REPEATED_QUBIT'],
  ['gate g a { g a; }', '5:12 UNKNOWN_GATE'],
  ['gate g(t) a { rx(s) a; }', '5:18 UNDECLARED_NAME'],
  ['gate g a { cx a; }', '5:12 WRONG_ARITY'],
  ['gate g a { rx a; }', '5:12 WRONG_PARAMETER_COUNT'],
  ['gate g a { h a[0]; }', '5:14 SYNTAX'],
  ['gate g a { measure a -> c; }', '5:12 SYNTAX'],
  ['gate g a { h a; ', '5:1 SYNTAX'],
  ['gate g a { h a }', '5:16 SYNTAX'],
  ['rx(theta) q[0];', '5:4 UNDECLARED_NAME'],
  ['rx(foo(1)) q[0];', '5:4 UNDECLARED_NAME'],
  ['rx(1/0) q[0];', '5:5 BAD_VALUE'],
  ['rx(sqrt(-1)) q[0];', '5:4 BAD_VALUE'],
  ['rx(1e999) q[0];', '5:4 BAD_VALUE'],
  ['gate g(t) a { rx(1/t) a; }\ng(0) q[0];', '5:19 BAD_VALUE'],
  ['qreg r[0];', '5:8 BAD_VALUE'],
  ['h q[0]', '5:7 SYNTAX'],
  ['h q[0]\nx q[1];', '6:1 SYNTAX'],
  ['h q[0;', '5:6 SYNTAX'],
  ['h q[1.0];', '5:5 SYNTAX'],
  ['h q[-1];', '5:5 SYNTAX'],
  ['h q[0],;', '5:8 SYNTAX'],
  ['h;', '5:2 SYNTAX'],
  ['rx(pi q[0];', '5:7 SYNTAX'],
  ['rx(pi,) q[0];', '5:7 SYNTAX'],
  ['rx(2pi) q[0];', '5:4 SYNTAX'],
  ['rx(*2) q[0];', '5:4 SYNTAX'],
  ['rx(0x10) q[0];', '5:4 SYNTAX'],
  ['measure q[0], c[0];', '5:13 SYNTAX'],
  ['if (c = 1) x q[0];', '5:7 SYNTAX'],
  ['if (c == -1) x q[0];', '5:10 SYNTAX'],
  ['if (c[0] == 1) x q[0];', '5:6 SYNTAX'],
  ['if (c == 1) barrier q;', '5:13 SYNTAX'],
  ['if (c == 1) { x q[0]; }', '5:13 SYNTAX'],
  ['if (c == 1) if (c == 2) x q[0];', '5:13 SYNTAX'],
  ['if (c == 1) measure q -> c;', '5:1 UNSUPPORTED'],
  ['/* no end', '5:1 SYNTAX'],
  ['include "qelib1.inc', '5:9 SYNTAX'],
  ['include qelib1;', '5:9 SYNTAX'],
  ['include "other.inc";', '5:9 UNSUPPORTED'],
  ['OPENQASM 2.0;', '5:1 SYNTAX'],
  ['x q[0]; }', '5:9 SYNTAX'],
  ['x q[0]; é', '5:10 SYNTAX'],
  ['x q[0]; \u0007', '5:9 SYNTAX'],
  ['qubit[2] r;', '5:6 SYNTAX'],
];

const faults3: readonly Row[] = [
  ['qubit while;', '5:7 SYNTAX'],
  ['defcal x $0 { play(); }', '5:1 UNSUPPORTED'],
  ['delay[100ns] q[0];', '5:1 UNSUPPORTED'],
  ['box { x q[0]; }', '5:1 UNSUPPORTED'],
  ['duration d = 5ns;', '5:1 UNSUPPORTED'],
  ['array[int[8], 3] a;', '5:1 UNSUPPORTED'],
  ['extern f(int) -> int;', '5:1 UNSUPPORTED'],
  ['while (true) { x q[0]; }', '5:1 UNSUPPORTED'],
  ['def f(qubit a) { x a; }', '5:1 UNSUPPORTED'],
  ['let a = q[0:1];', '5:1 UNSUPPORTED'],
  ['switch (c) { }', '5:1 UNSUPPORTED'],
  ['int i = 3;', '5:1 UNSUPPORTED'],
  ['output bit d;', '5:1 UNSUPPORTED'],
  ['input int n;', '5:7 UNSUPPORTED'],
  ['const bool b = true;', '5:7 UNSUPPORTED'],
  ['x $0;', '5:3 UNSUPPORTED'],
  ['@note\nx q[0];', '5:1 UNSUPPORTED'],
  ['pragma noise', '5:1 UNSUPPORTED'],
  ['rx(100ns) q[0];', '5:4 UNSUPPORTED'],
  ['rx(1 << 2) q[0];', '5:6 UNSUPPORTED'],
  ['measure q[0];', '5:1 UNSUPPORTED'],
  ['c[0] = 1;', '5:8 UNSUPPORTED'],
  ['bit d = 1;', '5:9 UNSUPPORTED'],
  ['if (c[0] && c[1]) x q[0];', '5:10 UNSUPPORTED'],
  ['if (c < 2) x q[0];', '5:7 UNSUPPORTED'],
  ['if (c == 1) { if (c == 2) x q[0]; }', '5:15 UNSUPPORTED'],
  ['if (c[0]) { c[0] = measure q[0]; x q[1]; }', '5:1 UNSUPPORTED'],
  ['if (c[{0, 2}]) x q[0];', '5:5 UNSUPPORTED'],
  ['if (c == 1) { qubit r; }', '5:15 UNSUPPORTED'],
  ['for float f in [0:1] { }', '5:5 UNSUPPORTED'],
  ['for int i in c { }', '5:14 UNSUPPORTED'],
  ['gate g a { for int i in [0:1] { x a; } }', '5:12 UNSUPPORTED'],
  ['ctrl @ pow(0.5) @ ctrl @ ctrl @ ctrl @ x q[0], q[1], q[2], r, r;', '5:60 UNDECLARED_REGISTER'],
  ['qubit[2] r;\npow(0.5) @ ctrl(3) @ x q[0], q[1], q[2], r[0];', '6:1 UNSUPPORTED'],
  ['input float t;\npow(t) @ x q[0];', '6:1 UNSUPPORTED'],
  ['for int i in [0:3] { x q[i]; }', '5:26 INDEX_OUT_OF_RANGE'],
  ['x q[-4];', '5:5 INDEX_OUT_OF_RANGE'],
  ['x q[1:3];', '5:5 INDEX_OUT_OF_RANGE'],
  ['ctrl @ x q[0];', '5:8 WRONG_ARITY'],
  ['ctrl(0) @ x q[0];', '5:1 BAD_VALUE'],
  ['gphase(1) q[0];', '5:1 WRONG_ARITY'],
  ['rx(1/2) q[0];', '5:5 BAD_VALUE'],
  ['const int n = 1.5;', '5:15 BAD_VALUE'],
  ['input float t;\nconst float s = 2 * t;', '6:19 BAD_VALUE'],
  ['input float t;\nx q[t];', '6:5 BAD_VALUE'],
  ['const float pi = 3;', '5:13 REDECLARED_NAME'],
  ['input float q;', '5:13 REDECLARED_NAME'],
  ['for int i in [0:0:3] { }', '5:15 BAD_VALUE'],
  ['for int i in [:3] { }', '5:15 SYNTAX'],
  ['if (c == 1) { x q[0];', '5:13 SYNTAX'],
];

describe('a fault of OpenQASM 2', () => {
  it.each(faults2)('stands at its place: %s', (text, ...faults) => {
    expect(faultsOf(head2 + text)).toEqual(faults);
  });

  it('also stands at its place in a text with other ends of lines', () => {
    expect(faultsOf(`OPENQASM 2.0;\r\nqreg q[1];\r// x\r\n  U(1) q[0];`)).toEqual([
      '4:3 WRONG_PARAMETER_COUNT',
    ]);
  });
});

describe('a fault of OpenQASM 3', () => {
  it.each(faults3)('stands at its place: %s', (text, ...faults) => {
    expect(faultsOf(head3 + text)).toEqual(faults);
  });
});

describe('a text', () => {
  it.each([
    ['', '1:1 SYNTAX'],
    ['// nothing\n', '2:1 SYNTAX'],
    ['OPENQASM 2.0;', '1:14 SYNTAX'],
    ['OPENQASM 4.0;\nqubit q;', '1:10 UNSUPPORTED'],
    ['OPENQASM 2.1;', '1:10 UNSUPPORTED'],
    ['OPENQASM;', '1:9 SYNTAX'],
    ['OPENQASM 2.0\nqreg q[1];', '2:1 SYNTAX'],
    ['OPENQASM 2.0;\nqreg q[1];\nh q[0];', '3:1 UNKNOWN_GATE'],
  ])('needs a version that is known, qubits, and the library that it uses: %j', (text, fault) => {
    expect(faultsOf(text)).toEqual([fault]);
  });

  it('has all its faults told, but not those that follow from others', () => {
    const text = `${head2}hh q[0];\ngate own a { xx a; }\nown q[0];\nqreg r[x];\ncx r[0], q[0];\nrx(1/0) q[0];\nx q[9];`;
    expect(faultsOf(text)).toEqual([
      '5:1 UNKNOWN_GATE',
      '6:14 UNKNOWN_GATE',
      '8:8 SYNTAX',
      '10:5 BAD_VALUE',
      '11:5 INDEX_OUT_OF_RANGE',
    ]);
  });

  it('goes on after a faulty block as a whole', () => {
    const text = `${head3}if (c == 1) { hh; x q[0]; }\nx q[0];\nfoo q[0];`;
    expect(faultsOf(text)).toEqual(['5:17 SYNTAX', '7:1 UNKNOWN_GATE']);
  });

  it('is given up after 20 faults', () => {
    expect(faultsOf(head2 + 'foo q[0];\n'.repeat(50))).toHaveLength(20);
  });

  it('has its first fault as an error that names the place', () => {
    const read = (): unknown => parseCircuit(`${head2}h q[0];\n cxx q[0], q[1];\n foo q;`);
    expect(read).toThrow(CircuitError);
    expect(read).toThrow(
      expect.objectContaining({
        code: 'UNKNOWN_GATE',
        line: 6,
        column: 2,
        faults: expect.objectContaining({ length: 2 }),
      }),
    );
  });
});

describe('a message', () => {
  it.each([
    ['swapp q[0], q[1];', 'there is no gate `swapp`: did you mean swap?'],
    ['gate own a { }\nowm q[0];', 'there is no gate `owm`: did you mean own?'],
    ['qreg data[1];\nx dota[0];', 'there is no register of qubits named `dota`: did you mean data?'],
    ['h q[5];', '`q` has the indices 0 to 2, not 5'],
    ['cx q[0];', '`cx` acts on 2 qubits and is given 1'],
    ['Qreg r[2];', 'there is no gate `Qreg`: did you mean qreg?'],
  ])('says what to write instead: %s', (text, message) => {
    expect(messageOf(head2 + text)).toContain(message);
  });

  it('names the library that is missing, and the version that a word belongs to', () => {
    expect(messageOf('OPENQASM 2.0; qreg q[1]; h q[0];')).toContain('write include "qelib1.inc"; before it');
    expect(messageOf('OPENQASM 2.0; qreg q[1]; qubit r;')).toContain('OPENQASM 3;');
  });

  it.each(['defcal', 'while', 'array', 'extern', 'delay', 'def'])(
    'names what is not supported: %s',
    (word) => {
      expect(messageOf(`${head3}${word} something;`)).toContain(`\`${word}\` is not supported: `);
    },
  );
});
