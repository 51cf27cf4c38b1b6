/**
 * Every gate of the libraries against its definition by U and CX (OpenQASM 2, up to a global phase) or by U, gphase and
 * controls (OpenQASM 3, exactly, also under a control).
 */
import { describe, expect, it } from 'vitest';
import { qelib1, stdgates } from '../../../src/quantum/gates/gate-library.js';
import { parseCircuit } from '../../../src/quantum/qasm/read.js';
import { difference, differenceUpToPhase, wholeMatrix } from './whole-matrix.js';

/** Bodies on the qubits a, b, c, d, e; parameters are called t, p, l, g. Only U, CX and gates defined before. */
const definitions2: readonly (readonly [name: string, parameters: string, qubits: string, body: string])[] = [
  ['u3', 't,p,l', 'a', 'U(t,p,l) a;'],
  ['u2', 'p,l', 'a', 'U(pi/2,p,l) a;'],
  ['u1', 'l', 'a', 'U(0,0,l) a;'],
  ['u', 't,p,l', 'a', 'U(t,p,l) a;'],
  ['p', 'l', 'a', 'U(0,0,l) a;'],
  ['cx', '', 'a,b', 'CX a,b;'],
  ['id', '', 'a', 'U(0,0,0) a;'],
  ['u0', 'g', 'a', 'U(0,0,0) a;'],
  ['x', '', 'a', 'U(pi,0,pi) a;'],
  ['y', '', 'a', 'U(pi,pi/2,pi/2) a;'],
  ['z', '', 'a', 'U(0,0,pi) a;'],
  ['h', '', 'a', 'U(pi/2,0,pi) a;'],
  ['s', '', 'a', 'U(0,0,pi/2) a;'],
  ['sdg', '', 'a', 'U(0,0,-pi/2) a;'],
  ['t', '', 'a', 'U(0,0,pi/4) a;'],
  ['tdg', '', 'a', 'U(0,0,-pi/4) a;'],
  ['rx', 't', 'a', 'U(t,-pi/2,pi/2) a;'],
  ['ry', 't', 'a', 'U(t,0,0) a;'],
  ['rz', 'l', 'a', 'U(0,0,l) a;'],
  ['sx', '', 'a', 'sdg a; h a; sdg a;'],
  ['sxdg', '', 'a', 's a; h a; s a;'],
  ['cz', '', 'a,b', 'h b; CX a,b; h b;'],
  ['cy', '', 'a,b', 'sdg b; CX a,b; s b;'],
  ['swap', '', 'a,b', 'CX a,b; CX b,a; CX a,b;'],
  ['ch', '', 'a,b', 'h b; sdg b; CX a,b; h b; t b; CX a,b; t b; h b; s b; x b; s a;'],
  [
    'ccx',
    '',
    'a,b,c',
    'h c; CX b,c; tdg c; CX a,c; t c; CX b,c; tdg c; CX a,c; t b; t c; h c; CX a,b; t a; tdg b; CX a,b;',
  ],
  ['cswap', '', 'a,b,c', 'CX c,b; ccx a,b,c; CX c,b;'],
  ['cu1', 'l', 'a,b', 'p(l/2) a; CX a,b; p(-l/2) b; CX a,b; p(l/2) b;'],
  ['cp', 'l', 'a,b', 'cu1(l) a,b;'],
  ['crx', 'l', 'a,b', 'u1(pi/2) b; CX a,b; u3(-l/2,0,0) b; CX a,b; u3(l/2,-pi/2,0) b;'],
  ['cry', 'l', 'a,b', 'ry(l/2) b; CX a,b; ry(-l/2) b; CX a,b;'],
  ['crz', 'l', 'a,b', 'p(l/2) b; CX a,b; p(-l/2) b; CX a,b;'],
  [
    'cu3',
    't,p,l',
    'a,b',
    'u1((l+p)/2) a; u1((l-p)/2) b; CX a,b; u3(-t/2,0,-(p+l)/2) b; CX a,b; u3(t/2,p,0) b;',
  ],
  [
    'cu',
    't,p,l,g',
    'a,b',
    'p(g) a; p((l+p)/2) a; p((l-p)/2) b; CX a,b; u(-t/2,0,-(p+l)/2) b; CX a,b; u(t/2,p,0) b;',
  ],
  ['csx', '', 'a,b', 'h b; cu1(pi/2) a,b; h b;'],
  ['rxx', 't', 'a,b', 'u3(pi/2,t,0) a; h b; CX a,b; u1(-t) b; CX a,b; h b; u2(-pi,pi-t) a;'],
  ['rzz', 't', 'a,b', 'CX a,b; u1(t) b; CX a,b;'],
  [
    'rccx',
    '',
    'a,b,c',
    'u2(0,pi) c; u1(pi/4) c; CX b,c; u1(-pi/4) c; CX a,c; u1(pi/4) c; CX b,c; u1(-pi/4) c; u2(0,pi) c;',
  ],
  [
    'rc3x',
    '',
    'a,b,c,d',
    `u2(0,pi) d; u1(pi/4) d; CX c,d; u1(-pi/4) d; u2(0,pi) d; CX a,d; u1(pi/4) d; CX b,d; u1(-pi/4) d; CX a,d;
     u1(pi/4) d; CX b,d; u1(-pi/4) d; u2(0,pi) d; u1(pi/4) d; CX c,d; u1(-pi/4) d; u2(0,pi) d;`,
  ],
  ['c3x', '', 'a,b,c,d', roots('8', 'd')],
  ['c3sqrtx', '', 'a,b,c,d', roots('16', 'd')],
  [
    'c4x',
    '',
    'a,b,c,d,e',
    `h e; cu1(pi/2) d,e; h e; c3x a,b,c,d; h e; cu1(-pi/2) d,e; h e; c3x a,b,c,d; ${roots('16', 'e')}`,
  ],
];

