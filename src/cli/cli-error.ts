/**
 * What ends a command early, as one clear message and the next step. Thrown anywhere in `cli/`, printed once by
 * `run-cli.ts`; a stack is shown only with --debug.
 */
import type { FileFault } from '../orchestrator/definition/mesh-file.js';

/** 0 all completed; 1 the work or the server failed; 2 bad usage or input; 128 + n ended by signal n. */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130, terminated: 143 } as const;

export interface CliErrorOptions {
  readonly exitCode?: number;
  /** Stable, for scripts that read --json. */
  readonly code: string;
  /** What to do now: a command, or a sentence. */
  readonly next?: string | undefined;
  readonly faults?: readonly (FileFault & { readonly file?: string })[] | undefined;
  readonly cause?: unknown;
}

export class CliError extends Error {
  readonly exitCode: number;
  readonly code: string;
  readonly next: string | undefined;
  readonly faults: CliErrorOptions['faults'];

  constructor(message: string, { exitCode = EXIT.failed, code, next, faults, cause }: CliErrorOptions) {
    super(message, { cause });
    this.name = 'CliError';
    this.exitCode = exitCode;
    this.code = code;
    this.next = next;
    this.faults = faults;
  }
}

export function usageError(message: string, next?: string): CliError {
  return new CliError(message, { exitCode: EXIT.usage, code: 'BAD_USAGE', next });
}
