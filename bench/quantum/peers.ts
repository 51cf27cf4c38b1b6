/** The npm peers on our workloads. Installed beside this file on first use; building their circuits is not counted. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Gate, Workload } from './circuits.js';

const FOLDER = fileURLToPath(new URL('peers/', import.meta.url));

interface QuantumCircuit {
  addGate(name: string, column: number, wires: readonly number[], options?: object): void;
  run(): void;
  probabilities(): readonly number[];
}

export interface Peers {
  /** Answers what runs the workload once. */
  quantumCircuit(workload: Workload): () => void;
  jsqubitsGhz(qubits: number): () => void;
}

export function loadPeers(say: (text: string) => void): Peers {
  if (!existsSync(`${FOLDER}node_modules/.package-lock.json`)) {
    say('installing the peers (once)');
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: FOLDER,
      stdio: ['ignore', 2, 2],
    });
  }
  const require = createRequire(`${FOLDER}package.json`);
  const Class = require('quantum-circuit') as new (qubits: number) => QuantumCircuit;
  const { jsqubits } = require('jsqubits') as { jsqubits: (state: string) => Qubits };
  return {
    quantumCircuit: (workload) => {
      const made = new Class(workload.qubits);
      for (const gate of workload.gates)
        made.addGate(nameOf(gate), -1, gate.qubits, { params: parametersOf(gate) });
      return () => made.run();
    },
    jsqubitsGhz: (qubits) => () => {
      let state = jsqubits(`|${'0'.repeat(qubits)}>`).hadamard(0);
      for (let qubit = 1; qubit < qubits; qubit++) state = state.cnot(qubit - 1, qubit);
    },
  };
}

interface Qubits {
  hadamard(qubit: number): Qubits;
  cnot(control: number, target: number): Qubits;
}

function nameOf({ name }: Gate): string {
  return name === 'u' ? 'u3' : name === 'cp' ? 'cu1' : name;
}

function parametersOf(gate: Gate): object {
  if (gate.name === 'u') {
    const [theta, phi, lambda] = gate.angles;
    return { theta, phi, lambda };
  }
  if (gate.name === 'ry') return { theta: gate.angle };
  return gate.name === 'cp' ? { lambda: gate.angle } : {};
}