/** The controlled powers of X that make up a triply controlled one, by the Gray code of the controls. */
function roots(part: string, target: string): string {
  const twice = Number(part) / 2;
  const root = (sign: string, control: string): string =>
    `h ${target}; cu1(${sign}pi/${twice}) ${control},${target}; h ${target};`;
  return [
    root('', 'a'),
    'CX a,b;',
    root('-', 'b'),
    'CX a,b;',
    root('', 'b'),
    'CX b,c;',
    root('-', 'c'),
    'CX a,c;',
    root('', 'c'),
    'CX b,c;',
    root('-', 'c'),
    'CX a,c;',
    root('', 'c'),
  ].join(' ');
}

const angles = ['0.7', '-1.3', '2.9', '0.4'];

function calls(name: string, count: number, qubits: number): string {
  const given = count === 0 ? '' : `(${angles.slice(0, count).join(',')})`;
  const on = Array.from({ length: qubits }, (_, index) => `q[${index}]`).join(',');
  return `${name}${given} ${on};`;
}

describe('qelib1.inc', () => {
  it('is tested gate by gate', () => {
    expect(definitions2.map(([name]) => name).toSorted()).toEqual([...qelib1.keys()].toSorted());
  });

  it.each(definitions2)('has %s(%s) as U and CX define it', (name, parameters, on, body) => {
    const count = parameters === '' ? 0 : parameters.split(',').length;
    const qubits = on.split(',').length;
    // The names of the definition are its own, so that nothing of the library is used but what was tested before.
    const own = `gate own${parameters === '' ? '' : `(${parameters})`} ${on} { ${body} }`;
    const head = `OPENQASM 2.0; include "qelib1.inc"; qreg q[${qubits}];`;
    const library = wholeMatrix(parseCircuit(`${head} ${calls(name, count, qubits)}`));
    const defined = wholeMatrix(parseCircuit(`${head} ${own} ${calls('own', count, qubits)}`));
    expect(differenceUpToPhase(library, defined)).toBeLessThan(1e-12);
  });
});

/**
 * The text of OpenQASM 3.0's stdgates.inc, each gate on its own. Only CX differs: its text, without the last gate here,
 * says a controlled iX, its comment and every other reader of it say CNOT.
 */
