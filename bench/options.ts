/** What the bench is asked to do: cases and flags. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface Options {
  readonly cases: readonly string[];
  readonly json: boolean;
  /** Measurements of each contestant; their median counts. */
  readonly runs: number;
  /** Instead of each case's own number of tasks: for a quick look, and a cap on growth. */
  readonly tasks: number | undefined;
  readonly productOnly: boolean;
  /** Only peers whose name contains one of these. */
  readonly peers: readonly string[];
  /** `execution.max_parallel_tasks` of the product. */
  readonly parallel: number;
  /** A folder with another `postgres` and `initdb`. */
  readonly postgresBinaries: string | undefined;
  /** How long each measurement waits for others to leave the machine alone, ms. */
  readonly quietMs: number;
  /** A folder for CPU profiles of the product. */
  readonly profile: string | undefined;
}

export const USAGE = `usage: npm run bench -- CASE... [flags]
  --json               one JSON object a row on standard output
  --runs N             measurements of each contestant, whose median counts (3)
  --tasks N            instead of the tasks of each case
  --product-only       without the peers
  --peers NAME,...     only peers whose name contains one of these
  --parallel N         execution.max_parallel_tasks of the product (500)
  --postgres-bin DIR   another PostgreSQL than the one the product brings
  --quiet SECONDS      before each measurement, wait that long for others to leave the machine alone (0)
  --profile DIR        CPU profiles of the product while it is measured`;

/** Throws with a message for the terminal. */
export function readOptions(argv: readonly string[], known: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      runs: { type: 'string', default: '3' },
      tasks: { type: 'string' },
      'product-only': { type: 'boolean', default: false },
      peers: { type: 'string', default: '' },
      parallel: { type: 'string', default: '500' },
      'postgres-bin': { type: 'string' },
      quiet: { type: 'string', default: '0' },
      profile: { type: 'string' },
    },
  });
  const unknown = positionals.filter((name) => name !== 'all' && !known.includes(name));
  if (unknown.length > 0 || positionals.length === 0)
    throw new Error(
      `${unknown.map((name) => `there is no case ${name}; `).join('')}cases: ${known.join(' ')}, all`,
    );
  return {
    cases: positionals.includes('all') ? known : positionals,
    json: values.json,
    runs: whole('runs', values.runs),
    tasks: values.tasks === undefined ? undefined : whole('tasks', values.tasks),
    productOnly: values['product-only'],
    peers: values.peers.split(',').filter((name) => name !== ''),
    parallel: whole('parallel', values.parallel),
    postgresBinaries: values['postgres-bin'],
    quietMs: (Number(values.quiet) || 0) * 1000,
    profile: values.profile === undefined ? undefined : resolve(values.profile),
  };
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`--${name} takes a positive whole number, not ${text}`);
  return value;
}
