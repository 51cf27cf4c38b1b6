/** Texts that would exhaust the process are refused at their place, quickly; large honest ones are not. */
import { describe, expect, it } from 'vitest';
import { readCircuit } from '../../../../src/quantum/qasm/read.js';

const head2 = 'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[3];\n';
const head3 = 'OPENQASM 3.0;\ninclude "stdgates.inc";\nqubit[3] q;\n';

/** Gates of which each uses the one before it some times: 2^levels in all. */
function nested(levels: number, call: (before: number) => string, parameters = ''): string {
  const gates = Array.from(
    { length: levels },
    (_, level) => `gate g${level + 1}${parameters} a { ${call(level)} ${call(level)} }`,
  );
  return gates.join('\n');
}

const hostile: readonly (readonly [what: string, text: string])[] = [
  ['a register of 10^9 qubits', `${head2}qreg r[1000000000];`],
  [
    'registers that are too many together',
    head2 + Array.from({ length: 20 }, (_, i) => `qreg r${i}[900];`).join('\n'),
  ],
  ['a size of many digits', `${head2}qreg r[${'9'.repeat(1000)}];`],
  ['parentheses 100,000 deep', `${head2}rx(${'('.repeat(100_000)}`],
  ['signs 100,000 deep', `${head2}rx(${'-'.repeat(100_000)}1) q[0];`],
  ['powers 100,000 deep', `${head2}rx(${'1^'.repeat(100_000)}1) q[0];`],
  ['a sum of 100,000 terms', `${head2}rx(${'1+'.repeat(100_000)}1) q[0];`],
  ['functions 100,000 deep', `${head2}rx(${'sin('.repeat(100_000)}1`],
  ['gates that double 64 times', `${head2}gate g0 a { x a; }\n${nested(64, (i) => `g${i} a;`)}\ng64 q[0];`],
  ['empty gates that double 64 times', `${head2}gate g0 a { }\n${nested(64, (i) => `g${i} a;`)}\ng64 q[0];`],
  [
    'gates with angles that double 64 times',
    `${head2}gate g0(t) a { rx(t) a; }\n${nested(64, (i) => `g${i}(t) a;`, '(t)')}\ng64(1) q[0];`,
  ],
  [
    'angles that double 64 times',
    `${head3}input float s;\ngate g0(t) a { rx(t) a; }\n${Array.from({ length: 64 }, (_, i) => `gate g${i + 1}(t) a { g${i}(t+t) a; }`).join('\n')}\ng64(s) q[0];`,
  ],
  [
    'gates in gates 5,000 deep',
    `${head2}gate g0 a { x a; }\n${Array.from({ length: 5000 }, (_, i) => `gate g${i + 1} a { g${i} a; }`).join('\n')}`,
  ],
  ['blocks 10,000 deep', `${head3}${'for int i in [0:0] { '.repeat(10_000)}`],
  ['a loop of 10^9 rounds', `${head3}for int i in [0:1000000000] { }`],
  ['loops of 10^10 rounds together', `${head3}for int i in [0:99999] { for int j in [0:99999] { } }`],
  ['a range of 10^15', `${head3}x q[0:1:1000000000000000];`],
  ['a power of 10^9', `${head3}pow(1000000000) @ x q[0];`],
  ['powers of powers', `${head3}${'pow(1000) @ '.repeat(5)} x q[0];`],
  ['10,000 modifiers', `${head3}${'inv @ '.repeat(10_000)} x q[0];`],
  ['10^9 controls', `${head3}ctrl(1000000000) @ x q[0];`],
  ['broadcasts that grow', `${head3}qubit[9000] r;\nfor int i in [0:100000] { x r; }`],
  ['barriers that grow', `${head3}qubit[9000] r;\nfor int i in [0:100000] { barrier r; }`],
  ['a condition of 100,000 digits', `${head2}creg c[2];\nif (c == ${'9'.repeat(100_000)}) x q[0];`],
  ['one fault in each of 100,000 rounds', `${head3}for int i in [0:100000] { foo q[0]; }`],
  ['100,000 faults', head2 + 'foo q[0];\n'.repeat(100_000)],
  ['100,000 characters without meaning', head2 + '§'.repeat(100_000)],
  ['100,000 brackets', head2 + '['.repeat(100_000)],
  ['100,000 braces', head2 + '{'.repeat(100_000)],
  ['a name of 10^6 letters', `${head2}${'x'.repeat(1_000_000)} q[0];`],
  ['a string of 10^6 letters', `${head2}include "${'x'.repeat(1_000_000)}";`],
  ['a text that is too long', ' '.repeat(17 * 1024 * 1024)],
];

describe('a hostile text', () => {
  it.each(hostile)('is refused at its place: %s', (_, text) => {
    const before = process.cpuUsage();
    const reading = readCircuit(text);
    const { user } = process.cpuUsage(before);
    if (reading.ok) throw new Error('the text was accepted');
    for (const { line, column, message } of reading.faults) {
      expect(line).toBeGreaterThan(0);
      expect(column).toBeGreaterThan(0);
      expect(message.length).toBeLessThan(300);
    }
    // Generous against what hangs; the slowest takes half a second.
    expect(user / 1000).toBeLessThan(10_000);
  });
});

describe('a large text', () => {
  it('of 100,000 gates is read', () => {
    const lines = Array.from({ length: 100_000 }, (_, i) => `rz(pi/${i + 1}) q[${i % 3}];`);
    const reading = readCircuit(head2 + lines.join('\n'));
    expect(reading).toMatchObject({ ok: true, circuit: { operations: { length: 100_000 } } });
  });

  it('may define gates in gates, and call them often', () => {
    const text = `${head2}gate g0 a { x a; }\n${nested(10, (i) => `g${i} a;`)}\n${'g10 q[0];\n'.repeat(500)}`;
    expect(readCircuit(text)).toMatchObject({ ok: true, circuit: { operations: { length: 500 } } });
  });

  it('shares what broadcasts and calls have in common', () => {
    const reading = readCircuit(`${head2}gate g a { h a; x a; } g q; g q[0];`);
    if (!reading.ok) throw new Error('refused');
    const unitaries = reading.circuit.operations.map((one) =>
      one.kind === 'gate' ? one.unitary : undefined,
    );
    expect(new Set(unitaries).size).toBe(1);
  });
});