const definitions3: readonly (readonly [name: string, parameters: string, qubits: string, body: string])[] = [
  ['p', 'l', 'a', 'ctrl @ gphase(l) a;'],
  ['x', '', 'a', 'U(π, 0, π) a; gphase(-π/2);'],
  ['y', '', 'a', 'U(π, π/2, π/2) a; gphase(-π/2);'],
  ['z', '', 'a', 'p(π) a;'],
  ['h', '', 'a', 'U(π/2, 0, π) a; gphase(-π/4);'],
  ['s', '', 'a', 'pow(0.5) @ z a;'],
  ['sdg', '', 'a', 'inv @ pow(0.5) @ z a;'],
  ['t', '', 'a', 'pow(0.5) @ s a;'],
  ['tdg', '', 'a', 'inv @ pow(0.5) @ s a;'],
  ['sx', '', 'a', 'pow(0.5) @ x a;'],
  ['rx', 't', 'a', 'U(t, -π/2, π/2) a; gphase(-t/2);'],
  ['ry', 't', 'a', 'U(t, 0, 0) a; gphase(-t/2);'],
  ['rz', 'l', 'a', 'gphase(-l/2); U(0, 0, l) a;'],
  ['cx', '', 'a,b', 'ctrl @ x a, b;'],
  ['cy', '', 'a,b', 'ctrl @ y a, b;'],
  ['cz', '', 'a,b', 'ctrl @ z a, b;'],
  ['cp', 'l', 'a,b', 'ctrl @ p(l) a, b;'],
  ['crx', 't', 'a,b', 'ctrl @ rx(t) a, b;'],
  ['cry', 't', 'a,b', 'ctrl @ ry(t) a, b;'],
  ['crz', 't', 'a,b', 'ctrl @ rz(t) a, b;'],
  ['ch', '', 'a,b', 'ctrl @ h a, b;'],
  ['swap', '', 'a,b', 'cx a, b; cx b, a; cx a, b;'],
  ['ccx', '', 'a,b,c', 'ctrl @ ctrl @ x a, b, c;'],
  ['cswap', '', 'a,b,c', 'ctrl @ swap a, b, c;'],
  ['cu', 't,p,l,g', 'a,b', 'p(g-t/2) a; ctrl @ U(t, p, l) a, b;'],
  ['CX', '', 'a,b', 'ctrl @ U(π, 0, π) a, b; inv @ p(π/2) a;'],
  ['phase', 'l', 'a', 'U(0, 0, l) a;'],
  ['cphase', 'l', 'a,b', 'ctrl @ phase(l) a, b;'],
  ['id', '', 'a', 'U(0, 0, 0) a;'],
  ['u1', 'l', 'a', 'U(0, 0, l) a;'],
  ['u2', 'p,l', 'a', 'gphase(-(p+l+π/2)/2); U(π/2, p, l) a;'],
  ['u3', 't,p,l', 'a', 'gphase(-(p+l+t)/2); U(t, p, l) a;'],
];

describe('stdgates.inc', () => {
  it('is tested gate by gate', () => {
    expect(definitions3.map(([name]) => name).toSorted()).toEqual([...stdgates.keys()].toSorted());
  });

  it.each(definitions3)(
    'has %s(%s) exactly as OpenQASM 3 defines it, under a control',
    (name, parameters, on, body) => {
      const count = parameters === '' ? 0 : parameters.split(',').length;
      const qubits = on.split(',').length + 1;
      const own = `gate own${parameters === '' ? '' : `(${parameters})`} ${on} { ${body} }`;
      const head = `OPENQASM 3.0; include "stdgates.inc"; qubit[${qubits}] q;`;
      const library = wholeMatrix(parseCircuit(`${head} ctrl @ ${calls(name, count, qubits)}`));
      const defined = wholeMatrix(parseCircuit(`${head} ${own} ctrl @ ${calls('own', count, qubits)}`));
      expect(difference(library, defined)).toBeLessThan(1e-9);
    },
  );

  it("has a U whose phase is OpenQASM 3's: U(2 pi, 0, 0) is the identity", () => {
    const turned = parseCircuit('OPENQASM 3; qubit[2] q; ctrl @ U(2*π, 0, 0) q[0], q[1];');
    const idle = parseCircuit('OPENQASM 3; qubit[2] q;');
    expect(difference(wholeMatrix(turned), wholeMatrix(idle))).toBeLessThan(1e-12);
  });
});
