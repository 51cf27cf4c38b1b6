/** The verbs of circuits, in this process and without a server. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runHere } from './cli-run.js';

const bell = 'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[2];\ncreg c[2];\nh q[0];\ncx q[0], q[1];\n';
const files = {
  'bell.qasm': `${bell}measure q -> c;\n`,
  'state.qasm': 'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[2];\nx q[0];\n',
  'two.qasm':
    'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[2];\ncreg a[1];\ncreg b[2];\nx q[1];\nmeasure q[1] -> a[0];\n',
  'middle.qasm': `${bell}measure q[0] -> c[0];\nif (c == 1) x q[1];\nmeasure q[1] -> c[1];\n`,
  'input.qasm':
    'OPENQASM 3;\ninclude "stdgates.inc";\ninput float theta;\nqubit q;\nbit c;\nrx(theta) q;\nc = measure q;\n',
  'faulty.qasm': `${bell}foo q[0];\ncx q[0];\n`,
  // More qubits than AUTO gives a density matrix.
  'wide.qasm': 'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[14];\nx q[0];\n',
  'dense.qasm': 'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[14];\nh q;\nx q;\n',
  'damped.json': '{ "gates": { "x": [{ "type": "amplitudeDamping", "gamma": 0.25 }] } }',
};

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taskmesh-pictures-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

type Line = {
  file: string;
  qubits?: number;
  probabilities?: Record<string, number>;
  counts?: Record<string, number>;
  error?: unknown;
};

async function lines(...argv: string[]): Promise<Line[]> {
  const { stdout } = await runHere(['circuit', ...argv, '--json'], { files });
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

function near(actual: Record<string, number> = {}, expected: Record<string, number>): void {
  expect(Object.keys(actual).toSorted()).toEqual(Object.keys(expected).toSorted());
  for (const [bits, probability] of Object.entries(expected))
    expect(actual[bits]).toBeCloseTo(probability, 12);
}

describe('circuit run --probabilities', () => {
  it('prints a line for each file, faulty ones too, and goes on', async () => {
    const [first, second, third, ...rest] = await lines(
      'run',
      'bell.qasm',
      'faulty.qasm',
      'state.qasm',
      '--probabilities',
    );
    near(first?.probabilities, { '00': 0.5, '11': 0.5 });
    expect(first).toMatchObject({ file: 'bell.qasm', qubits: 2 });
    expect(second).toEqual({
      file: 'faulty.qasm',
      error: {
        code: 'UNKNOWN_GATE',
        message: expect.stringContaining('`foo`') as string,
        line: 7,
        column: 1,
      },
    });
    near(third?.probabilities, { '01': 1 });
    expect(rest).toEqual([]);
  });

  it('has bit 0 of the first register on the right, and shows bits that nothing measures', async () => {
    const [line] = await lines('run', 'two.qasm', '--probabilities');
    near(line?.probabilities, { '001': 1 });
  });

  it('follows measurements in the middle exactly', async () => {
    const [line] = await lines('run', 'middle.qasm', '--probabilities');
    near(line?.probabilities, { '00': 0.5, '01': 0.5 });
  });

  it('takes noise and inputs', async () => {
    const [noisy] = await lines('run', 'state.qasm', '--probabilities', '--noise', 'damped.json');
    near(noisy?.probabilities, { '00': 0.25, '01': 0.75 });
    const [exact] = await lines('run', 'wide.qasm', '--probabilities', '--noise', 'damped.json');
    near(exact?.probabilities, { [`${'0'.repeat(13)}1`]: 0.75, ['0'.repeat(14)]: 0.25 });
    const [large] = await lines('run', 'dense.qasm', '--probabilities', '--noise', 'damped.json');
    expect(large?.error).toMatchObject({
      code: 'CIRCUIT_TOO_LARGE',
      message: expect.stringContaining(
        'a density matrix of 14 qubits needs 4 GiB, the limit is 1 GiB',
      ) as string,
    });
    const [turned] = await lines('run', 'input.qasm', '--probabilities', '--set', `theta=${Math.PI / 3}`);
    near(turned?.probabilities, { '0': 0.75, '1': 0.25 });
  });
});

describe('circuit run', () => {
  it('counts, the same for the same seed, and draws the counts', async () => {
    const again = await Promise.all(
      [1, 2].map(() => lines('run', 'bell.qasm', '--shots', '500', '--seed', 'a')),
    );
    const [[first], [second]] = again as [Line[], Line[]];
    expect(first?.counts).toEqual(second?.counts);
    expect(Object.values(first?.counts ?? {}).reduce((a, b) => a + b, 0)).toBe(500);
    const { stdout } = await runHere(['circuit', 'run', 'bell.qasm', '--shots', '500', '--seed', 'a'], {
      files,
    });
    expect(stdout).toContain('bell.qasm: 2 qubits, 500 shots, seed a\n');
    expect(stdout).toMatch(new RegExp(`11 █+.* ${first?.counts?.['11']} +\\d+\\.\\d %`));
  });

  it('writes the histogram as SVG', async () => {
    const path = join(folder, 'histogram.svg');
    const { exitCode } = await runHere(['circuit', 'run', 'bell.qasm', '--svg', path], { files });
    expect(exitCode).toBe(0);
    expect(await readFile(path, 'utf8')).toMatch(/^<\?xml[\s\S]*<\/svg>\n$/);
  });
});

describe('circuit validate', () => {
  it('tells what circuits are and cost, and all faults of others', async () => {
    const { exitCode, stdout } = await runHere(['circuit', 'validate', 'bell.qasm', 'faulty.qasm'], {
      files,
    });
    expect(exitCode).toBe(2);
    expect(stdout).toContain(
      'bell.qasm: 2 qubits, 2 bits, depth 3\n  gates: 1 h, 1 cx\n  64 bytes as a state vector',
    );
    expect(stdout).toContain('faulty.qasm:7:1: UNKNOWN_GATE: ');
    expect(stdout).toContain('faulty.qasm:8:1: WRONG_ARITY: `cx` acts on 2 qubits and is given 1\n');
  });

  it('answers one document as JSON', async () => {
    const [document] = await lines('validate', 'input.qasm', 'faulty.qasm');
    expect(document).toMatchObject({
      ok: false,
      files: [
        { file: 'input.qasm', ok: true, qubits: 1, depth: 2, gates: { rx: 1 }, parameters: ['theta'] },
        {
          file: 'faulty.qasm',
          ok: false,
          faults: [
            { line: 7, column: 1 },
            { line: 8, column: 1 },
          ],
        },
      ],
    });
  });
});

describe('circuit draw', () => {
  it('draws in the terminal', async () => {
    const { stdout } = await runHere(['circuit', 'draw', 'bell.qasm'], { files });
    expect(stdout).toContain('q[0] ──┤h├──●──');
  });

  it('writes an SVG, and says where', async () => {
    const path = join(folder, 'circuit.svg');
    const { stdout } = await runHere(['circuit', 'draw', 'bell.qasm', '--svg', path], { files });
    expect(stdout).toBe(`${path}\n`);
    expect(await readFile(path, 'utf8')).toMatch(/^<\?xml[\s\S]*<\/svg>\n$/);
  });
});
