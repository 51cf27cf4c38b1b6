/**
 * Files of circuits for `taskmesh circuit`: read, parsed, and their faults as values, because one faulty file of many does
 * not end the command.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CircuitError } from '../../quantum/circuit-error.js';
import type { Circuit } from '../../quantum/circuit.js';
import { readCircuit } from '../../quantum/qasm/read.js';
import { QuantumFault } from '../../quantum/quantum-fault.js';
import { CliError, EXIT } from '../cli-error.js';

export interface ShownFault {
  readonly code: string;
  readonly message: string;
  readonly line: number | null;
  readonly column: number | null;
}

export type CircuitFile =
  | { readonly ok: true; readonly file: string; readonly circuit: Circuit }
  | { readonly ok: false; readonly file: string; readonly faults: readonly ShownFault[] };

function unreadable(file: string, error: unknown): ShownFault {
  const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
  const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : code;
  return { code: 'UNREADABLE_FILE', message: `cannot read ${file}: ${why}`, line: null, column: null };
}

export async function readText(file: string, cwd: string): Promise<string> {
  try {
    return await readFile(resolve(cwd, file), 'utf8');
  } catch (error) {
    const { code, message } = unreadable(file, error);
    throw new CliError(message, { exitCode: EXIT.usage, code, next: 'name a file that can be read' });
  }
}

export async function readCircuitFile(file: string, cwd: string): Promise<CircuitFile> {
  let text: string;
  try {
    text = await readFile(resolve(cwd, file), 'utf8');
  } catch (error) {
    return { ok: false, file, faults: [unreadable(file, error)] };
  }
  const reading = readCircuit(text);
  if (reading.ok) return { ok: true, file, circuit: reading.circuit };
  return { ok: false, file, faults: reading.faults.map(shownFault) };
}

/** What the parser and the engine have in common. */
interface TypedFault {
  readonly code: string;
  readonly message: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

function shownFault({ code, message, line, column }: TypedFault): ShownFault {
  return { code, message, line: line ?? null, column: column ?? null };
}

/** A file that has to be right: its faults end the command. */
export async function needCircuit(file: string, cwd: string): Promise<Circuit> {
  const read = await readCircuitFile(file, cwd);
  if (read.ok) return read.circuit;
  const faults = read.faults.map(({ message, line, column }) => ({
    file,
    path: '',
    message,
    line: line ?? undefined,
    column: column ?? undefined,
  }));
  const [first] = read.faults;
  if (first?.code === 'UNREADABLE_FILE')
    throw new CliError(first.message, {
      exitCode: EXIT.usage,
      code: first.code,
      next: 'name a circuit in OpenQASM 2 or 3',
    });
  throw new CliError(`${file} is no circuit that can be read`, {
    exitCode: EXIT.usage,
    code: first?.code ?? 'SYNTAX',
    faults,
    next: 'correct the file',
  });
}

/** A typed error of the engine; others are not for users and go on. */
export function faultOfRun(error: unknown): ShownFault {
  if (error instanceof CircuitError || error instanceof QuantumFault) return shownFault(error);
  throw error;
}

export function showCircuitFault(file: string, { code, message, line, column }: ShownFault): string {
  const place = line === null ? '' : `:${line}:${column ?? 1}`;
  return `${file}${place}: ${code}: ${message}`;
}

export async function writeText(path: string, content: string): Promise<void> {
  try {
    await writeFile(path, content);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new CliError(`cannot write ${path}: ${why}`, {
      exitCode: EXIT.usage,
      code: 'UNWRITABLE_FILE',
      next: 'name a file in a folder that exists',
    });
  }
}
