/**
 * What a task does, as a value: exactly one kind of work, or null for a milestone. The shape is the one of mesh
 * files and of the API, so nothing translates it on its way into the database and out to an executor.
 */
import type { Json } from '../kit/json.js';
import type { WorkKind } from './vocabulary.js';

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

/** Completes after `durationMs` milliseconds without using a core. */
export interface WaitWork {
  readonly durationMs: number;
}

export type Work =
  | { readonly command: CommandWork }
  | { readonly http: HttpWork }
  | { readonly module: ModuleWork }
  | { readonly wait: WaitWork };

/** The name of its one member; asked several times an attempt, so no list of names is made. */
export function workKind(work: Work): WorkKind {
  let only = '';
  for (const kind in work) only = kind;
  return only as WorkKind;
}

/** Work that executes code or reaches out from this machine needs the owner's token (waits and milestones do not). */
export function runsCode(work: Work | null): boolean {
  return work !== null && !('wait' in work);
}
