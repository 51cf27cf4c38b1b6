/**
 * What is wrong with a configuration, as values, and how it is printed. Called by everything in this folder and by the
 * command line. It never prints a secret.
 */

/** Where the value of a key comes from, the weakest first. */
export type Origin = 'default' | 'file' | 'environment' | 'flag';

export interface ConfigFault {
  readonly source: Exclude<Origin, 'default'>;
  /** The path of the file, the name of the variable, or the name of the flag's key. */
  readonly where: string;
  /** Line in the file, counted from 1, where there is one. */
  readonly line?: number;
  /** The dotted key: `execution.max_parallel_tasks`. */
  readonly key: string;
  /** What should hold, as the predicate of a sentence about the key. */
  readonly rule: string;
  readonly got: string;
  readonly fix: string;
}

const gotLengthMax = 80;

/** A value as the user would recognise it, on one line and not too long. */
export function show(value: unknown): string {
  const shown =
    typeof value === 'bigint' || typeof value === 'number'
      ? String(value)
      : (JSON.stringify(value) ?? String(value));
  return shown.length > gotLengthMax ? `${shown.slice(0, gotLengthMax - 3)}...` : shown;
}

/** The password of a database address hidden, also in an address that is wrong; what is no address at all is hidden whole. */
export function maskSecret(value: string): string {
  if (value === '') return value;
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return `(hidden, ${value.length} characters)`;
  const inAuthority = value.replace(/^([^/]*\/\/[^:@/?]*):.*@/, '$1:****@');
  return inAuthority.replace(/([?&](?:password|sslpassword|passphrase)=)[^&]*/gi, '$1****');
}

/** The order in which a reader mends them: down the file, then the environment, then the flags. */
export function inReadingOrder(faults: readonly ConfigFault[]): ConfigFault[] {
  const ranks = { file: 0, environment: 1, flag: 2 };
  return faults.toSorted((a, b) => ranks[a.source] - ranks[b.source] || (a.line ?? 0) - (b.line ?? 0));
}

function placeOf(fault: ConfigFault): string {
  if (fault.source === 'flag') return `flag ${fault.where}`;
  return fault.line === undefined ? fault.where : `${fault.where}:${fault.line}`;
}

/** One line to count them, then two per fault: what is wrong where, and what to do. */
export function formatFaults(faults: readonly ConfigFault[]): string {
  const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
  const lines = faults.map((fault) => {
    return `  ${placeOf(fault)}: ${fault.key} ${fault.rule}, got ${fault.got}\n    fix: ${fault.fix}`;
  });
  return [`The configuration has ${count}:`, ...lines].join('\n');
}
