/** Pictures of circuits: what connects stands in one column, what does not fit is wrapped, nothing breaks out of the SVG. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { circuit } from '../../../../src/quantum/builder.js';
import type { Circuit } from '../../../../src/quantum/circuit.js';
import { circuitSvg } from '../../../../src/quantum/draw/circuit-svg.js';
import { circuitText } from '../../../../src/quantum/draw/circuit-text.js';
import { parseCircuit } from '../../../../src/quantum/qasm/read.js';

const head = 'OPENQASM 3.0;\ninclude "stdgates.inc";\n';

const circuits: fc.Arbitrary<Circuit> = fc
  .array(
    fc.tuple(
      fc.constantFrom('h', 'cx', 'swap', 'ccx', 'rz', 'rzz', 'barrier', 'measure', 'when'),
      fc.nat(4),
      fc.nat(99),
    ),
  )
  .map((steps) => {
    const built = circuit(5);
    for (const [name, qubit, other] of steps) {
      const second = (qubit + 1 + (other % 4)) % 5;
      if (name === 'h') built.h(qubit);
      else if (name === 'cx') built.cx(qubit, second);
      else if (name === 'swap') built.swap(qubit, second);
      else if (name === 'ccx') built.ccx(qubit, (qubit + 1) % 5, (qubit + 2 + (other % 3)) % 5);
      else if (name === 'rz') built.rz(other / 7, qubit);
      else if (name === 'rzz') built.rzz(other / 7, qubit, second);
      else if (name === 'barrier') built.barrier();
      else if (name === 'measure') built.measure(qubit, other % 9);
      else built.when({ start: other % 9, size: 1 }, other % 2, (on) => on.x(qubit));
    }
    return built.build();
  });

describe('a circuit as text', () => {
  it('is drawn with its controls, targets, measurements and conditions', () => {
    const text = `${head}qubit[3] q; bit[2] c; h q[0]; cx q[0], q[2]; swap q[1], q[2]; rz(pi/4) q[0]; negctrl @ z q[0], q[1]; c[0] = measure q[0]; if (c == 1) x q[2];`;
    expect(`\n${circuitText(parseCircuit(text))}`).toBe(`
q[0] ──┤h├──●──┤rz(π/4)├──○──┤M├───────
            │             │   ║
q[1] ───────┼──────×──────●───╫────────
            │      │          ║
q[2] ───────⊕──────×──────────╫───┤x├──
                              ║    ║
c/2  ═════════════════════════╩0═══╩=1═
`);
  });

  it('names parameters, conditions on parts, and gates on several qubits', () => {
    const text = `${head}input float theta; qubit[2] q; bit[3] c; gate own(a) x, y { rx(a) x; } own(2*theta) q[1], q[0]; if (c[1]) reset q[0]; if (c[0:1] != 2) x q[1];`;
    const picture = circuitText(parseCircuit(text));
    for (const part of ['┤own(2*theta)·0├', '┤own·1├', '┤|0⟩├', '╩[1]=1', '╩[0:1]≠2'])
      expect(picture).toContain(part);
  });

  it('keeps to the width where a column fits, and has every wire in every block', () => {
    fc.assert(
      fc.property(circuits, fc.integer({ min: 30, max: 120 }), (drawn, width) => {
        const blocks = circuitText(drawn, width).trimEnd().split('\n\n\n');
        const wires = 5 + drawn.bitRegisters.length;
        for (const block of blocks) {
          const lines = block.split('\n');
          expect(lines).toHaveLength(2 * wires - 1);
          for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
          const rows = lines.filter((_, index) => index % 2 === 0);
          expect(new Set(rows.map((row) => row.length)).size).toBe(1);
        }
      }),
    );
  });

  it('shows each operation once', () => {
    fc.assert(
      fc.property(circuits, (drawn) => {
        const picture = circuitText(drawn, 1_000_000);
        const count = (symbol: string): number => picture.split(symbol).length - 1;
        const kinds = drawn.operations.map((one) => (one.kind === 'gate' ? one.name : one.kind));
        const of = (...names: string[]): number => kinds.filter((kind) => names.includes(kind)).length;
        expect(count('┤M├')).toBe(of('measure'));
        expect(count('┤h├')).toBe(of('h'));
        expect(count('×')).toBe(2 * of('swap'));
        expect(count('⊕')).toBe(of('cx', 'ccx'));
        expect(count('●')).toBe(of('cx') + 2 * of('ccx'));
        expect(count('░')).toBe(5 * of('barrier'));
      }),
    );
  });

  it('tells how much of a long circuit is left out', () => {
    const long = parseCircuit(`${head}qubit q; for int i in [1:6000] x q;`);
    expect(circuitText(long)).toContain('… and 1000 more operations');
    expect(circuitSvg(long)).toContain('… and 1000 more operations');
  });
});

/** Tags nest, attributes are quoted, and nothing is between them that had to be escaped. */
function openElements(svg: string): string[] {
  const open: string[] = [];
  const body = svg.replace(/^<\?xml [^>]*\?>/, '');
  const token = /<(\/?)([a-z]+)((?:\s+[a-zA-Z0-9:-]+="[^"<&]*")*)\s*(\/?)>|([^<]+)/gy;
  for (let at = 0; at < body.length; at = token.lastIndex) {
    token.lastIndex = at;
    const found = token.exec(body);
    if (found === null) throw new Error(`not well-formed at ${body.slice(at, at + 80)}`);
    const [, closing, name = '', , empty, text] = found;
    if (text !== undefined)
      expect(text).not.toMatch(/&(?!amp;|lt;|gt;|quot;|apos;)|[\u0000-\u0008\uFFFE\uFFFF]/);
    else if (closing === '/') expect(open.pop()).toBe(name);
    else if (empty !== '/') open.push(name);
  }
  return open;
}

describe('a circuit as SVG', () => {
  it('is well-formed, whatever its gates and its title are called', () => {
    const names = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.constantFrom('</text><script>', '"&<>\'', '\ud800\u0000'),
    );
    fc.assert(
      fc.property(circuits, names, names, (drawn, name, title) => {
        const svg = circuitSvg(drawn, title);
        expect(openElements(svg)).toEqual([]);
        const custom = circuit(1).gate([1, 0, 0, 0, 0, 0, 1, 0], [0], name).build();
        expect(openElements(circuitSvg(custom, title))).toEqual([]);
        expect(circuitText(custom).split('\n')).toHaveLength(2);
      }),
    );
  });

  it('keeps everything inside of its frame', () => {
    fc.assert(
      fc.property(circuits, (drawn) => {
        const svg = circuitSvg(drawn);
        const [, width = 0, height = 0] = (/width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? []).map(Number);
        const at = (name: string): number[] =>
          [...svg.matchAll(new RegExp(` ${name}="(-?[\\d.]+)"`, 'g'))].map(([, n]) => Number(n));
        for (const x of [...at('x'), ...at('cx')]) expect(x >= 0 && x <= width).toBe(true);
        for (const y of [...at('y'), ...at('cy')]) expect(y >= 0 && y <= height).toBe(true);
      }),
    );
  });
});
