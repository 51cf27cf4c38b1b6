/** Tells what happens to the cluster of the demo: who leads, which node comes and goes, how many tasks each runs. */
import { setTimeout as delay } from 'node:timers/promises';
import type { DemoCluster, DemoServer } from './cluster.js';

const LOOK_MS = 500;
const ANSWER_MS_MAX = 3000;
const LOOK = '{ nodes { id state incarnation load { running } } status { epoch leaderId serverId leader } }';

interface Seen {
  readonly nodes: readonly {
    readonly id: string;
    readonly state: string;
    readonly incarnation: number;
    readonly load: { readonly running: number };
  }[];
  readonly status: { readonly epoch: number | null; readonly leader: boolean };
}

async function ask({ url }: DemoServer, token: string): Promise<Seen | undefined> {
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: LOOK }),
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
    return ((await response.json()) as { data?: Seen }).data;
  } catch {
    // It is dead, paused or between two leaders: the next look tells.
    return undefined;
  }
}

/** The lines of one look, each under the name of what it speaks of. */
async function look(cluster: DemoCluster): Promise<Map<string, string>> {
  const told = new Map<string, string>();
  const living = cluster.servers.filter(({ program }) => program.isRunning);
  const seen = await Promise.all(living.map((server) => ask(server, cluster.token)));
  for (const [at, one] of seen.entries())
    if (one?.status.leader === true)
      told.set('lead', `${living[at]?.program.name} leads (epoch ${one.status.epoch})`);
  const nodes = seen.find((one) => one !== undefined)?.nodes;
  for (const { id, state, incarnation, load } of nodes ?? []) {
    const runs = state === 'LOST' ? 'its tasks go elsewhere' : `runs ${load.running}`;
    told.set(id, `${id} is ${state} (incarnation ${incarnation}), ${runs}`);
  }
  return told;
}

/** A line for each change, until `stop` aborts. */
export async function lookOut(
  cluster: DemoCluster,
  say: (text: string) => void,
  stop: AbortSignal,
): Promise<void> {
  const last = new Map<string, string>();
  while (!stop.aborted) {
    for (const [name, line] of await look(cluster)) {
      if (last.get(name) !== line) say(line);
      last.set(name, line);
    }
    await delay(LOOK_MS, undefined, { signal: stop }).catch(() => undefined);
  }
}
