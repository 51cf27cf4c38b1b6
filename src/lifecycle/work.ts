/**
 * What a task does, as a value: exactly one kind of work, or null for a milestone. The shape is the one of mesh
 * files and of the API, so nothing translates it on its way into the database and out to an executor.
 */
import type { Json, JsonObject } from '../kit/json.js';
import type { SimulationMethod, WorkKind } from './vocabulary.js';

/** A child process. `argv[0]` is looked up in PATH; never a shell unless `shell` is true (then argv has one element). */
export interface CommandWork {
  readonly argv: readonly string[];
  readonly cwd?: string;
  readonly env?: { readonly [name: string]: string };
  readonly stdin?: string;
  readonly shell?: boolean;
}

/** One HTTP request. `body` that is not a string is sent as JSON; `expectedStatuses` defaults to 200–299. */
export interface HttpWork {
  readonly method?: string;
  readonly url: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: Json;
  readonly expectedStatuses?: readonly number[];
  readonly maxResponseBytes?: number;
}

/** A file under the configured module root whose default export (or `export`) is called in a worker thread. */
export interface ModuleWork {
  readonly path: string;
  readonly input?: Json;
  readonly export?: string;
}

/** What a circuit is to answer; without a wish it is sampled. */
export interface CircuitWant {
  readonly counts?: boolean;
  /** Of all outcomes: exactly, or the average of trajectories. */
  readonly probabilities?: boolean;
  /** Of so many outcomes, the most probable first. */
  readonly top?: number;
  readonly statevector?: boolean;
  /** Strings of I, X, Y and Z; the last character is qubit 0. */
  readonly expectations?: readonly string[];
}

/**
 * A quantum circuit: OpenQASM 2 or 3 in `source`, or the builder's calls in `operations` (quantum/circuit-form.ts).
 * `parameters` are numbers by the names of its inputs; templates may stand for them, or for all of them.
 */
export interface CircuitWork {
  readonly source?: string;
  readonly qubits?: number;
  readonly operations?: readonly JsonObject[];
  readonly parameters?: Json;
  readonly shots?: number;
  readonly seed?: number;
  /** A name (quantum/noise/named-models.ts) or a model (quantum/noise/noise-model.ts). */
  readonly noise?: string | JsonObject;
  readonly method?: SimulationMethod;
  readonly want?: CircuitWant;
}

/** Completes after `durationMs` milliseconds without using a core. */
export interface WaitWork {
  readonly durationMs: number;
}

export type Work =
  | { readonly command: CommandWork }
  | { readonly http: HttpWork }
  | { readonly module: ModuleWork }
  | { readonly circuit: CircuitWork }
  | { readonly wait: WaitWork };

/** The name of its one member; asked several times an attempt, so no list of names is made. */
export function workKind(work: Work): WorkKind {
  let only = '';
  for (const kind in work) only = kind;
  return only as WorkKind;
}

/** Work that executes code or reaches out from this machine needs the owner's token; waits, circuits and milestones do not. */
export function runsCode(work: Work | null): boolean {
  return work !== null && !('wait' in work || 'circuit' in work);
}
