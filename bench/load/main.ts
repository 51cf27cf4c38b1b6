/**
 * What one server bears: reads and durable submits at a held rate, subscribers, five times the load, and a soak by a flag.
 * The clients share the machine with the server; each row says what was asked for, whether it was met, and what it took.
 */
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openLoop } from './open-loop.js';
import { broadcast, overload, reads, soak, submission, submits } from './rows.js';
import { serve, type Server, SETTINGS } from './server.js';

const ROWS = ['reads', 'submits', 'subscribers', 'overload'] as const;
const READS_PER_SECOND = 2000;
const SUBMITS_PER_SECOND = 1000;

interface Options {
  readonly only: readonly string[];
  readonly seconds: number;
  readonly subscribers: number;
  /** Of what each is told. */
  readonly selection: string;
  readonly soak: number;
  /** Of the rates. */
  readonly share: number;
  /** A folder for CPU profiles of the server. */
  readonly profile: string | undefined;
}

function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', default: ROWS.join(',') },
      seconds: { type: 'string', default: '20' },
      subscribers: { type: 'string', default: '10000' },
      selection: { type: 'string', default: '{ seq }' },
      soak: { type: 'string', default: '0' },
      share: { type: 'string', default: '1' },
      profile: { type: 'string' },
    },
  });
  const only = values.only.split(',');
  const unknown = only.filter((name) => !ROWS.some((known) => known === name));
  if (unknown.length > 0)
    throw new Error(`--only takes some of ${ROWS.join(',')}, not ${unknown.join(', ')}`);
  return {
    only,
    seconds: Number(values.seconds),
    subscribers: Number(values.subscribers),
    selection: values.selection,
    soak: Number(values.soak),
    share: Number(values.share),
    profile: values.profile === undefined ? undefined : resolve(values.profile),
  };
}

/** A server that has seen some work, stopped when `work` is done with it. */
async function using(options: Options, work: (server: Server) => Promise<void>): Promise<void> {
  const server = await serve(options.profile);
  try {
    await openLoop({ ...server, perSecond: 200, seconds: 3 * options.share, body: submission });
    await work(server);
  } finally {
    await server.stop();
  }
}

async function requests(server: Server, { only, seconds, share, soak: soakSeconds }: Options): Promise<void> {
  if (only.includes('reads')) await reads(server, READS_PER_SECOND * share, seconds);
  if (only.includes('submits')) await submits(server, SUBMITS_PER_SECOND * share, seconds);
  if (only.includes('overload'))
    await overload(server, 5 * SUBMITS_PER_SECOND * share, Math.min(seconds, 10));
  if (soakSeconds > 0) await soak(server, soakSeconds, 200 * share);
}

export async function main(args: string[]): Promise<number> {
  const options = readOptions(args);
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  process.stdout.write(
    `${cpus()[0]?.model}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(2)}; Node ${process.version}; commit ${commit}\n` +
      `${Object.entries(SETTINGS)
        .map(([name, value]) => `${name}=${value}`)
        .join(' ')}\n`,
  );
  if (options.only.some((name) => name !== 'subscribers') || options.soak > 0)
    await using(options, (server) => requests(server, options));
  if (options.only.includes('subscribers'))
    await using(options, (server) => broadcast(server, options.subscribers, options.selection));
  return 0;
}
