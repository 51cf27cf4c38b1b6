/** What is measured below the engine: single passes against C, and a noisy density matrix against the sum of its passes. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeProgram } from '../../src/quantum/compile/program-maker.js';
import { loaded } from '../../src/quantum/engine/loading.js';
import { defaultLimits } from '../../src/quantum/engine/request.js';
import { simulate } from '../../src/quantum/engine/simulate.js';
import { standardMatrix } from '../../src/quantum/gates/standard.js';
import { Machine, newMemory, PAGE, TAPE } from '../../src/quantum/kernels/machine.js';
import { TapeWriter } from '../../src/quantum/kernels/tape.js';
import type { NoiseModel } from '../../src/quantum/noise/noise-model.js';
import { NoisePlan } from '../../src/quantum/noise/noise-plan.js';
import { brickwork, circuitOf } from './circuits.js';

export type Timed = () => number;

export function timed(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

/** Null where there is no C compiler. */
export function hadamardInC(size: number, target: number): { run: Timed; close: () => void } | null {
  const folder = mkdtempSync(join(tmpdir(), 'taskmesh-bench-'));
  const close = (): void => rmSync(folder, { recursive: true });
  const program = join(folder, 'hadamard');
  try {
    const source = fileURLToPath(new URL('hadamard.c', import.meta.url));
    execFileSync('gcc', ['-O3', '-o', program, source, '-lm'], { stdio: 'ignore' });
  } catch {
    close();
    return null;
  }
  const run = (): number => {
    const text = execFileSync(program, [size, target, 4].map(String), { encoding: 'utf8', stdio: 'pipe' });
    // The first round also fetches the pages of the memory.
    return Math.min(...text.trim().split('\n').slice(1).map(Number));
  };
  return { run, close };
}

export function hadamardPass(size: number, target: number): Timed {
  const state = TAPE + PAGE;
  const machine = new Machine(newMemory(state + 16 * 2 ** size));
  const tape = new TapeWriter(TAPE);
  tape.dense1(size, target, standardMatrix('h', []));
  machine.load(tape);
  machine.amplitudes(state, size).fill(0.001);
  const once = (): number => timed(() => machine.run(tape.wordsAddress, 1, state));
  once();
  return () => Math.min(once(), once(), once());
}

const damped: NoiseModel = {
  gates: {
    '*1': [{ type: 'amplitudeDamping', gamma: 0.01 }],
    '*2': [{ type: 'amplitudeDamping', gamma: 0.02 }],
  },
};

/** The whole simulation, and its passes one by one without what lies between them. */
export function noisyDensity(qubits: number, layers: number): { whole: Timed; passes: Timed } {
  const made = circuitOf(brickwork(qubits, layers));
  let machine: Machine | undefined;
  const machineOf = (bytes: number): Machine => (machine ??= new Machine(newMemory(2 * bytes)));
  const whole = (): number =>
    timed(() =>
      simulate({
        circuit: made,
        request: { noise: damped, method: 'DENSITY_MATRIX' },
        limits: defaultLimits,
        machineOf,
      }),
    );
  const passes = (): number => {
    const noise = new NoisePlan(damped).exact;
    const program = makeProgram(made, { values: [], isDensity: true, noise });
    const { machine: on, state } = loaded(program, machineOf);
    let total = 0;
    for (let pass = 0; pass < program.tape.count; pass++)
      total += timed(() => on.run(program.tape.wordsAddress + 64 * pass, 1, state));
    return total;
  };
  return { whole, passes };
}
