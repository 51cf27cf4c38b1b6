/** What the demo of the cluster is asked for on its command line. */
import { parseArgs } from 'node:util';

export interface DemoOptions {
  readonly servers: number;
  readonly nodes: number;
  /** Of the first server, the others follow; 0 takes free ones. */
  readonly port: number;
  /** Of Prometheus, likewise. */
  readonly metricsPort: number;
  readonly stateDir: string;
  /** Undefined: the PostgreSQL that Task Mesh brings along. */
  readonly database: string | undefined;
  /** Messages to nodes through a Redis that the demo starts. */
  readonly redis: boolean;
}

export const USAGE = `usage: npm run demo:cluster -- [flags]
  --servers N       servers on one database, of which one leads (2)
  --nodes N         nodes that run the tasks (2)
  --port N          of the first server, the others follow; 0 takes free ones (8000)
  --metrics-port N  for Prometheus, likewise (9090)
  --state-dir DIR   where the demo lives; removed at its end (.taskmesh/demo)
  --database URL    your PostgreSQL; its tables stay (the demo starts one of its own)
  --redis           messages to nodes through Redis, which has to be installed`;

/** Undefined: it was asked how it is used. Throws with a message for the terminal. */
export function readOptions(argv: readonly string[]): DemoOptions | undefined {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      servers: { type: 'string', default: '2' },
      nodes: { type: 'string', default: '2' },
      port: { type: 'string', default: '8000' },
      'metrics-port': { type: 'string', default: '9090' },
      'state-dir': { type: 'string', default: '.taskmesh/demo' },
      database: { type: 'string' },
      redis: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    servers: whole('servers', values.servers, [1, 9]),
    nodes: whole('nodes', values.nodes, [0, 20]),
    port: whole('port', values.port, [0, 65_000]),
    metricsPort: whole('metrics-port', values['metrics-port'], [0, 65_000]),
    stateDir: values['state-dir'],
    database: values.database,
    redis: values.redis,
  };
}

function whole(name: string, text: string, [least, most]: readonly [number, number]): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Error(`--${name} takes a whole number from ${least} to ${most}, not ${text}`);
}
