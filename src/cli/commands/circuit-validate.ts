/** `taskmesh circuit validate FILE...`: all faults of all circuits, and what the right ones are and cost; no server is asked. */
import { bytesText } from '../../quantum/engine/limits.js';
import type { CircuitSummary } from '../../quantum/summary.js';
import { summarizeCircuit } from '../../quantum/summary.js';
import { type CircuitFile, readCircuitFile, showCircuitFault } from '../circuit/circuit-file.js';
import { EXIT } from '../cli-error.js';
import { counted } from '../output/counted.js';
import { plainText } from '../output/plain-text.js';
import type { Verb } from '../verb.js';

function timeText(ms: number): string {
  if (ms < 1) return 'less than 1 ms';
  if (ms < 1000) return `about ${Math.round(ms)} ms`;
  return ms < 3_600_000 ? `about ${Math.round(ms / 1000)} s` : 'hours';
}

function valueOf(read: CircuitFile): object {
  if (!read.ok) return { file: read.file, ok: false, faults: read.faults };
  return { file: read.file, ok: true, ...summarizeCircuit(read.circuit) };
}

function show(file: string, summary: CircuitSummary): string {
  const { qubits, bits, depth, gates, memory, estimatedMs, parameters } = summary;
  const names = Object.entries(gates)
    .slice(0, 8)
    .map(([name, count]) => `${count} ${name}`);
  const rest = Object.keys(gates).length > 8 ? ', …' : '';
  const given =
    parameters.length === 0 ? '' : `, ${counted(parameters.length, 'parameter')}: ${parameters.join(', ')}`;
  return [
    `${file}: ${counted(qubits, 'qubit')}, ${counted(bits, 'bit')}, depth ${depth}${given}`,
    `  gates: ${names.join(', ')}${rest}${names.length === 0 ? 'none' : ''}`,
    `  ${bytesText(memory.statevector)} as a state vector, ${bytesText(memory.density)} as a density matrix, ${timeText(estimatedMs)}`,
  ]
    .map((line) => `${plainText(line)}\n`)
    .join('');
}

function textOf(read: CircuitFile): string {
  if (read.ok) return show(read.file, summarizeCircuit(read.circuit));
  return read.faults.map((fault) => `${plainText(showCircuitFault(read.file, fault))}\n`).join('');
}

/** One file after the other, so that many of them take the memory of one. */
export async function validateCircuits(verb: Verb, files: readonly string[]): Promise<number> {
  const values: object[] = [];
  let ok = true;
  for (const file of files) {
    const read = await readCircuitFile(file, verb.shell.cwd);
    ok &&= read.ok;
    if (verb.json) values.push(valueOf(read));
    else verb.shell.stdout.write(textOf(read));
  }
  if (verb.json) verb.line({ ok, files: values });
  return ok ? EXIT.ok : EXIT.usage;
}
